"""Draw a figure as an array of pixels."""

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError
from ..geometry import MAX_PIXELS
from . import Cell, Layout, text
from .layout import compute_placement
from .reduction import reduce
from .scale import Interval, Scale, compute_scale

BACKGROUND = 255
INK = 32


class Figure:
    """A figure: rows of pictures with captions above them, on white.

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
    """

    def __init__(self, layout: Layout, count: int, first_is_widest: bool = False):
        self.layout, self.count = layout, count
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
            If the zoom isn't inside the first picture.
        """
        if self._cells_for_scale > 1:
            # What waits for the scale needs the least memory in 8 bits.
            cell = cell._replace(pixels=cell.pixels[:, :])
        self._cells.append(cell)
        if len(self._cells) == self._cells_for_scale:
            widest = max(cell.pixels.shape[1] for cell in self._cells)
            first = self._cells[0].pixels.shape
            self._scale = compute_scale(first[0], first[1], widest, self.count, self.layout)
        if self._scale is not None:
            for number in range(len(self._intervals), len(self._cells)):
                self._shrink(number, self._scale)

    def render(self, max_pixels: int = MAX_PIXELS) -> NDArray[np.uint8]:
        """Return the figure.

        Parameters
        ----------
        max_pixels : int
            The most pixels of the figure.

        Returns
        -------
        (H, W, 3) uint8 array
            sRGB.

        Raises
        ------
        ParameterError
            If the figure is too large.
        """
        placement = compute_placement(self._cells, self.layout, self._intervals)
        height, width = placement.height, placement.width
        if height * width > max_pixels:
            raise ParameterError(
                f"the figure would be {width} x {height} pixels, more than max_pixels "
                f"{max_pixels}: give a smaller cell_width or other columns",
                parameters=("max_pixels", "cell_width", "columns"),
            )
        figure = np.full((height, width, 3), BACKGROUND, np.uint8)
        for cell, picture in zip(self._cells, placement.pictures, strict=True):
            if not (picture.box.height and picture.box.width):
                continue
            pixels = cell.pixels[:, :]
            if picture.horizontal.scale >= 1:
                rows, columns = picture.vertical.nearest_pixels, picture.horizontal.nearest_pixels
                pixels = pixels[rows[:, np.newaxis], columns]
            figure[picture.box.slices] = pixels
        for lines in (placement.title, *placement.captions):
            for line in lines:
                cover = text.render_line(line).astype(np.uint16)[..., np.newaxis]
                figure[line.box.slices] = BACKGROUND - cover * (BACKGROUND - INK) // 255
        return figure

    def _shrink(self, number: int, scale: Scale) -> None:
        """Reduce the picture of a cell to the size of its box, or cut it to the visible part."""
        pixels = self._cells[number].pixels
        vertical, horizontal = scale.intervals(*pixels.shape[:2])
        is_reduced = horizontal.scale < 1
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
