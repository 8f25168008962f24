"""Make the figure of a job: a cell for each recipe's result, after the unfiltered image."""

from __future__ import annotations

import dataclasses
import shlex
import time
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from ..border import BORDERS
from ..errors import command_note
from ..figure import Cell
from ..figure.display import DisplayedPicture, Levels
from ..figure.figure import Figure
from ..figure.quality import check_size, subtract
from ..figure.ranking import format_notes, measure
from ..figure.renderers import draw, why_unavailable
from ..figure.table import Measurement
from ..files import source_name
from ..image import Colour, Format, Image, Pixels, why_no_figure
from ..pipeline.chain import Step, run_chain
from ..pipeline.filter_run import RunReport
from ..pipeline.options import Progress, progress_of_part
from . import job_io
from .figure_layout import check_inputs, choose_difference_scale, choose_layout
from .job import Job, OnComplete
from .job_format import is_text_grid, output_format
from .number_cells import add_number_cells, describe_dark_grid
from .options import JobOptions
from .recipe import Recipe
from .run_notes import input_notes, iter_run_notes

_SHORT = 1.0  # seconds: of a shorter run, what is loaded for it is too large a part


def make_figure(
    job: Job,
    options: JobOptions,
    progress: Progress,
    on_complete: OnComplete,
    measured: list[tuple[Measurement, ...]],
) -> list[str]:
    """Do a job that makes a figure.

    Parameters
    ----------
    job, options, progress, on_complete
        As `JobRunner` gives them.
    measured : list of tuple of Measurement
        Gets the measures of each input.

    Returns
    -------
    list of str
        Notes for the user.

    Raises
    ------
    ImgfiltError
        When an input can't be read or filtered, or the figure can't be written.
    """
    with job_io.error_context(job.name):
        format = output_format(job)
        job_io.raise_if(why_no_figure(format) or why_unavailable(format))
    notes: dict[str, None] = {}
    count = len(job.sources) * (len(job.recipes) + options.unfiltered_cells)
    growths = [[BORDERS[step.options.border].growth for step in r.steps] for r in job.recipes]
    starts_whole = options.original or min(growths[0]) >= 0  # noise and `valid` exclude each other
    grows = any(1 in growth for growth in growths)
    first_is_widest = starts_whole and len(job.sources) == 1 and not grows
    layout, scale = choose_layout(job, options, count), choose_difference_scale(options)
    is_raster = not format.renderer
    inputs = len(job.sources)
    with job_io.error_context(job.name):
        figure = Figure(
            layout, count, first_is_widest, is_raster, inputs, scale, options.max_pixels
        )
    check_inputs(job, layout, options)
    original = "".join(job.names) if len(job.sources) == 1 else ""
    labels = layout.labels if len(job.sources) > 1 else job.names
    for row, (source, label) in enumerate(zip_longest(job.sources, labels)):
        part = progress_of_part(progress, row, len(job.sources))
        name = source_name(source)
        image = next(job_io.read_frames(source, options, words=is_text_grid(source))).drop_extra()
        if image.frames > 1:
            notes[f"{name}: shown is frame 0 of {image.frames}; --frame names another"] = None
        notes |= dict.fromkeys(input_notes(image, name, job.recipes[0].steps[0].options))
        with job_io.error_context(name):
            if layout.numbers:
                grid = (name, image, original or "Original", job.recipes)
                notes |= dict.fromkeys(add_number_cells(figure, *grid, options, part))
                continue
            notes |= dict.fromkeys(filter(None, [describe_dark_grid(name, image)]))
            cells = _Row(figure, name, image, options)
            cells.add_cells(original or "Original", job.recipes, notes, part)
            rows = cells.measured
            measured.append(tuple(cell._replace(picture=label or name) for cell in rows))
    if options.animate is not None:
        frames = _draw_frames(figure, format, options, options.animate)
        lost = job_io.write(job, frames, format, options, on_complete)
        if missing := figure.fonts.describe_missing():
            notes[command_note(missing)] = None
        return [*notes, *lost]
    with job_io.error_context(job.name):
        scene = figure.to_scene()
        scene.command = shlex.join(options.command)
        drawn = draw(scene, format)
    if missing := scene.fonts.describe_missing():
        notes[command_note(missing)] = None
    if isinstance(drawn, bytes):
        job_io.write_content(job, drawn, options, on_complete)
        return list(notes)
    return [*notes, *job_io.write(job, [drawn], format, options, on_complete)]


def _draw_frames(
    figure: Figure, format: Format, options: JobOptions, seconds: float
) -> Iterator[Image]:
    """Give the cells of a figure as the frames of an animation without an end."""
    for scene in figure.to_frames():
        scene.command = shlex.join(options.command)
        image = draw(scene, format)
        assert isinstance(image, Image)  # formats with a renderer have no frames
        metadata = image.metadata._replace(duration=1000 * seconds)
        if "loop_count" in format.metadata:
            metadata = metadata._replace(loop_count=0)
        yield dataclasses.replace(image, frames=figure.count, metadata=metadata)


class _Row:
    """The cells of one input, of which each is compared with the reference if there is one.

    Attributes
    ----------
    measured : list of Measurement
    """

    def __init__(self, figure: Figure, name: str, image: Image, options: JobOptions):
        self._figure, self._name, self._options = figure, name, options
        self._original = self._image = image
        self._reference = options.reference
        if options.noise is not None:
            self._reference = self._display(image)[:, :]
            noisy = options.noise.add_to(image.pixels, image.alpha)
            self._image = dataclasses.replace(image, pixels=noisy)
        elif options.reference is not None:
            check_size(image.pixels, options.reference)
        self._base = self._reference
        if self._base is None and options.difference is not None:
            self._base = self._display(image)[:, :]
        self._numbers: list[int] = []  # of the measured cells in the figure
        self.measured: list[Measurement] = []

    def add_cells(
        self,
        original: str,
        recipes: tuple[Recipe, ...],
        notes: dict[str, None],
        progress: Progress,
    ) -> None:
        """Add all cells to the figure, `original` first, and notes on the results to `notes`."""
        image, options = self._image, self._options
        if options.original:
            self._add(original, self._original)
        if image is not self._original:
            self._add("Noisy", image)
        for number, recipe in enumerate(recipes):
            part = progress_of_part(progress, number, len(recipes))
            steps, caption = recipe.steps, recipe.caption
            pixels, reports, seconds = self._filter(steps, part)
            if options.timed and seconds < _SHORT:
                seconds = min(seconds, self._filter(steps, lambda share: None)[2])
            with job_io.error_context(caption):
                run_notes = iter_run_notes(self._name, caption, steps, reports, options.strict)
                notes |= dict.fromkeys(run_notes)
            result = dataclasses.replace(image, pixels=pixels)
            self._add(recipe.heading, result, seconds, recipe.offset)
            del pixels, result  # Frees memory, because the next result needs as much.
        if options.show_reference and options.reference is not None:
            self._figure.add(Cell("Reference", options.reference))
        self._add_notes()

    def _filter(
        self, steps: Sequence[Step], progress: Progress
    ) -> tuple[Pixels, list[RunReport], float]:
        """Return the pixels, the reports of the steps, and the seconds that they took."""
        start = time.perf_counter()
        image = self._image
        pixels, reports = run_chain(steps, image.pixels, image.alpha, progress, self._options.mask)
        return pixels, reports, time.perf_counter() - start

    def _add(
        self,
        caption: str,
        image: Image,
        seconds: float | None = None,
        offset: tuple[int, int] = (0, 0),
    ) -> None:
        """Add a cell, and measure it if it isn't what the others are compared with."""
        picture: DisplayedPicture | Levels = self._display(image)
        is_base = image is self._original and self._base is not self._options.reference
        quality = difference = None
        if self._base is not None and not is_base:
            picture = picture[:, :]
            if self._reference is not None:
                quality = measure(picture, self._reference)
            if self._options.difference is not None:
                difference = subtract(picture, self._base)
        number = self._figure.add(Cell(caption, picture, (), difference, None, offset))
        if quality is not None or seconds is not None:
            self._numbers.append(number)
            height, width = image.pixels.shape[:2]
            self.measured.append(Measurement(self._name, caption, height * width, seconds, quality))

    def _add_notes(self) -> None:
        """Set the notes of the measured cells; the best filter is bold."""
        found = [cell.quality for cell in self.measured]
        inputs = sum(cell.seconds is None for cell in self.measured)
        for number, notes in zip(self._numbers, format_notes(found, inputs), strict=True):
            self._figure.set_notes(number, notes)

    def _display(self, image: Image) -> DisplayedPicture:
        return display(image, self._options.background)


def display(image: Image, background: Colour | None = None) -> DisplayedPicture:
    """Return an image as figures show it: (H, W, C) uint8, sRGB, without alpha.

    Alpha is flattened onto the background, by default onto a checkerboard.
    """
    image = image.drop_extra()
    return DisplayedPicture(image.pixels, image.alpha, image.metadata.icc, background)
