"""A canvas: lines and areas, smooth at their edges, and text; rows before columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ..figure import text
from ..geometry import Rect

Colour = tuple[int, int, int]

WHITE, INK, GREY, FAINT = (255, 255, 255), (32, 32, 32), (120, 120, 120), (225, 225, 225)
_FINE = 3  # drawn so many times as large, and reduced


class Canvas:
    """A white canvas of so many pixels; what is drawn later lies above, and text above all."""

    def __init__(self, height: int, width: int):
        self.height, self.width = height, width
        self._image = Image.new("RGB", (width * _FINE, height * _FINE), WHITE)
        self._draw = ImageDraw.Draw(self._image)
        self._texts: list[tuple[text.Line, Colour]] = []

    def line(
        self, points: Sequence[tuple[float, float]], colour: Colour, width: float = 1.5
    ) -> None:
        """Draw a line through points (row, column)."""
        places = [(column * _FINE, row * _FINE) for row, column in points]
        self._draw.line(places, colour, round(width * _FINE), joint="curve")

    def dashes(
        self, points: Sequence[tuple[float, float]], colour: Colour, width: float, dash: float
    ) -> None:
        """Draw a line through points in dashes of so many pixels, with gaps as long."""
        rows, columns = np.array(points, float).T
        along = np.concatenate([[0], np.hypot(np.diff(rows), np.diff(columns)).cumsum()])
        for start in np.arange(0, along[-1], 2 * dash):
            end = min(start + dash, along[-1])
            inner = along[(along > start) & (along < end)]
            places = np.concatenate([[start], inner, [end]])
            part = zip(
                np.interp(places, along, rows), np.interp(places, along, columns), strict=True
            )
            self.line([(float(row), float(column)) for row, column in part], colour, width)

    def dot(self, row: float, column: float, colour: Colour, radius: float) -> None:
        """Draw a filled circle."""
        left, top, size = column * _FINE, row * _FINE, radius * _FINE
        self._draw.ellipse((left - size, top - size, left + size, top + size), colour)

    def frame(self, box: Rect, colour: Colour, width: float = 1.5) -> None:
        """Draw a rectangle's sides."""
        top, left, bottom, right = box
        corners = [(top, left), (top, right), (bottom, right), (bottom, left), (top, left)]
        self.line([*corners, (top, right)], colour, width)

    def pixels(self, box: Rect, pixels: NDArray[np.uint8]) -> None:
        """Show (H, W, 3) pixels in a box: each as a rectangle, or several as their mean."""
        reduced = pixels.shape[0] > box.height or pixels.shape[1] > box.width
        how = Image.Resampling.BOX if reduced else Image.Resampling.NEAREST
        image = Image.fromarray(pixels).resize((box.width * _FINE, box.height * _FINE), how)
        self._image.paste(image, (box.left * _FINE, box.top * _FINE))

    def write(
        self,
        words: str,
        size: int,
        row: float,
        column: float,
        *,
        anchor: float = 0.5,
        colour: Colour = INK,
    ) -> None:
        """Write a line in its place, as text.at has it."""
        line = text.at(words, size, row, column, anchor)
        if line is not None:
            self._texts.append((line, colour))

    def array(self) -> NDArray[np.uint8]:
        """Return what was drawn, (height, width, 3)."""
        drawn: NDArray[Any] = np.array(self._image.reduce(_FINE))
        for line, colour in self._texts:
            cover = text.drawn(line)[..., np.newaxis] / 255
            part = drawn[line.box.slices]
            part[:] = np.rint(part + (np.array(colour) - part.astype(float)) * cover)
        return drawn
