"""Make the figure of a job: a cell for each recipe's result, after the unfiltered image."""

from __future__ import annotations

import dataclasses
import os
from itertools import zip_longest

from ..border import BORDERS
from ..figure import Cell, Layout
from ..figure.display import DisplayedPicture
from ..figure.figure import Figure
from ..figure.quality import format_quality
from ..figure.raster import draw_raster
from ..figure.renderers import load_renderer, why_unavailable
from ..image import Colour, Image, why_no_figure
from ..pipeline.chain import run_chain
from ..pipeline.options import Progress, progress_of_part
from . import job_io
from .job import Job, OnComplete, source_name
from .job_format import output_format
from .number_cells import make_number_cells
from .options import JobOptions
from .recipe import Recipe

_NEARLY_BLACK = 15  # the largest level of a grid that is taken for a grid of small numbers


def make_figure(
    job: Job, options: JobOptions, progress: Progress, on_complete: OnComplete
) -> list[str]:
    """Do a job that makes a figure.

    Parameters
    ----------
    job : Job
    options : JobOptions
    progress : callable
    on_complete : callable
        Called before the output takes its name.

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
    count = len(job.sources) * (len(job.recipes) + options.original)
    growths = [[BORDERS[step.options.border].growth for step in r.steps] for r in job.recipes]
    starts_whole = options.original or min(growths[0]) >= 0
    grows = any(1 in growth for growth in growths)
    first_is_widest = starts_whole and len(job.sources) == 1 and not grows
    layout = _choose_layout(job, options, count)
    is_raster = format.renderer is None
    figure = Figure(layout, count, first_is_widest, is_raster, len(job.sources))
    original = "".join(job.names) if len(job.sources) == 1 else ""
    for row, source in enumerate(job.sources):
        part = progress_of_part(progress, row, len(job.sources))
        name = source_name(source)
        image = job_io.read(source, options).drop_extra()
        notes |= dict.fromkeys(job_io.input_notes(image, name, job.recipes[0].steps[0].options))
        caption = (original or "Original") if options.original else None
        with job_io.error_context(name):
            if layout.numbers:
                cells, found = make_number_cells(name, image, job.recipes, caption, options, part)
                for cell in cells:
                    figure.add(cell)
                notes |= dict.fromkeys(found)
                continue
            if image.metadata.words and image.pixels.max() <= _NEARLY_BLACK:
                note = f"{name}: levels up to {image.pixels.max()} of 255 are nearly black"
                notes[f"{note}; --numbers shows the numbers"] = None
            if caption is not None:
                figure.add(_make_cell(caption, image, options))
            _add_cells(figure, name, image, job.recipes, options, notes, part)
    with job_io.error_context(job.name):
        scene = figure.to_scene(options.max_pixels)
        content = load_renderer(format)(scene) if format.renderer else draw_raster(scene)
    notes |= dict.fromkeys(filter(None, [scene.fonts.describe_missing()]))
    if isinstance(content, bytes):
        job_io.write_content(job, content, options, on_complete)
        return list(notes)
    return [*notes, *job_io.write(job, [Image(content)], format, options, on_complete)]


def _choose_layout(job: Job, options: JobOptions, cells: int) -> Layout:
    """Return the layout: by default a row for each input, or for each value of one parameter."""
    layout = dataclasses.replace(options.layout, labels=_choose_labels(job, options))
    across = job.recipes[0].across
    if options.columns_given:
        return layout
    if len(job.sources) > 1:
        return dataclasses.replace(layout, columns=cells // len(job.sources))
    if 0 < across < len(job.recipes):
        first = 1 if options.original else across
        return dataclasses.replace(layout, columns=across, first_row=first)
    return layout


def _choose_labels(job: Job, options: JobOptions) -> tuple[str, ...]:
    """Return what a figure calls its inputs: as the user does, or by their files' names.

    One input has no label, unless the user has named it and its own cell can't have the name.
    """
    if len(job.sources) == 1:
        return () if options.original else tuple(filter(None, job.names))
    names = [os.path.basename(source_name(source)) for source in job.sources]
    stems = [os.path.splitext(name)[0] for name in names]
    names = stems if len(set(stems)) == len(stems) else names
    return tuple(given or name for given, name in zip_longest(job.names, names))


def _add_cells(
    figure: Figure,
    name: str,
    image: Image,
    recipes: tuple[Recipe, ...],
    options: JobOptions,
    notes: dict[str, None],
    progress: Progress,
) -> None:
    """Add a cell for each recipe's result to a figure, and notes on the results to `notes`."""
    for number, recipe in enumerate(recipes):
        part = progress_of_part(progress, number, len(recipes))
        steps, caption = recipe.steps, recipe.caption
        pixels, reports = run_chain(steps, image.pixels, image.alpha, part, options.mask)
        with job_io.error_context(caption):
            run_notes = job_io.iter_run_notes(name, caption, steps, reports, options.strict)
            notes |= dict.fromkeys(run_notes)
        figure.add(_make_cell(caption, dataclasses.replace(image, pixels=pixels), options))
        del pixels  # Frees memory, because the next result needs as much.


def _make_cell(caption: str, image: Image, options: JobOptions) -> Cell:
    picture = display(image, options.background)
    if options.reference is None:
        return Cell(caption, picture)
    pixels = picture[:, :]
    return Cell(caption, pixels, format_quality(pixels, options.reference))


def display(image: Image, background: Colour | None = None) -> DisplayedPicture:
    """Return an image as figures show it: (H, W, C) uint8, sRGB, without alpha.

    Alpha is flattened onto the background, by default onto a checkerboard.
    """
    image = image.drop_extra()
    return DisplayedPicture(image.pixels, image.alpha, image.metadata.icc, background)
