"""Bilateral, fast: near to the exact filter, by sums that are known at a lower resolution.

Where those say too little of a pixel it is computed exactly.
"""

from __future__ import annotations

import numpy as np

from ....dtypes import Array
from . import direct, lowrank, moments
from .coarse import cell
from .single import means_at

_LARGEST = 1e15  # levels: squares of theirs, summed, are float32 still


def run(
    padded: Array,
    diameter: int,
    sigma_color: float,
    sigma_space: float,
    centres: Array,
) -> Array:
    """Return about what the exact filter does; see exact.run.

    Parameters
    ----------
    centres : (K, C) array
        Colours that those of the picture are near to, as `choose` returns them.
    """
    if max(-float(padded.min()), float(padded.max())) > _LARGEST:
        return direct.run(padded, diameter, sigma_color, sigma_space)
    near = moments.run if padded.shape[2] == 1 else lowrank.run
    found, far = near(padded, diameter, sigma_color, sigma_space, centres)
    if far.any():
        places = np.argwhere(far) + diameter // 2
        found[far] = means_at(padded, places, diameter, sigma_color, sigma_space)
    return found


def operations(count: int, channels: int, diameter: int, sigma_space: float) -> float:
    """Return the operations of an output pixel, with so many centres."""
    side = cell(diameter, sigma_space)
    across = diameter / side + 2
    planes, each = (15, 9) if channels == 1 else (1 + channels, 10 + 8 * channels)
    return count * (planes * (each + across * (2 + across / 2) / side**2))
