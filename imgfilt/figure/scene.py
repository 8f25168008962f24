"""A scene: what a figure shows, and where, in points; raster, SVG, PDF and HTML draw it.

A point is 1/72 inch. Places are counted to the right and down from the top left corner. Later items
cover earlier ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import Span
from .fonts import Fonts

Colour = tuple[int, int, int]  # red, green, blue, 0 to 255, sRGB
Point = tuple[float, float]  # x, y


class Box(NamedTuple):
    """A rectangle in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    def shift(self, x: float, y: float) -> Box:
        """Return the box further to the right and further down."""
        return self._replace(left=self.left + x, top=self.top + y)


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels that fill a box; enlarged pixels stay squares.

    Attributes
    ----------
    box : Box
    pixels : (H, W, 1) or (H, W, 3) uint8 array
        sRGB. Without pixels, the box is the place of a cell that shows nothing.
    name : str
        What the picture shows, for people who can't see it. Of a cell, its caption.
    is_cell : bool
        Whether it is the picture of a cell, not a part of one, such as an inset.
    notes : tuple of Span
        Of a cell, the parts of the line below its caption.
    is_part : bool
        Whether it belongs to the cell above it, as an inset does.
    first : (int, int)
        Of a cell, the row and column of its first pixel in the input's first picture.
    whole : (int, int)
        The height and width of that picture; (0, 0) if it isn't known.
    """

    box: Box
    pixels: NDArray[np.uint8]
    name: str = ""
    is_cell: bool = False
    notes: tuple[Span, ...] = ()
    is_part: bool = False
    first: tuple[int, int] = (0, 0)
    whole: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Text:
    """One line of text.

    Attributes
    ----------
    string : str
    x, baseline : float
    size : float
        The font's height.
    anchor : {0, 0.5, 1}
        The point of the line that lies on `x`: 0 is its left end, 0.5 its middle, 1 its right end.
    colour : Colour
    bold : bool
    angle : {0, 90}
        Counter-clockwise, in degrees, around the point (x, baseline); at 90 the line runs upwards.
    """

    string: str
    x: float
    baseline: float
    size: float
    anchor: float = 0.0
    colour: Colour = (32, 32, 32)
    bold: bool = False
    angle: int = 0


@dataclass(frozen=True)
class Path:
    """Straight lines from point to point, or the area inside of them.

    Attributes
    ----------
    points : tuple of Point
    stroke : Colour or None
        The colour of the lines.
    width : float
        Of the lines.
    fill : Colour or None
        The colour of the area.
    closed : bool
        Whether a line joins the last point and the first.
    dash : float
        The length of a dash and of a gap; 0 for a line without gaps.
    """

    points: tuple[Point, ...]
    stroke: Colour | None = None
    width: float = 1.0
    fill: Colour | None = None
    closed: bool = False
    dash: float = 0.0


@dataclass(frozen=True)
class Disc:
    """A filled circle."""

    x: float
    y: float
    radius: float
    fill: Colour


Item = Picture | Text | Path | Disc


@dataclass
class Scene:
    """Items on a page.

    Attributes
    ----------
    width, height : float
        Of the page.
    pixels_per_point : float
        Of a raster; the boxes of pictures then lie on whole pixels.
    background : Colour or None
        None is a transparent page.
    fonts : Fonts
    items : list of Item
    title : str
        The text above the figure, or "".
    captions : {"above", "below", "none"}
        Where captions stand.
    command : str
        The command that made the figure, or "".
    """

    width: float
    height: float
    pixels_per_point: float
    background: Colour | None = (255, 255, 255)
    fonts: Fonts = field(default_factory=Fonts)
    items: list[Item] = field(default_factory=list)
    title: str = ""
    captions: str = "above"
    command: str = ""

    @property
    def pixels(self) -> tuple[int, int]:
        """The height and the width of the raster."""
        return round(self.height * self.pixels_per_point), round(self.width * self.pixels_per_point)


def rectangle(
    box: Box, stroke: Colour | None = None, width: float = 1.0, fill: Colour | None = None
) -> Path:
    """Return the path around a box.

    Parameters
    ----------
    box : Box
    stroke : Colour, optional
    width : float
        Of the line, whose middle lies on the edge of the box.
    fill : Colour, optional
    """
    corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom))
    return Path((*corners, (box.left, box.bottom)), stroke, width, fill, closed=True)


def frame(box: Box, colour: Colour, width: float) -> Path:
    """Return a line around a box, whose inner edge is that of the box.

    Parameters
    ----------
    box : Box
    colour : Colour
    width : float
        Of the line.
    """
    left, top = box.left - width / 2, box.top - width / 2
    return rectangle(Box(left, top, box.width + width, box.height + width), colour, width)


def resize(item: Item, factor: float) -> Item:
    """Return an item whose places and lengths are multiplied by a factor."""
    if isinstance(item, Picture):
        return replace(item, box=Box(*(factor * length for length in item.box)))
    if isinstance(item, Path):
        points = tuple((factor * x, factor * y) for x, y in item.points)
        return replace(item, points=points, width=factor * item.width, dash=factor * item.dash)
    if isinstance(item, Disc):
        return Disc(factor * item.x, factor * item.y, factor * item.radius, item.fill)
    baseline, size = factor * item.baseline, factor * item.size
    return replace(item, x=factor * item.x, baseline=baseline, size=size)
