"""A scale of colours for signed numbers: blue below 0, white at 0, red above."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Of numbers from -1 to 1 the ends; the others are linear mixtures with white.
NEGATIVE, POSITIVE = (33, 102, 172), (178, 24, 43)


def map_to_colours(numbers: NDArray[Any], most: float) -> NDArray[np.uint8]:
    """Return the (H, W, 3) sRGB colours of (H, W) numbers from `-most` to `most`."""
    share = np.clip(numbers / most, -1, 1)[..., np.newaxis]
    end = np.where(share < 0, NEGATIVE, POSITIVE)
    colours: NDArray[np.uint8] = np.rint(255 + (end - 255) * np.abs(share)).astype(np.uint8)
    return colours
