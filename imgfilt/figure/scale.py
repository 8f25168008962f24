"""The part of its picture that each cell shows, and the scale, which is the same for all cells.

A picture that is smaller than the first, because its border was `valid`, lies in the middle of the
first, to a whole pixel. It is sampled at the same points as the first. So equal pixels in two cells
look equal at every scale.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError
from . import Layout
from .reduction import LOBES

WIDTH_LIMIT = 2400
_LEAST_HEIGHT = 13  # pixels of captions, unless the printed width is given
_LEAST_COLUMN = 1.5  # widths of a column that have room for a letter, in heights of captions


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
    def visible_edges(self) -> tuple[float, float]:
        """The edges of the visible part in the picture's own pixels, for a reduction."""
        first = max(self.start / self.scale - self.offset, Fraction(0))
        last = min(self.stop / self.scale - self.offset, Fraction(self.length))
        return float(first), float(last)

    @property
    def pixel_edges(self) -> tuple[float, float]:
        """The edges of the picture's whole pixels, in displayed pixels."""
        first, last = self.offset * self.scale, (self.offset + self.length) * self.scale
        return float(first), float(last)

    @property
    def nearest_pixels(self) -> NDArray[np.intp]:
        """The picture's pixel below the middle of each displayed pixel, for an enlargement."""
        return self._find_nearest(np.arange(self.start, self.stop))

    def cut(self, reduced: bool) -> tuple[slice, Interval]:
        """Return the slice of pixels that the shown part needs, and the interval for these alone.

        Parameters
        ----------
        reduced : bool
            Whether the picture is reduced; else it is enlarged.
        """
        if self.stop == self.start:
            return slice(0, 0), replace(self, length=0)
        if reduced:
            first, last = self.visible_edges
            reach = LOBES * max(1.0, (last - first) / (self.stop - self.start))
            start, stop = max(floor(first - reach), 0), min(ceil(last + reach), self.length)
        else:
            start, end = map(int, self._find_nearest(np.array([self.start, self.stop - 1])))
            stop = end + 1
        return slice(start, stop), replace(self, offset=self.offset + start, length=stop - start)

    def _find_nearest(self, displayed: NDArray[np.intp]) -> NDArray[np.intp]:
        # Multiplied before it is divided: a middle on the edge between two pixels is then exact,
        # and rounded in the same way in every cell.
        under = np.floor((displayed + 0.5) * self.scale.denominator / self.scale.numerator)
        return np.clip(under.astype(np.intp) - self.offset, 0, self.length - 1)


def pixels_per_point(layout: Layout, columns: int, picture_width: int) -> float:
    """Return the scale at which columns of pictures fill the printed width.

    Parameters
    ----------
    layout : Layout
    columns : int
    picture_width : int
        In pixels.

    Raises
    ------
    ParameterError
        If gaps and margins leave no room for pictures.
    """
    scale = columns * picture_width / _room(layout, columns)
    if layout.figure_width is None:
        scale = max(scale, _LEAST_HEIGHT / layout.caption_size)
    return scale


def _room(layout: Layout, columns: int) -> float:
    """Return the width in points that gaps and margins leave to the pictures."""
    room = layout.printed_width - (columns + 1) * layout.caption_size
    least = columns * _LEAST_COLUMN * layout.caption_size
    if room < least and layout.figure_width is not None:
        raise ParameterError(
            f"{columns} columns and captions of {layout.caption_size:g} points leave no room for "
            f"pictures in a figure of {layout.figure_width:g} points",
            parameters=("figure_width", "columns", "caption_size"),
        )
    return max(room, least)


@dataclass(frozen=True)
class Scale:
    """The scale of all cells, and the part of the first picture that they show.

    Attributes
    ----------
    height, width : int
        The first picture's.
    vertical, horizontal : Fraction
        Displayed pixels for each picture pixel along each axis.
    rows, columns : (start, length) or None
        The part that is shown; None for all.
    """

    height: int
    width: int
    vertical: Fraction
    horizontal: Fraction
    rows: tuple[int, int] | None = None
    columns: tuple[int, int] | None = None

    def intervals(self, height: int, width: int) -> tuple[Interval, Interval]:
        """Return the vertical and the horizontal interval of a picture of this size."""
        return (
            _make_interval(height, self.height, self.vertical, self.rows),
            _make_interval(width, self.width, self.horizontal, self.columns),
        )


def compute_scale(height: int, width: int, widest: int, count: int, layout: Layout) -> Scale:
    """Return the scale of all cells.

    Parameters
    ----------
    height, width : int
        The first picture's.
    widest : int
        The width of the widest picture.
    count : int
        How many cells there are.
    layout : Layout

    Returns
    -------
    Scale

    Raises
    ------
    ParameterError
        If the zoom isn't inside the first picture.
    """
    whole_height, whole_width = height, width
    rows = columns = None
    if layout.zoom is not None:
        left, top, width, height = layout.zoom
        if left + width > whole_width or top + height > whole_height:
            raise ParameterError(
                f"zoom {','.join(map(str, layout.zoom))} does not lie inside "
                f"the picture of {whole_width} x {whole_height}",
                parameters=("zoom",),
            )
        rows, columns = (top, height), (left, width)

    cell_width = layout.cell_width
    if cell_width is None:
        widest = whole_width if layout.zoom else widest
        cell_width = _choose_cell_width(whole_width, widest, min(layout.columns, count), layout)
    x_scale = Fraction(cell_width, width)
    if layout.zoom and x_scale >= 1:
        x_scale = Fraction(floor(x_scale))
        if layout.cell_width is None:  # no higher than the first picture would be
            picture_height = Fraction(cell_width * whole_height, whole_width)
            x_scale = max(Fraction(1), min(x_scale, Fraction(picture_height // height)))
    # This scale may differ a little from x_scale, so that the first picture's height is whole.
    y_scale = Fraction(max(1, round(height * x_scale)), height)
    return Scale(whole_height, whole_width, y_scale, x_scale, rows, columns)


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


def _choose_cell_width(whole: int, widest: int, columns: int, layout: Layout) -> int:
    """Return the first picture's width, or what fits the dots per inch or the limit of the figure.

    Parameters
    ----------
    whole, widest : int
        The width of the first picture, and of the widest.
    columns : int
    layout : Layout
    """
    if layout.dots_per_inch is not None:
        pixels = _room(layout, columns) * layout.dots_per_inch / 72
        return max(1, floor(pixels / columns * whole / widest))

    def figure_width(cell_width: int) -> int:
        picture_width = ceil(Fraction(cell_width * widest, whole))
        scale = pixels_per_point(layout, columns, picture_width)
        return columns * picture_width + (columns + 1) * round(layout.caption_size * scale)

    return max(1, bisect_left(range(1, whole + 1), WIDTH_LIMIT, key=figure_width))
