"""Make cells with the numbers of a grid written on their pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import Note
from ..figure import Cell
from ..figure.cell_numbers import format_numbers, to_levels
from ..figure.figure import Figure
from ..image import Image
from ..pipeline.exact import parse_grid
from ..pipeline.options import Progress, progress_of_part
from .grid_job import FilteredGrid, filter_numbers
from .options import JobOptions
from .recipe import Recipe
from .run_notes import iter_run_notes

_NEARLY_BLACK = 15  # the largest level of a grid that is taken for a grid of small numbers


def add_number_cells(
    figure: Figure,
    name: str,
    image: Image,
    original: str,
    recipes: Sequence[Recipe],
    options: JobOptions,
    progress: Progress,
) -> list[str]:
    """Add the cells of a grid to a figure, all on one scale of grey; return notes for the user.

    Parameters
    ----------
    figure : Figure
    name : str
        The input's, for notes.
    image : Image
        A grid.
    original : str
        The caption of the grid's own cell, if the options have one.
    recipes : sequence of Recipe
        Their results are neither rounded nor clipped.
    options : JobOptions
    progress : callable
    """
    found: list[tuple[str, FilteredGrid, tuple[int, int]]] = []
    notes: list[str] = []
    if options.original:
        exact = parse_grid(image.metadata.words, quick=True) if image.metadata.words else None
        found.append((original, FilteredGrid(image.pixels.astype(np.float64), exact, []), (0, 0)))
    for number, recipe in enumerate(recipes):
        if len(found) == 1:
            figure.check_numbers(*found[0][1].floats.shape[:2])
        steps, caption = recipe.with_numbers().steps, recipe.caption
        part = progress_of_part(progress, number, len(recipes))
        result = filter_numbers(image, steps, options, part)
        if result.reports:
            notes += iter_run_notes(name, caption, steps, result.reports, options.strict, set())
        found.append((recipe.heading, result, recipe.offset))
    floats = [grid.floats[..., 0] for _, grid, _ in found]
    finite = np.concatenate([values[np.isfinite(values)] for values in floats])
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
    for (caption, grid, offset), values in zip(found, floats, strict=True):
        written = values.astype(object)
        if grid.exact is not None:
            written = np.array(grid.exact.fractions, object)
        levels, texts = to_levels(values, low, high), format_numbers(written)
        figure.add(Cell(caption, levels, numbers=texts, offset=offset))
    return notes


def describe_dark_grid(name: str, image: Image) -> str | None:
    """Return a note on a grid whose numbers are so small as levels that it is nearly black."""
    has_levels = image.metadata.words and image.pixels.dtype == np.uint8
    if not has_levels or image.pixels.max() > _NEARLY_BLACK:
        return None
    levels = f"levels up to {image.pixels.max()} of 255 are nearly black"
    return Note("numbers shows the numbers", ("numbers",)).after(f"{name}: {levels}; ")
