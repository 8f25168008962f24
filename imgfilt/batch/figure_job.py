"""Make the figure of a job: a cell for each recipe's result, after the unfiltered image."""

from __future__ import annotations

import dataclasses

from ..border import BORDERS
from ..figure import Cell, Layout, Span
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
from .options import JobOptions
from .recipe import Recipe


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
    figure = Figure(layout, count, first_is_widest, not format.renderer, options.max_pixels)
    for row, source in enumerate(job.sources):
        part = progress_of_part(progress, row, len(job.sources))
        name = source_name(source)
        image = job_io.read(source, options).drop_extra()
        notes |= dict.fromkeys(job_io.input_notes(image, name, job.recipes[0].steps[0].options))
        with job_io.error_context(name):
            _add_cells(figure, name, image, job.recipes, options, notes, part)
    with job_io.error_context(job.name):
        scene = figure.to_scene()
        content = load_renderer(format)(scene) if format.renderer else draw_raster(scene)
    notes |= dict.fromkeys(filter(None, [scene.fonts.describe_missing()]))
    if isinstance(content, bytes):
        job_io.write_content(job, content, options, on_complete)
        return list(notes)
    return [*notes, *job_io.write(job, [Image(content)], format, options, on_complete)]


def _choose_layout(job: Job, options: JobOptions, cells: int) -> Layout:
    """Return the layout: by default a row for each input, or for each value of one parameter."""
    across = job.recipes[0].across
    if options.columns_given:
        return options.layout
    if len(job.sources) > 1:
        return dataclasses.replace(options.layout, columns=cells // len(job.sources))
    if 0 < across < len(job.recipes):
        first = 1 if options.original else across
        return dataclasses.replace(options.layout, columns=across, first_row=first)
    return options.layout


def _add_cells(
    figure: Figure,
    name: str,
    image: Image,
    recipes: tuple[Recipe, ...],
    options: JobOptions,
    notes: dict[str, None],
    progress: Progress,
) -> None:
    """Add the cells of one input to a figure, and notes on its results to `notes`."""
    if options.original:
        figure.add(_make_cell("Original", image, options))
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
    return Cell(caption, pixels, (Span(format_quality(pixels, options.reference)),))


def display(image: Image, background: Colour | None = None) -> DisplayedPicture:
    """Return an image as figures show it: (H, W, C) uint8, sRGB, without alpha.

    Alpha is flattened onto the background, by default onto a checkerboard.
    """
    image = image.drop_extra()
    return DisplayedPicture(image.pixels, image.alpha, image.metadata.icc, background)
