"""Make the figure of a job: a cell for each recipe's result, after the unfiltered image."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from ..border import BORDERS
from ..errors import Note
from ..figure.figure import Figure
from ..figure.renderers import draw, why_unavailable
from ..figure.scene import Scene
from ..figure.table import Measurement
from ..files import quote_for_shell, source_name
from ..image import Format, Image, why_no_figure
from ..parameters import PerAxis
from ..pipeline.filter_run import RunReport
from ..pipeline.options import Progress, progress_of_part
from . import job_io
from .figure_layout import check_inputs, choose_difference_scale, choose_layout
from .job import Job, OnComplete
from .job_facts import JobFacts
from .job_format import is_text_grid, output_format
from .number_cells import add_number_cells
from .options import JobOptions
from .picture_cells import PictureCells
from .recipe import Recipe
from .run_notes import input_notes, iter_run_notes


def make_figure(
    job: Job,
    options: JobOptions,
    progress: Progress,
    on_complete: OnComplete,
    facts: JobFacts,
) -> list[str]:
    """Do a job that makes a figure.

    Parameters
    ----------
    job, options, progress, on_complete, facts
        As `JobRunner` gives them.

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
    inputs = len(job.sources)
    count = inputs * (len(job.recipes) + options.unfiltered_cells)
    layout, scale = choose_layout(job, options, count), choose_difference_scale(options)
    widest, is_raster = _is_first_widest(job, options), not format.renderer
    with job_io.error_context(job.name):
        figure = Figure(layout, count, widest, is_raster, inputs, scale, options.max_pixels)
    check_inputs(job, layout, options)
    for row, (source, label) in enumerate(zip_longest(job.sources, job.names)):
        part = progress_of_part(progress, row, inputs)
        measures = _add_input(figure, job, source, label, options, notes, part, facts)
        if not layout.numbers:
            facts.measured.append(tuple(measures))
    size = ""
    if options.animate is not None:
        frames = _draw_frames(figure, format, options, options.animate)
        lost = job_io.write(job, frames, format, options, on_complete)
    else:
        with job_io.error_context(job.name):
            drawn = _draw(figure.to_scene(), format, options)
        if isinstance(drawn, bytes):
            job_io.write_content(job, drawn, options, on_complete)
            lost = []
        else:
            height, width, _ = drawn.pixels.shape
            size = f", {width} x {height}"
            lost = job_io.write(job, [drawn], format, options, on_complete)
    made = f"{job.target_name}: a figure of {count} cell{'s' * (count > 1)}{size}"
    missing = figure.fonts.describe_missing()
    unknown = [missing] if missing else []
    return [*notes, *unknown, *lost, _describe_axes(job.recipes).after(made)]


def _describe_axes(recipes: Sequence[Recipe]) -> Note:
    """Return how two values are written that may be meant for the axes, across and down; or ""."""
    if len(recipes) != 2 or any(len(recipe.steps) > 1 for recipe in recipes):
        return Note("")
    first, second = (recipe.steps[0].filter for recipe in recipes)
    if type(first) is not type(second):
        return Note("")
    names = [
        parameter.name
        for parameter in first.parameters()
        if getattr(first, parameter.name) != getattr(second, parameter.name)
        and isinstance(parameter.kind, PerAxis)
    ]
    across, down = (recipe.words.get(names[0], "") if names else "" for recipe in recipes)
    if len(names) != 1 or "x" in across + down or not (across and down):
        return Note("")
    return Note(f" (for across and down: {names[0]} {across}x{down})", (names[0],))


def _is_first_widest(job: Job, options: JobOptions) -> bool:
    """Return whether it is known that no picture of a figure is wider than the first."""
    growths = [[BORDERS[step.options.border].growth for step in r.steps] for r in job.recipes]
    starts_whole = options.original or min(growths[0]) >= 0  # noise and `valid` exclude each other
    grows = any(1 in growth for growth in growths)
    return starts_whole and len(job.sources) == 1 and not grows


def _add_input(
    figure: Figure,
    job: Job,
    source: str,
    label: str | None,
    options: JobOptions,
    notes: dict[str, None],
    progress: Progress,
    facts: JobFacts,
) -> list[Measurement]:
    """Add the cells of one input to a figure, and notes to `notes`; return their measures."""
    name = source_name(source)
    image = next(job_io.read_frames(source, options, words=is_text_grid(source))).drop_extra()
    facts.add_picture(image)
    if image.frames > 1:
        another = Note("frame names another", ("frame",))
        notes[another.after(f"{name}: shown is frame 0 of {image.frames}; ")] = None
    notes |= dict.fromkeys(input_notes(image, name, job.recipes[0].steps[0].options))
    original = "".join(job.names) if len(job.sources) == 1 else ""
    with job_io.error_context(name):
        if options.layout.numbers:
            grid = (name, image, original or "Original", job.recipes)
            notes |= dict.fromkeys(add_number_cells(figure, *grid, options, progress))
            return []
        warned: set[str] = set()

        def on_run(recipe: Recipe, reports: list[RunReport]) -> None:
            facts.add_run(reports)
            run = recipe.caption, recipe.steps, reports
            run_notes = iter_run_notes(name, *run, options.strict, warned)
            notes.update(dict.fromkeys(run_notes))

        cells = PictureCells(figure, label or name, image, options)
        cells.add_cells(original or "Original", job.recipes, on_run, progress)
        for note in cells.notes:
            notes[note.after(name)] = None
        return cells.measured


def _draw(scene: Scene, format: Format, options: JobOptions) -> Image | bytes:
    scene.command = " ".join(map(quote_for_shell, options.command))
    return draw(scene, format)


def _draw_frames(
    figure: Figure, format: Format, options: JobOptions, seconds: float
) -> Iterator[Image]:
    """Give the cells of a figure as the frames of an animation without an end."""
    for scene in figure.to_frames():
        image = _draw(scene, format, options)
        assert isinstance(image, Image)  # formats with a renderer have no frames
        metadata = image.metadata._replace(duration=1000 * seconds)
        if "loop_count" in format.metadata:
            metadata = metadata._replace(loop_count=0)
        yield dataclasses.replace(image, frames=figure.count, metadata=metadata)
