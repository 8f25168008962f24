"""Lay out each cell of a figure as a frame of an animation."""

from __future__ import annotations

from collections.abc import Iterator

from .layout import Grid
from .scene import Scene


def lay_out_frames(grid: Grid) -> Iterator[Scene]:
    """Give a scene for each cell; all have one size, and pictures and captions in one place.

    Parameters
    ----------
    grid : Grid
        All cells, in one column.
    """
    gap, column, cells = grid.metrics.gap, grid.metrics.column, range(len(grid.cells))
    inset = (column - grid.picture_width) // 2 - grid.picture_left
    for number in cells:
        grid.items = []
        width, top = grid.place_title(column)
        left = gap + (width - column) // 2
        bottom = grid.place_row(range(number, number + 1), cells, [left], inset, top)
        yield grid.finish(width, bottom + gap)
