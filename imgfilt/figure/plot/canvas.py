"""A canvas for plots, which collects the items of a scene."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...geometry import Rect
from ..fonts import Fonts, clean
from ..scene import Box, Colour, Disc, Path, Picture, Scene, Text, rectangle

WHITE, INK, GREY, LIGHT_GREY = (255, 255, 255), (32, 32, 32), (120, 120, 120), (225, 225, 225)
PIXELS_PER_POINT = 2.5  # 1400 pixels are 19.8 cm
_DIGIT_HEIGHT = 0.7  # of the font's


class Canvas:
    """A white canvas; later items cover earlier ones, and text covers all.

    Every place is a row and a column in pixels of the raster; both may be fractions.

    Parameters
    ----------
    height, width : int
        In pixels.
    fonts : Fonts, optional
    """

    def __init__(self, height: int, width: int, fonts: Fonts | None = None):
        self.height, self.width = height, width
        self._fonts = fonts or Fonts()
        self._shapes: list[Any] = []
        self._texts: list[Text] = []

    def text_width(self, string: str, size: int) -> float:
        """Return the width of a line of text in pixels."""
        return self._fonts.width(clean(string), size)

    def draw_line(
        self,
        points: Sequence[tuple[float, float]],
        colour: Colour,
        width: float = 1.5,
        dash: float = 0,
    ) -> None:
        """Draw a line through points.

        Parameters
        ----------
        points : sequence of (row, column)
        colour : (red, green, blue)
        width : float
            In pixels.
        dash : float
            The length of a dash and of a gap in pixels; 0 for a line without gaps.
        """
        places = tuple(_to_points(column, row) for row, column in points)
        self._shapes.append(
            Path(places, colour, width / PIXELS_PER_POINT, dash=dash / PIXELS_PER_POINT)
        )

    def draw_dot(self, row: float, column: float, colour: Colour, radius: float) -> None:
        """Draw a filled circle.

        Parameters
        ----------
        row, column : float
            Its centre.
        colour : (red, green, blue)
        radius : float
            In pixels.
        """
        self._shapes.append(Disc(*_to_points(column, row), radius / PIXELS_PER_POINT, colour))

    def draw_area(
        self, points: Sequence[tuple[float, float]], fill: Colour, edge: Colour, width: float
    ) -> None:
        """Fill the area between points, and draw a line around it.

        Parameters
        ----------
        points : sequence of (row, column)
        fill, edge : (red, green, blue)
            The colours of the area and of the line.
        width : float
            Of the line, in pixels.
        """
        places = tuple(_to_points(column, row) for row, column in points)
        self._shapes.append(Path(places, edge, width / PIXELS_PER_POINT, fill, closed=True))

    def draw_frame(self, box: Rect, colour: Colour, width: float = 1.5) -> None:
        """Draw a rectangle's sides.

        Parameters
        ----------
        box : Rect
        colour : (red, green, blue)
        width : float
            In pixels.
        """
        self._shapes.append(rectangle(_to_box(box), colour, width / PIXELS_PER_POINT))

    def paste_pixels(self, box: Rect, pixels: NDArray[np.uint8]) -> None:
        """Fill a box with (H, W, 3) pixels: enlarged to rectangles, or reduced to their means."""
        self._shapes.append(Picture(_to_box(box), pixels))

    def draw_text(
        self,
        string: str,
        size: int,
        row: float,
        column: float,
        *,
        anchor: float = 0.5,
        colour: Colour = INK,
        upwards: bool = False,
    ) -> None:
        """Write a line of text, whose digits are centred on a row.

        Parameters
        ----------
        string : str
        size : int
            The font's height in pixels.
        row, column : float
        anchor : float
            The point of the line that lies on `column`: 0 is its left end, 0.5 its middle, 1 its
            right end.
        colour : (red, green, blue)
        upwards : bool
            Whether the line runs upwards; its digits are then centred on the column, and its
            anchor lies on the row.
        """
        down = _DIGIT_HEIGHT * size / 2  # from the middle of digits to the baseline
        x, baseline = _to_points(column + down * upwards, row + down * (not upwards))
        text = " ".join(clean(string).split())
        height, angle = size / PIXELS_PER_POINT, 90 * upwards
        if text:
            self._texts.append(Text(text, x, baseline, height, anchor, colour, angle=angle))

    def to_scene(self, title: str = "") -> Scene:
        """Return the scene; the title is for the file's metadata."""
        width, height = _to_points(self.width, self.height)
        items = [*self._shapes, *self._texts]
        return Scene(width, height, PIXELS_PER_POINT, WHITE, self._fonts, items, title)


def _to_points(x: float, y: float) -> tuple[float, float]:
    return x / PIXELS_PER_POINT, y / PIXELS_PER_POINT


def _to_box(rect: Rect) -> Box:
    left, top = _to_points(rect.left, rect.top)
    return Box(left, top, rect.width / PIXELS_PER_POINT, rect.height / PIXELS_PER_POINT)
