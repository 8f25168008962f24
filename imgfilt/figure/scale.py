"""The scale of the cells of a figure, and the part of its picture that each shows.

The cells of one input have one scale. The first pictures of all inputs get one width.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from ..errors import ParameterError
from . import Layout
from .interval import Interval, make_interval

WIDTH_LIMIT = 2400
_LEAST_HEIGHT = 13  # pixels of captions, unless the printed width is given
_LEAST_COLUMN = 1.5  # the width of a column that has room for a letter, in heights of captions


class Size(NamedTuple):
    """The size of an input's first picture, and the width that all its pictures together have."""

    height: int
    width: int
    widest: int


def pixels_per_point(
    layout: Layout, columns: int, picture_width: float, label_width: float = 0.0
) -> float:
    """Return the scale at which columns of pictures fill the printed width, or the given one.

    Parameters
    ----------
    layout : Layout
    columns : int
    picture_width : float
        In pixels.
    label_width : float
        The width of the row labels, in font heights.
    """
    if layout.dots_per_inch is not None:
        return layout.dots_per_inch / 72
    scale = columns * picture_width / _room(layout, columns, label_width)
    if layout.figure_width is None:
        scale = max(scale, _LEAST_HEIGHT / layout.caption_size)
    return scale


def check_room(layout: Layout, columns: int, label_width: float) -> None:
    """Raise ParameterError if the given width leaves no room for pictures; see `pixels_per_point`.

    Parameters
    ----------
    layout : Layout
    columns : int
    label_width : float
        The width of the row labels, in font heights.
    """
    least = (columns * (1 + _LEAST_COLUMN) + 1 + label_width) * layout.caption_size
    if layout.figure_width is not None and layout.figure_width < least:
        raise ParameterError(
            f"columns {columns} and caption_size {layout.caption_size:g} leave no room for "
            f"pictures in figure_width {layout.figure_width:g} points",
            parameters=("columns", "caption_size", "figure_width"),
        )


def _room(layout: Layout, columns: int, label_width: float) -> float:
    """Return the width in points that gaps, margins and row labels leave to the pictures."""
    room = layout.printed_width - (columns + 1 + label_width) * layout.caption_size
    return max(room, columns * _LEAST_COLUMN * layout.caption_size)


@dataclass(frozen=True)
class Scale:
    """The scale of an input's cells, and the part of its first picture that they show.

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

    @property
    def shown(self) -> tuple[int, int, int, int]:
        """What is shown: left and top in picture pixels, width and height in displayed pixels."""
        left, width = self.columns or (0, self.width)
        top, height = self.rows or (0, self.height)
        return left, top, floor(width * self.horizontal), floor(height * self.vertical)

    def intervals(
        self, height: int, width: int, offset: tuple[int, int] = (0, 0)
    ) -> tuple[Interval, Interval]:
        """Return the vertical and the horizontal interval of a picture.

        Parameters
        ----------
        height, width : int
            The picture's.
        offset : (row, column) of int
            Of its first pixel in the first picture.
        """
        top, left = offset
        return (
            make_interval(height, top, self.vertical, self.rows),
            make_interval(width, left, self.horizontal, self.columns),
        )


def compute_scales(
    sizes: Sequence[Size], columns: int, layout: Layout, label_width: float = 0.0
) -> list[Scale]:
    """Return the scale of each input's cells.

    Parameters
    ----------
    sizes : sequence of Size
        One for each input; one suffices if the layout has a cell width.
    columns : int
        How many cells a row has.
    layout : Layout
    label_width : float
        The width of the row labels, in font heights.

    Returns
    -------
    list of Scale
        The first pictures, or their zoomed parts, are equally wide.
    """
    cell_width, highest = layout.cell_width, None
    if cell_width is None:
        widest = max(Fraction(size.widest, size.width) for size in sizes)
        widest = Fraction(1) if layout.zoom else widest
        whole = max(size.width for size in sizes)
        cell_width = _choose_cell_width(whole, widest, columns, layout, label_width)
        # A zoomed part is no higher than a whole picture would be.
        highest = max(Fraction(cell_width * size.height, size.width) for size in sizes)
    return [_make_scale(size, cell_width, highest, layout.zoom) for size in sizes]


def _make_scale(
    size: Size, cell_width: int, highest: Fraction | None, zoom: tuple[int, int, int, int] | None
) -> Scale:
    """Return the scale at which the first picture, or its zoomed part, gets a width."""
    if zoom is None:
        x_scale = Fraction(cell_width, size.width)
        return make_scale(size, x_scale, None)
    x_scale = Fraction(cell_width, zoom[2])
    if x_scale >= 1:
        x_scale = Fraction(floor(x_scale))
        if highest is not None:
            x_scale = max(Fraction(1), min(x_scale, Fraction(highest // zoom[3])))
    return make_scale(size, x_scale, zoom)


def make_scale(size: Size, scale: Fraction, part: tuple[int, int, int, int] | None) -> Scale:
    """Return a scale that is `scale` across, and nearly so down, where the height is whole.

    Parameters
    ----------
    size : Size
    scale : Fraction
    part : (left, top, width, height), optional
        What is shown of the first picture; None for all.
    """
    left, top, width, height = part or (0, 0, size.width, size.height)
    down = Fraction(max(1, round(height * scale)), height)
    rows, columns = ((top, height), (left, width)) if part else (None, None)
    return Scale(size.height, size.width, down, scale, rows, columns)


def _choose_cell_width(
    whole: int, widest: Fraction, columns: int, layout: Layout, label_width: float
) -> int:
    """Return a picture's width, or what fits the dots per inch or the limit of the figure.

    Parameters
    ----------
    whole : int
        The greatest width of a first picture.
    widest : Fraction
        How many times as wide as an input's first picture all its pictures together are, at most.
    columns : int
    layout : Layout
    label_width : float
    """
    # With numbers, pixels become squares of one size, as large as there is room.
    unit, most = (whole, WIDTH_LIMIT) if layout.numbers else (1, whole)
    if layout.dots_per_inch is not None:
        size = layout.caption_size * layout.dots_per_inch / 72
        pixels = layout.page_pixels - (columns + 1) * round(size) - round(label_width * size)
        pixels = max(pixels, floor(columns * _LEAST_COLUMN * size))
        return unit * max(1, floor(pixels / columns / widest / unit))

    def figure_width(cell_width: int) -> int:
        picture_width = ceil(cell_width * widest)
        scale = pixels_per_point(layout, columns, picture_width, label_width)
        gaps = (columns + 1) * round(layout.caption_size * scale)
        return columns * picture_width + gaps + round(label_width * layout.caption_size * scale)

    widths = range(unit, unit * most + 1, unit)
    return unit * max(1, bisect_left(widths, WIDTH_LIMIT, key=figure_width))
