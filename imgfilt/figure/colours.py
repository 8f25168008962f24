"""A scale of colours for signed numbers: blue below 0, white at 0, red above; and its bar."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .fonts import Fonts
from .scene import Box, Colour, Picture, Text

# Of numbers from -1 to 1 the ends; the others are linear mixtures with white.
NEGATIVE, POSITIVE = (33, 102, 172), (178, 24, 43)


def map_to_colours(numbers: NDArray[Any], most: float) -> NDArray[np.uint8]:
    """Return the (H, W, 3) sRGB colours of (H, W) numbers from `-most` to `most`."""
    share = np.clip(numbers / most, -1, 1)[..., np.newaxis]
    end = np.where(share < 0, NEGATIVE, POSITIVE)
    colours: NDArray[np.uint8] = np.rint(255 + (end - 255) * np.abs(share)).astype(np.uint8)
    return colours


def make_colour_bar(box: Box) -> Picture:
    """Return the colours from the least number at the left to the greatest."""
    return Picture(box, map_to_colours(np.linspace(-1, 1, 255)[np.newaxis], 1), "scale of colours")


def make_labels(
    box: Box, baseline: float, size: float, most: float, ink: Colour, fonts: Fonts
) -> list[Text]:
    """Return the numbers below a colour bar: its ends and 0; none if they have no room.

    Parameters
    ----------
    box : Box
        The bar's.
    baseline, size : float
        Of the text, in the unit of the box.
    most : float
        The number at the right end.
    ink : Colour
    fonts : Fonts
    """
    labels = f"−{most:.3g}", "0", f"+{most:.3g}"
    if sum(fonts.width(label, size) for label in labels) + 2 * size > box.width:
        return []
    return [
        Text(label, box.left + share * box.width, baseline, size, share, ink)
        for label, share in zip(labels, (0, 0.5, 1), strict=True)
    ]
