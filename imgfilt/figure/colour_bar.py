"""The bar that says which differences the colours of a figure stand for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from . import DifferenceScale, text
from .colours import map_to_colours
from .fonts import Fonts
from .metrics import Metrics
from .scene import Box, Colour, Item, Picture, Text, frame


class ColourBar(NamedTuple):
    """A bar of colours, numbers below it, and in words what they mean.

    Attributes
    ----------
    scale : DifferenceScale
    metrics : Metrics
    hairline : (Colour, float)
        The colour and the width of the line around the bar.
    ink : Colour
        Of the text.
    fonts : Fonts
    """

    scale: DifferenceScale
    metrics: Metrics
    hairline: tuple[Colour, float]
    ink: Colour
    fonts: Fonts

    def lay_out(self, middle: float, top: int, width: int) -> tuple[list[Item], int]:
        """Return the items, and the row of pixels below them.

        Parameters
        ----------
        middle : float
            The column of the bar's middle.
        top : int
        width : int
            The most that text and bar may need.
        """
        size, line = self.metrics.size, self.metrics.line
        bar = min(width, max(self.metrics.column, round(12 * size)))
        box = Box(round(middle - bar / 2), top, bar, max(1, round(size)))
        baseline = box.bottom + size / 4 + self.metrics.ascent
        labels = self._label(box, baseline)
        colours = map_to_colours(np.linspace(-1, 1, 255)[np.newaxis], 1)
        items: list[Item] = [Picture(box, colours, "scale of colours"), frame(box, *self.hairline)]
        items += labels
        baseline += line if labels else 0
        meaning = (
            f"difference from {self.scale.base} in 8-bit levels, gain {255 / self.scale.end:.3g}"
        )
        for part in text.wrap(text.split_words(meaning), self.fonts, size, width):
            items += text.place_line(part, self.fonts, middle, baseline, size, self.ink)
            baseline += line
        return items, round(baseline - self.metrics.ascent)

    def _label(self, box: Box, baseline: float) -> list[Text]:
        """Return the numbers below the bar: its ends and 0; none if they have no room."""
        size, end = self.metrics.size, f"{self.scale.end:.3g}"
        labels = f"−{end}", "0", f"+{end}"
        if sum(self.fonts.width(label, size) for label in labels) + 2 * size > box.width:
            return []
        return [
            Text(label, box.left + share * box.width, baseline, size, share, self.ink)
            for label, share in zip(labels, (0, 0.5, 1), strict=True)
        ]
