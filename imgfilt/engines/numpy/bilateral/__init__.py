"""The bilateral filter: a mean weighted by distance and by colour difference, exact and fast.

The fast filter is an approximation by sums at a lower resolution: `moments` for grey, `lowrank` for
colours. Pixels whose sums are unreliable are computed exactly.
"""

from __future__ import annotations

import numpy as np

from ....dtypes import Array
from . import lowrank, moments
from .centres import choose_centres
from .coarse import cell_side
from .direct import disc, means_at, operations, run, spatial_weights

__all__ = [
    "cell_side",
    "choose_centres",
    "disc",
    "fast_operations",
    "means_at",
    "operations",
    "run",
    "run_fast",
    "spatial_weights",
]

_LARGEST = 1e15  # levels: sums of their squares still are float32


def run_fast(
    padded: Array,
    diameter: int,
    sigma_color: float,
    sigma_space: float,
    centres: Array,
) -> Array:
    """Return the approximate (h, w, C) weighted means.

    Parameters
    ----------
    padded : (h + diameter - 1, w + diameter - 1, C) array
        In 8-bit levels, of any dtype.
    diameter : int
        In pixels, odd.
    sigma_color : float
        In levels, of the sum over the channels.
    sigma_space : float
        In pixels.
    centres : (K, C) array
        Colours near to the picture's colours, as `choose_centres` returns them.

    Returns
    -------
    (h, w, C) array
        float32; float64 if a level is beyond 1e15, where the exact filter computes all pixels.
    """
    if max(-float(padded.min()), float(padded.max())) > _LARGEST:
        return run(padded, diameter, sigma_color, sigma_space)
    near = moments.run if padded.shape[2] == 1 else lowrank.run
    found, unreliable = near(padded, diameter, sigma_color, sigma_space, centres)
    if unreliable.any():
        places = np.argwhere(unreliable) + diameter // 2
        found[unreliable] = means_at(padded, places, diameter, sigma_color, sigma_space)
    return found


def fast_operations(count: int, channels: int, diameter: int, sigma_space: float) -> float:
    """Return the operations of an output pixel, with `count` centres.

    Parameters
    ----------
    count : int
        The number of centres.
    channels : int
        Colour channels of the picture.
    diameter : int
        In pixels, odd.
    sigma_space : float
        In pixels.

    Returns
    -------
    float
    """
    side = cell_side(diameter, sigma_space)
    across = diameter / side + 2
    planes, each = (15, 9) if channels == 1 else (1 + channels, 10 + 8 * channels)
    return count * (planes * (each + across * (2 + across / 2) / side**2))
