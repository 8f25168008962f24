"""Which of its pixels each cell shows, and how large: all cells share the first one's pixel grid.

A picture smaller than the first (its border was `valid`) lies in the first one's middle, to a whole
pixel, and is sampled at the very points at which the first is. So what is equal in two cells looks
equal too, however much they are reduced.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError
from .cell import Cell, Layout

WIDTH_LIMIT = 2400


@dataclass(frozen=True)
class Span:
    """A stretch of displayed pixels along one axis, and the pixels of a picture that it shows.

    Parameters
    ----------
    start, stop : int
        In displayed pixels, counted from where the first picture (or its zoomed part) begins.
    offset : int
        Where the picture's own first pixel lies, in picture pixels from that same point.
    length : int
        The picture's pixels along this axis.
    scale : Fraction
        Displayed pixels a picture pixel.
    """

    start: int
    stop: int
    offset: int
    length: int
    scale: Fraction

    @property
    def source(self) -> tuple[float, float]:
        """First and last edge of what is shown, in the picture's own pixels, for a reduction."""
        first = max(self.start / self.scale - self.offset, Fraction(0))
        last = min(self.stop / self.scale - self.offset, Fraction(self.length))
        return float(first), float(last)

    @property
    def nearest(self) -> NDArray[np.intp]:
        """The picture's pixel under the middle of each displayed one, for an enlargement."""
        middles = np.arange(self.start, self.stop) + 0.5
        # Multiplied before it is divided: a middle on the edge of two pixels is then exactly there,
        # and falls alike in every cell.
        under = np.floor(middles * self.scale.denominator / self.scale.numerator)
        return np.clip(under.astype(np.intp) - self.offset, 0, self.length - 1)


def font_size(picture_width: int) -> int:
    """Height in pixels of a font that suits pictures of this width; gaps are as wide."""
    return min(max(picture_width // 20, 13), 40)


def spans(cells: Sequence[Cell], layout: Layout) -> list[tuple[Span, Span]]:
    """Work out what each cell shows, down and across.

    Raises
    ------
    ParameterError
        If the zoom isn't inside the first picture.
    """
    sizes = [(cell.pixels.shape[0], cell.pixels.shape[1]) for cell in cells]
    whole_height, whole_width = sizes[0]
    part_down = part_across = None
    height, width = whole_height, whole_width
    if layout.zoom is not None:
        left, top, width, height = layout.zoom
        if left + width > whole_width or top + height > whole_height:
            raise ParameterError(
                f"--zoom {','.join(map(str, layout.zoom))} does not lie inside "
                f"the picture of {whole_width} x {whole_height}"
            )
        part_down, part_across = (top, height), (left, width)

    cell_width = layout.cell_width
    if cell_width is None:
        widest = whole_width if layout.zoom else max(width for _, width in sizes)
        cell_width = _default_cell_width(whole_width, widest, min(layout.columns, len(cells)))
    across = Fraction(cell_width, width)
    if layout.zoom and across >= 1:
        across = Fraction(floor(across))
        if layout.cell_width is None:  # a high narrow part isn't made higher than the picture
            picture_height = Fraction(cell_width * whole_height, whole_width)
            across = max(Fraction(1), min(across, Fraction(picture_height // height)))
    # The first picture is shown to its last row, so the height's own scale makes up for rounding.
    down = Fraction(max(1, round(height * across)), height)
    return [
        (
            _span(rows, whole_height, down, part_down),
            _span(columns, whole_width, across, part_across),
        )
        for rows, columns in sizes
    ]


def _span(length: int, whole: int, scale: Fraction, part: tuple[int, int] | None) -> Span:
    """Lay a picture in the middle of the first; of a part (start, length) show what lies there."""
    offset = (whole - length) // 2
    first, last = offset, offset + length
    if part is not None:
        offset -= part[0]
        first, last = max(offset, 0), min(offset + length, part[1])
    if last <= first:
        return Span(0, 0, offset, length, scale)
    start, stop = ceil(first * scale), floor(last * scale)
    if stop <= start:  # less than one displayed pixel, but not nothing
        start = floor(first * scale)
        stop = start + 1
    return Span(start, stop, offset, length, scale)


def _default_cell_width(whole: int, widest: int, columns: int) -> int:
    """Width of the first picture, or the greatest that keeps the figure under the limit."""

    def figure_width(cell_width: int) -> int:
        picture_width = ceil(Fraction(cell_width * widest, whole))
        return columns * picture_width + (columns + 1) * font_size(picture_width)

    return max(1, bisect_left(range(1, whole + 1), WIDTH_LIMIT, key=figure_width))
