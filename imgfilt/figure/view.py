"""What is shown of a cell: its picture, or a part of it, and insets; and where."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..image.display import DisplayedPicture
from . import Cell, DifferenceScale
from .colours import map_to_colours
from .insets import Inset
from .interval import Interval
from .reduction import reduce
from .scale import Scale
from .scene import Box, Colour, Item, Picture, Text, frame

_WHITE: Colour = (255, 255, 255)
_DARK, _LIGHT, _MIDDLE = (0, 0, 0), (255, 255, 255), 118  # inks, and the level alike far from both
_DIGIT = 0.7  # the height of a digit, in font heights


class View(NamedTuple):
    """What is shown of a picture.

    Attributes
    ----------
    pixels : (H, W, C) array of uint8, or int16 for a difference
    vertical, horizontal : Interval
    first : (int, int)
        The row and column of the first pixel in the input's first picture.
    whole : (int, int)
        The height and width of that picture.
    numbers : (H, W) array of str, optional
        What is written on each pixel.
    room : (int, int)
        The width and height of the first picture or its shown part, in displayed pixels.
    """

    pixels: NDArray[Any]
    vertical: Interval
    horizontal: Interval
    first: tuple[int, int]
    whole: tuple[int, int]
    numbers: NDArray[np.str_] | None = None
    room: tuple[int, int] = (0, 0)

    def box(self, as_raster: bool) -> Box | None:
        """Return its place in displayed pixels from the first picture's corner; None if empty.

        Parameters
        ----------
        as_raster : bool
            Whether the box is cut to whole pixels of the raster.
        """
        axes = self.horizontal, self.vertical
        if any(axis.stop <= axis.start for axis in axes):
            return None
        (left, right), (top, bottom) = (
            (axis.start, axis.stop) if as_raster else axis.pixel_edges for axis in axes
        )
        return Box(left, top, right - left, bottom - top)

    def sample(self) -> View:
        """Return the view with a pixel for each of the raster."""
        if self.horizontal.scale < 1 or not self.pixels.size:
            return self
        rows, columns = self.vertical.nearest_pixels, self.horizontal.nearest_pixels
        return self._replace(pixels=self.pixels[rows[:, np.newaxis], columns])


class ShownCell(NamedTuple):
    """What is shown of a cell: its picture, parts of it enlarged, and its difference."""

    picture: View
    insets: list[tuple[Inset, View]]
    difference: View | None = None


def take_view(
    picture: NDArray[Any] | DisplayedPicture,
    scale: Scale,
    as_raster: bool,
    offset: tuple[int, int] = (0, 0),
    numbers: NDArray[np.str_] | None = None,
) -> View:
    """Return the view of a picture at a scale; it holds no more pixels than are shown.

    Parameters
    ----------
    picture : (H, W, C) array of uint8 or int16, or DisplayedPicture
    scale : Scale
    as_raster : bool
        Whether a picture that is shown smaller is reduced; else it keeps its own pixels.
    offset : (row, column) of int
        Of the picture's first pixel in the input's first picture.
    numbers : (H, W) array of str, optional
        What is written on each pixel.
    """
    height, width, *_ = picture.shape
    vertical, horizontal = scale.intervals(height, width, offset)
    is_reduced = as_raster and horizontal.scale < 1
    size = vertical.stop - vertical.start, horizontal.stop - horizontal.start
    if as_raster:
        rows, vertical = vertical.cut(is_reduced)
        columns, horizontal = horizontal.cut(is_reduced)
    else:
        rows, vertical = vertical.cut_to_shown()
        columns, horizontal = horizontal.cut_to_shown()
    part: NDArray[Any] = picture[rows, columns]
    if is_reduced and part.size:
        part = reduce(part, *size, vertical.visible_edges, horizontal.visible_edges)
    elif part.shape != picture.shape:
        part = part.copy()  # because a view would keep the whole picture
    left, top, *room = scale.shown
    first = top + vertical.offset, left + horizontal.offset
    numbers = None if numbers is None else numbers[rows, columns]
    whole = scale.height, scale.width
    return View(part, vertical, horizontal, first, whole, numbers, (room[0], room[1]))


class Style(NamedTuple):
    """How the pictures of all cells are drawn; lengths are in displayed pixels.

    Attributes
    ----------
    as_raster : bool
        See `View.box`.
    hairline : (colour, width)
    is_framed : bool
        Whether a hairline is around the pictures of cells.
    number_size : float
        The height of numbers on pixels.
    """

    as_raster: bool
    hairline: tuple[Colour, float]
    is_framed: bool
    number_size: float


def place_cell(
    cell: Cell,
    shown: ShownCell,
    place: tuple[float, float, float],
    style: Style,
) -> list[Item]:
    """Return the pictures of a cell and the lines around them, in displayed pixels.

    Parameters
    ----------
    cell : Cell
    shown : ShownCell
    place : (left, top, bottom) of float
        Of the first picture: its left and upper edge, and the lower edge of the row's pictures.
    style : Style
    """
    left, top, bottom = place
    items: list[Item] = []
    for view, x, y in [
        (shown.picture, left, top),
        *(
            (view, left + inset.frame.left, bottom + inset.frame.top)
            for inset, view in shown.insets
        ),
    ]:
        box, is_cell = view.box(style.as_raster), view is shown.picture
        is_empty = box is None
        if box is None and is_cell:  # its caption and its place stay
            box = Box(0, 0, *view.room)
        if box is None:
            continue
        pixels = view.sample().pixels if style.as_raster else view.pixels
        notes = cell.notes if is_cell else ()
        facts = (cell.caption, is_cell, notes, not is_cell, view.first, view.whole)
        items.append(Picture(box.shift(x, y), pixels, *facts))
        if is_cell and style.is_framed and not is_empty:
            items.append(frame(box.shift(x, y), *style.hairline))
        items += _place_numbers(view, x, y, style.number_size)
    for inset, view in shown.insets:
        if view.box(style.as_raster) is None:
            continue
        locator = inset.locator.shift(left, top)
        items.append(frame(locator, _WHITE, ceil(1.5 * inset.line)))  # seen on its own colour, too
        items.append(frame(locator, inset.colour, inset.line))
        items.append(frame(inset.frame.shift(left, bottom), inset.colour, inset.line))
    return items


def place_difference(
    cell: Cell,
    shown: ShownCell,
    place: tuple[float, float],
    style: Style,
    scale: DifferenceScale,
) -> list[Item]:
    """Return the difference of a cell in colours, and the line around it; nothing if it has none.

    Parameters
    ----------
    cell : Cell
    shown : ShownCell
    place : (left, top) of float
        In displayed pixels, as the items.
    style : Style
    scale : DifferenceScale
    """
    view = shown.difference
    box = view and view.box(style.as_raster)
    if view is None or box is None:
        return []
    levels = view.sample().pixels if style.as_raster else view.pixels
    box = box.shift(*place)
    colours = map_to_colours(levels[..., 0], scale.end)
    name = f"{cell.caption}: difference from {scale.base}"
    picture = Picture(box, colours, name, is_part=True)
    return [picture, frame(box, *style.hairline)]


def _place_numbers(view: View, x: float, y: float, size: float) -> Iterator[Item]:
    """Give the numbers of a view in the middle of their pixels; `x`, `y` is its origin."""
    if view.numbers is None:
        return
    for (row, column), number in np.ndenumerate(view.numbers):
        middle = x + view.horizontal.middle(column)
        centre = y + view.vertical.middle(row)
        ink = _DARK if view.pixels[row, column].mean() >= _MIDDLE else _LIGHT
        yield Text(str(number), middle, centre + _DIGIT / 2 * size, size, 0.5, ink)
