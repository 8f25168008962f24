"""Collect the cells of a figure, each in the size in which it is shown."""

import string
from math import ceil

import numpy as np

from ..errors import ParameterError
from ..geometry import MAX_PIXELS
from . import Cell, Layout
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
    max_pixels : int
        The most pixels of the figure.

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
        max_pixels: int = MAX_PIXELS,
    ):
        self.layout, self.count = layout, count
        self.as_raster, self.max_pixels = as_raster, max_pixels
        self.fonts = Fonts(layout.font)
        with_first = first_is_widest or layout.cell_width or layout.zoom
        self._cells_for_scale = 1 if with_first else count
        self._scale: Scale | None = None
        self._cells: list[Cell] = []
        self._intervals: list[tuple[Interval, Interval]] = []

    def add(self, cell: Cell) -> None:
        """Add the next cell in reading order.

        All cells have the scale of the first; smaller pictures are centred.

        Raises
        ------
        ParameterError
            If the zoom isn't inside the first picture, or the figure will be too large.
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
            self._check_cells(self._scale)
        if self._scale is not None:
            for number in range(len(self._intervals), len(self._cells)):
                self._shrink(number, self._scale)

    def to_scene(self) -> Scene:
        """Return the scene of the figure.

        Raises
        ------
        ParameterError
            If the figure is too large.
        """
        cells = list(map(self._sample, self._cells, self._intervals))
        scene = lay_out(cells, self.layout, self._intervals, self.fonts, self.as_raster)
        if self.as_raster:
            height, width = scene.pixels
            self._check_size(height * width, f"{width} x {height} pixels")
        return scene

    def _check_cells(self, scale: Scale) -> None:
        """Raise ParameterError if pictures of the first one's size are too large together."""
        vertical, horizontal = scale.intervals(scale.height, scale.width)
        height, width = vertical.stop - vertical.start, horizontal.stop - horizontal.start
        if not self.as_raster:
            height, width = ceil(height / vertical.scale), ceil(width / horizontal.scale)
        cells = f"{self.count} cells of {width} x {height} pixels"
        self._check_size(self.count * height * width, cells)

    def _check_size(self, pixels: int, size: str) -> None:
        if pixels > self.max_pixels:
            raise ParameterError(
                f"the figure would be {size}, more than max_pixels {self.max_pixels}: "
                "give a smaller cell_width or other columns",
                parameters=("max_pixels", "cell_width", "columns"),
            )

    def _sample(self, cell: Cell, intervals: tuple[Interval, Interval]) -> Cell:
        """Return a cell whose picture has a pixel for each of the raster, if there is a raster."""
        vertical, horizontal = intervals
        pixels = cell.pixels[:, :]
        if self.as_raster and horizontal.scale >= 1 and pixels.size:
            rows, columns = vertical.nearest_pixels, horizontal.nearest_pixels
            pixels = pixels[rows[:, np.newaxis], columns]
        return cell._replace(pixels=pixels)

    def _shrink(self, number: int, scale: Scale) -> None:
        """Reduce the picture of a cell to the size of its box, or cut it to the visible part."""
        pixels = self._cells[number].pixels
        vertical, horizontal = scale.intervals(*pixels.shape[:2])
        is_reduced = self.as_raster and horizontal.scale < 1
        size = vertical.stop - vertical.start, horizontal.stop - horizontal.start
        rows, vertical = vertical.cut(is_reduced)
        columns, horizontal = horizontal.cut(is_reduced)
        part = pixels[rows, columns]
        if is_reduced and part.size:
            part = reduce(part, *size, vertical.visible_edges, horizontal.visible_edges)
        elif part.shape != pixels.shape:
            part = part.copy()  # because a view would keep the whole picture
        self._cells[number] = self._cells[number]._replace(pixels=part)
        self._intervals.append((vertical, horizontal))


def _letter(number: int) -> str:
    """Return the mark of a cell: (a) to (z), then (aa), (ab) ..."""
    letters = ""
    number += 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = string.ascii_lowercase[place] + letters
    return f"({letters})"
