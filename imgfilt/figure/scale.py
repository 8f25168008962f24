"""The part of its picture that each cell shows, and the scale, which is the same for all cells.

A picture that is smaller than the first, because its border was `valid`, lies in the middle of the
first, to a whole pixel. It is sampled at the same points as the first. So equal pixels in two cells
look equal at every scale.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError
from . import Cell, Layout

WIDTH_LIMIT = 2400


@dataclass(frozen=True)
class Interval:
    """An interval of displayed pixels along one axis, and the picture pixels that it shows.

    Attributes
    ----------
    start, stop : int
        In displayed pixels from the start of the first picture, or of its zoomed part.
    offset : int
        The picture's first pixel, in picture pixels from the same start.
    length : int
        The picture's pixels along this axis.
    scale : Fraction
        Displayed pixels for each picture pixel.
    """

    start: int
    stop: int
    offset: int
    length: int
    scale: Fraction

    @property
    def source(self) -> tuple[float, float]:
        """The edges of the visible part in the picture's own pixels, for a reduction."""
        first = max(self.start / self.scale - self.offset, Fraction(0))
        last = min(self.stop / self.scale - self.offset, Fraction(self.length))
        return float(first), float(last)

    @property
    def nearest_pixels(self) -> NDArray[np.intp]:
        """The picture's pixel below the middle of each displayed pixel, for an enlargement."""
        middles = np.arange(self.start, self.stop) + 0.5
        # Multiplied before it is divided: a middle on the edge between two pixels is then exact,
        # and rounded in the same way in every cell.
        under = np.floor(middles * self.scale.denominator / self.scale.numerator)
        return np.clip(under.astype(np.intp) - self.offset, 0, self.length - 1)


def font_size(picture_width: int) -> int:
    """Return the font height in pixels for pictures of this width; gaps are as wide."""
    return min(max(picture_width // 20, 13), 40)


def compute_intervals(cells: Sequence[Cell], layout: Layout) -> list[tuple[Interval, Interval]]:
    """Return the vertical and the horizontal interval of each cell.

    Parameters
    ----------
    cells : sequence of Cell
    layout : Layout

    Returns
    -------
    list of (Interval, Interval)

    Raises
    ------
    ParameterError
        If the zoom isn't inside the first picture.
    """
    sizes = [(cell.pixels.shape[0], cell.pixels.shape[1]) for cell in cells]
    whole_height, whole_width = sizes[0]
    zoom_rows = zoom_columns = None
    height, width = whole_height, whole_width
    if layout.zoom is not None:
        left, top, width, height = layout.zoom
        if left + width > whole_width or top + height > whole_height:
            raise ParameterError(
                f"zoom {','.join(map(str, layout.zoom))} does not lie inside "
                f"the picture of {whole_width} x {whole_height}",
                parameters=("zoom",),
            )
        zoom_rows, zoom_columns = (top, height), (left, width)

    cell_width = layout.cell_width
    if cell_width is None:
        widest = whole_width if layout.zoom else max(width for _, width in sizes)
        cell_width = _default_cell_width(whole_width, widest, min(layout.columns, len(cells)))
    x_scale = Fraction(cell_width, width)
    if layout.zoom and x_scale >= 1:
        x_scale = Fraction(floor(x_scale))
        if layout.cell_width is None:  # no higher than the first picture would be
            picture_height = Fraction(cell_width * whole_height, whole_width)
            x_scale = max(Fraction(1), min(x_scale, Fraction(picture_height // height)))
    # This scale may differ a little from x_scale, so that the first picture's height is whole.
    y_scale = Fraction(max(1, round(height * x_scale)), height)
    return [
        (
            _make_interval(rows, whole_height, y_scale, zoom_rows),
            _make_interval(columns, whole_width, x_scale, zoom_columns),
        )
        for rows, columns in sizes
    ]


def _make_interval(
    length: int, whole: int, scale: Fraction, part: tuple[int, int] | None
) -> Interval:
    """Return the interval of a picture centred in the first, cut to a part (start, length)."""
    offset = (whole - length) // 2
    first, last = offset, offset + length
    if part is not None:
        offset -= part[0]
        first, last = max(offset, 0), min(offset + length, part[1])
    if last <= first:
        return Interval(0, 0, offset, length, scale)
    start, stop = ceil(first * scale), floor(last * scale)
    if stop <= start:  # less than one displayed pixel
        start = floor(first * scale)
        stop = start + 1
    return Interval(start, stop, offset, length, scale)


def _default_cell_width(whole: int, widest: int, columns: int) -> int:
    """Return the first picture's width, or the greatest that keeps the figure under the limit."""

    def figure_width(cell_width: int) -> int:
        picture_width = ceil(Fraction(cell_width * widest, whole))
        return columns * picture_width + (columns + 1) * font_size(picture_width)

    return max(1, bisect_left(range(1, whole + 1), WIDTH_LIMIT, key=figure_width))
