"""Collect the cells of a figure, each in the size in which it is shown."""

import string
from math import ceil
from typing import Any

import numpy as np

from ..errors import ParameterError
from ..geometry import MAX_PIXELS
from . import Cell, DifferenceScale, Layout, Note
from .fonts import Fonts
from .layout import lay_out
from .reduction import reduce
from .scale import Interval, Scale, compute_scale
from .scene import Scene


class Figure:
    """A figure: rows of pictures with captions.

    Its cells are added one by one. As soon as the scale is known, of each picture only what is
    shown is kept, no larger than it is shown. The scale is known with the first cell if no picture
    is wider, or the layout has a cell width or a zoom; else with the last.

    Parameters
    ----------
    layout : Layout
        Columns, title, cell width and zoom.
    count : int
        How many cells will be added.
    first_is_widest : bool
        Whether it is known that no picture is wider than the first.
    as_raster : bool
        Whether pictures get the pixels of the raster; else they keep their own.
    difference_scale : DifferenceScale, optional
        For the differences of cells.

    Raises
    ------
    ParameterError
        If the layout's font is no font.
    """

    def __init__(
        self,
        layout: Layout,
        count: int,
        first_is_widest: bool = False,
        as_raster: bool = True,
        difference_scale: DifferenceScale | None = None,
    ):
        self.layout, self.count, self.as_raster = layout, count, as_raster
        self.fonts = Fonts(layout.font)
        self._difference_scale = difference_scale
        with_first = first_is_widest or layout.cell_width or layout.zoom
        self._cells_for_scale = 1 if with_first else count
        self._scale: Scale | None = None
        self._cells: list[Cell] = []
        self._intervals: list[tuple[Interval, Interval]] = []

    def add(self, cell: Cell) -> int:
        """Add the next cell in reading order; return its number.

        All cells have the scale of the first; smaller pictures are centred.

        Raises
        ------
        ParameterError
            If the zoom isn't inside the first picture.
        """
        if self._cells_for_scale > 1:
            # What waits for the scale needs the least memory in 8 bits.
            cell = cell._replace(pixels=cell.pixels[:, :])
        if self.layout.letters:
            cell = cell._replace(caption=f"{_letter(len(self._cells))} {cell.caption}")
        self._cells.append(cell)
        if len(self._cells) == self._cells_for_scale:
            widest = max(cell.pixels.shape[1] for cell in self._cells)
            first = self._cells[0].pixels.shape
            self._scale = compute_scale(first[0], first[1], widest, self.count, self.layout)
        if self._scale is not None:
            for number in range(len(self._intervals), len(self._cells)):
                self._shrink(number, self._scale)
        return len(self._cells) - 1

    def set_notes(self, number: int, notes: tuple[Note, ...]) -> None:
        """Set the notes of a cell that was added."""
        self._cells[number] = self._cells[number]._replace(notes=notes)

    def to_scene(self, max_pixels: int = MAX_PIXELS) -> Scene:
        """Return the scene of the figure.

        Parameters
        ----------
        max_pixels : int
            The most pixels of the figure as a raster.

        Raises
        ------
        ParameterError
            If the figure is too large.
        """
        cells = list(map(self._sample, self._cells, self._intervals))
        difference_scale = self._difference_scale
        if difference_scale is not None and not difference_scale.end:
            difference_scale = difference_scale._replace(end=_choose_end(cells))
        scene = lay_out(
            cells, self.layout, self._intervals, self.fonts, self.as_raster, difference_scale
        )
        height, width = scene.pixels
        if height * width > max_pixels:
            raise ParameterError(
                f"the figure would be {width} x {height} pixels, more than max_pixels "
                f"{max_pixels}: give a smaller cell_width or other columns",
                parameters=("max_pixels", "cell_width", "columns"),
            )
        return scene

    def _sample(self, cell: Cell, intervals: tuple[Interval, Interval]) -> Cell:
        """Return a cell whose picture has a pixel for each of the raster, if there is a raster."""
        vertical, horizontal = intervals
        pixels, difference = cell.pixels[:, :], cell.difference
        if self.as_raster and horizontal.scale >= 1 and pixels.size:
            shown = vertical.nearest_pixels[:, np.newaxis], horizontal.nearest_pixels
            pixels = pixels[shown]
            difference = None if difference is None else difference[shown]
        return cell._replace(pixels=pixels, difference=difference)

    def _shrink(self, number: int, scale: Scale) -> None:
        """Reduce the pictures of a cell to the size of its box, or cut them to the visible part."""
        cell = self._cells[number]
        vertical, horizontal = scale.intervals(*cell.pixels.shape[:2])
        is_reduced = self.as_raster and horizontal.scale < 1
        size = vertical.stop - vertical.start, horizontal.stop - horizontal.start
        rows, vertical = vertical.cut(is_reduced)
        columns, horizontal = horizontal.cut(is_reduced)

        def shrink(pixels: Any) -> Any:
            part = pixels[rows, columns]
            if is_reduced and part.size:
                return reduce(part, *size, vertical.visible_edges, horizontal.visible_edges)
            # A view would keep the whole picture.
            return part if part.shape == pixels.shape else part.copy()

        difference = None if cell.difference is None else shrink(cell.difference)
        self._cells[number] = cell._replace(pixels=shrink(cell.pixels), difference=difference)
        self._intervals.append((vertical, horizontal))


def _choose_end(cells: list[Cell]) -> float:
    """Return the difference at which colours end: a hundredth of a cell's pixels may exceed it."""
    shown = (cell.difference for cell in cells if cell.difference is not None)
    ends = (np.percentile(np.abs(difference), 99) for difference in shown if difference.size)
    return float(max([1.0, *map(ceil, ends)]))


def _letter(number: int) -> str:
    """Return the mark of a cell: (a) to (z), then (aa), (ab) ..."""
    letters = ""
    number += 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = string.ascii_lowercase[place] + letters
    return f"({letters})"
