"""The figure of a job: each step's result in a cell, the unfiltered picture first."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ..figure import Cell, Layout
from ..figure.display import to_display_rgb
from ..figure.quality import format_quality
from ..figure.render import render_figure
from ..image import Colour, Image, Pixels
from ..pipeline.apply import run
from .job import Job, Step, name_of
from .job_io import (
    Complete,
    about,
    notes_of,
    output_format,
    read,
    refuse,
    refuse_clipped,
    write,
)
from .job_options import Settings
from .progress import Progress, part_of


def draw(job: Job, settings: Settings, progress: Progress, complete: Complete) -> list[str]:
    """Draw the figure of a job; return what is worth knowing."""
    with about(job.name):
        refuse(output_format(job).supports_figure())
    notes: list[str] = []
    measured = any(step.options.measured for step in job.steps)
    cells: list[Cell] = []
    for row, source in enumerate(job.sources):
        advance = part_of(progress, row, len(job.sources))
        picture = read(source, settings).without_extra()
        found = notes_of(picture, name_of(source), measured)
        notes += [note for note in found if note not in notes]
        with about(name_of(source)):
            cells += _cells(name_of(source), picture, job.steps, settings, notes, advance)
    layout = settings.layout if settings.columns_given else _layout(job, settings, len(cells))
    with about(job.name):
        figure = Image(render_figure(cells, layout, max_pixels=settings.max_pixels))
    return notes + write(job, [figure], settings, complete)


def _layout(job: Job, settings: Settings, cells: int) -> Layout:
    """Return the layout that shows inputs, or the values of a product, as rows."""
    across = job.steps[0].across
    if len(job.sources) > 1:
        return dataclasses.replace(settings.layout, columns=cells // len(job.sources))
    if 0 < across < len(job.steps):
        first = 1 if settings.original else across
        return dataclasses.replace(settings.layout, columns=across, first_row=first)
    return settings.layout


def _cells(
    name: str,
    picture: Image,
    steps: tuple[Step, ...],
    settings: Settings,
    notes: list[str],
    progress: Progress,
) -> Iterator[Cell]:
    if settings.original:
        yield _cell("Original", shown(picture, settings.background), settings)
    for number, step in enumerate(steps):
        advance = part_of(progress, number, len(steps))
        pixels, alpha = picture.pixels, picture.alpha
        options = dataclasses.replace(step.options, workers=settings.threads)
        result = run(step.filter, pixels, alpha, options, advance, settings.mask)
        with about(step.caption):
            refuse_clipped(result, settings)
        if result.plan.fallback and result.plan.fallback not in notes:
            notes.append(result.plan.fallback)
        for note in filter(None, (*result.notes, result.clipped)):
            notes.append(f"{name}: {step.caption}: {note}")
        filtered = dataclasses.replace(picture, pixels=result.pixels)
        yield _cell(step.caption, shown(filtered, settings.background), settings)


def _cell(caption: str, pixels: Pixels, settings: Settings) -> Cell:
    if settings.reference is None:
        return Cell(caption, pixels)
    return Cell(caption, pixels, format_quality(pixels, settings.reference))


def shown(picture: Image, background: Colour | None = None) -> Pixels:
    """Return a picture as figures show it: 8 bits, sRGB, on a ground or a checkerboard."""
    picture = picture.without_extra()
    return to_display_rgb(picture.pixels, picture.alpha, picture.metadata.icc, background)
