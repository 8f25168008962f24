"""The disc: the window of a bilateral filter, and one half of it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def disc(diameter: int) -> NDArray[np.bool_]:
    """Return the (diameter, diameter) window: the cells within diameter // 2 of the centre."""
    radius = diameter // 2
    steps = np.arange(-radius, radius + 1) ** 2
    return steps[:, np.newaxis] + steps <= radius * radius


def halved(diameter: int) -> Iterator[tuple[int, int, float]]:
    """Give one of each two cells that lie opposite: how far down, across, and from the centre."""
    for down, across in (np.argwhere(disc(diameter)) - diameter // 2).tolist():
        if (down, across) > (0, 0):
            yield down, across, math.hypot(down, across)
