"""How the figure of a job is laid out: its columns, the names of its inputs, its differences."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import PurePath

from ..figure import DifferenceScale, Layout
from ..figure.insets import check_parts
from ..files import STREAM, source_name
from . import job_io
from .job import Job
from .options import JobOptions


def check_inputs(job: Job, layout: Layout, options: JobOptions) -> None:
    """Raise an error before any work if the zoom or an inset isn't inside one of several inputs.

    Of one input, or without its own cell, the figure says it.

    Parameters
    ----------
    job : Job
    layout : Layout
    options : JobOptions

    Raises
    ------
    ImgfiltError
        With the name of the input.
    """
    if len(job.sources) == 1 or not options.original or not (layout.zoom or layout.insets):
        return
    for source in job.sources:
        if source != STREAM:
            height, width = job_io.read(source, options).pixels.shape[:2]
            with job_io.error_context(source_name(source)):
                check_parts(layout, height, width)


def choose_layout(job: Job, options: JobOptions, cells: int) -> Layout:
    """Return the layout: by default a row for each input, or for each value of one parameter.

    Parameters
    ----------
    job : Job
    options : JobOptions
    cells : int
        How many the figure has.
    """
    layout = dataclasses.replace(options.layout, labels=_choose_labels(job, options))
    across = job.recipes[0].across
    if options.animate is not None:
        return dataclasses.replace(layout, columns=1)
    if options.columns_given:
        return layout
    if len(job.sources) > 1:
        return dataclasses.replace(layout, columns=cells // len(job.sources))
    if 0 < across < len(job.recipes):
        first = (options.original + (options.noise is not None)) or across
        return dataclasses.replace(layout, columns=across, first_row=first)
    return dataclasses.replace(layout, columns=_choose_columns(cells))


def _choose_columns(cells: int) -> int:
    """Return 3, or 4 or 5 if that leaves fewer holes in two rows or more; 2 for 4 cells."""
    if cells == 4:
        return 2
    choices = [columns for columns in (3, 4, 5) if columns < cells]
    return min(choices, key=lambda columns: -cells % columns, default=3)


def _choose_labels(job: Job, options: JobOptions) -> tuple[str, ...]:
    """Return what a figure calls its inputs: as the user does, or by their files' names.

    One input has no label, unless the user has named it and its own cell can't have the name.
    """
    if len(job.sources) == 1:
        return () if options.original else tuple(filter(None, job.names))
    names = _shorten([PurePath(source_name(source)) for source in job.sources])
    return tuple(given or name for given, name in zip_longest(job.names, names))


def _shorten(paths: Sequence[PurePath]) -> list[str]:
    """Return the shortest ends of paths that tell them apart; without suffixes if they can."""
    names = [path.stem for path in paths]
    length = 0
    while len(set(names)) < len(set(paths)):
        length += 1
        names = [str(PurePath(*path.parts[-length:])) for path in paths]
    return names


def choose_difference_scale(options: JobOptions) -> DifferenceScale | None:
    """Return the scale of differences, if the options ask for differences."""
    if options.difference is None:
        return None
    base = "Original" if options.reference is None else "the reference"
    end = 0.0 if isinstance(options.difference, str) else 255 / options.difference
    return DifferenceScale(base, end)
