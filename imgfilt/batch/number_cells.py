"""Make cells with the numbers of a grid written on their pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..figure import Cell
from ..figure.cell_numbers import format_numbers, to_levels
from ..image import Image
from ..pipeline.exact import ExactGrid, parse_grid
from ..pipeline.options import Progress, progress_of_part
from . import job_io
from .grid_job import Numbers, filter_numbers
from .options import JobOptions
from .recipe import Recipe


def make_number_cells(
    name: str,
    image: Image,
    recipes: Sequence[Recipe],
    original: str | None,
    options: JobOptions,
    progress: Progress,
) -> tuple[list[Cell], list[str]]:
    """Return the cells of a grid, all on one scale of grey, and notes for the user.

    Parameters
    ----------
    name : str
        The input's, for notes.
    image : Image
        A grid.
    recipes : sequence of Recipe
        Their results are neither rounded nor clipped.
    original : str or None
        The caption of the grid's own cell; None leaves it out.
    options : JobOptions
    progress : callable
    """
    found: list[tuple[str, Numbers]] = []
    notes: list[str] = []
    if original is not None:
        exact = parse_grid(image.metadata.words, quick=True) if image.metadata.words else None
        found.append((original, image.pixels if exact is None else exact))
    for number, recipe in enumerate(recipes):
        steps, caption = recipe.with_numbers().steps, recipe.caption
        part = progress_of_part(progress, number, len(recipes))
        numbers, reports = filter_numbers(image, steps, options, part)
        if reports:
            notes += job_io.iter_run_notes(name, caption, steps, reports, options.strict)
        found.append((caption, numbers))
    floats = [
        (numbers.floats if isinstance(numbers, ExactGrid) else numbers)[..., 0]
        for _, numbers in found
    ]
    finite = np.concatenate([values[np.isfinite(values)] for values in floats])
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
    cells = []
    for (caption, numbers), values in zip(found, floats, strict=True):
        written = values.astype(object)
        if isinstance(numbers, ExactGrid):
            written = np.array(numbers.fractions, object)
        cells.append(Cell(caption, to_levels(values, low, high), numbers=format_numbers(written)))
    return cells, notes
