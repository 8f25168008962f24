"""A canvas for plots: antialiased lines and areas, and text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ...geometry import Rect
from .. import text

Colour = tuple[int, int, int]

WHITE, INK, GREY, LIGHT_GREY = (255, 255, 255), (32, 32, 32), (120, 120, 120), (225, 225, 225)
_SUPERSAMPLING = 3  # shapes are drawn at this factor, and reduced


class Canvas:
    """A white canvas; later shapes cover earlier ones, and text covers all shapes.

    Every place is a row and a column in pixels of the canvas; both may be fractions.

    Parameters
    ----------
    height, width : int
        In pixels.
    """

    def __init__(self, height: int, width: int):
        self.height, self.width = height, width
        size = width * _SUPERSAMPLING, height * _SUPERSAMPLING
        self._image = Image.new("RGB", size, WHITE)
        self._draw = ImageDraw.Draw(self._image)
        self._texts: list[tuple[text.Line, Colour]] = []

    def draw_line(
        self, points: Sequence[tuple[float, float]], colour: Colour, width: float = 1.5
    ) -> None:
        """Draw a line through points.

        Parameters
        ----------
        points : sequence of (row, column)
        colour : (red, green, blue)
        width : float
            In pixels.
        """
        places = [(column * _SUPERSAMPLING, row * _SUPERSAMPLING) for row, column in points]
        self._draw.line(places, colour, round(width * _SUPERSAMPLING), joint="curve")

    def draw_dashes(
        self, points: Sequence[tuple[float, float]], colour: Colour, width: float, dash: float
    ) -> None:
        """Draw a dashed line through points.

        Parameters
        ----------
        points : sequence of (row, column)
        colour : (red, green, blue)
        width, dash : float
            The line's width, and the length of a dash and of a gap, in pixels.
        """
        rows, columns = np.array(points, float).T
        along = np.concatenate([[0], np.hypot(np.diff(rows), np.diff(columns)).cumsum()])
        for start in np.arange(0, along[-1], 2 * dash):
            end = min(start + dash, along[-1])
            inner = along[(along > start) & (along < end)]
            places = np.concatenate([[start], inner, [end]])
            part = zip(
                np.interp(places, along, rows), np.interp(places, along, columns), strict=True
            )
            self.draw_line([(float(row), float(column)) for row, column in part], colour, width)

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
        left, top, size = (n * _SUPERSAMPLING for n in (column, row, radius))
        self._draw.ellipse((left - size, top - size, left + size, top + size), colour)

    def draw_frame(self, box: Rect, colour: Colour, width: float = 1.5) -> None:
        """Draw a rectangle's sides.

        Parameters
        ----------
        box : Rect
        colour : (red, green, blue)
        width : float
            In pixels.
        """
        top, left, bottom, right = box
        corners = [(top, left), (top, right), (bottom, right), (bottom, left), (top, left)]
        # The first side again, so that the first corner is joined, too.
        self.draw_line([*corners, (top, right)], colour, width)

    def paste_pixels(self, box: Rect, pixels: NDArray[np.uint8]) -> None:
        """Fill a box with (H, W, 3) pixels: enlarged to rectangles, or reduced to their means."""
        reduced = pixels.shape[0] > box.height or pixels.shape[1] > box.width
        resampling = Image.Resampling.BOX if reduced else Image.Resampling.NEAREST
        size = box.width * _SUPERSAMPLING, box.height * _SUPERSAMPLING
        image = Image.fromarray(pixels).resize(size, resampling)
        self._image.paste(image, (box.left * _SUPERSAMPLING, box.top * _SUPERSAMPLING))

    def draw_text(
        self,
        string: str,
        size: int,
        row: float,
        column: float,
        *,
        anchor: float = 0.5,
        colour: Colour = INK,
    ) -> None:
        """Write a line of text.

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
        """
        line = text.place_line(string, size, row, column, anchor)
        if line is not None:
            self._texts.append((line, colour))

    def to_array(self) -> NDArray[np.uint8]:
        """Return the canvas as an (H, W, 3) array."""
        pixels: NDArray[Any] = np.array(self._image.reduce(_SUPERSAMPLING))
        for line, colour in self._texts:
            cover = text.render_line(line)[..., np.newaxis] / 255
            part = pixels[line.box.slices]
            part[:] = np.rint(part + (np.array(colour) - part.astype(float)) * cover)
        return pixels
