"""The exact bilateral filter at a few pixels."""

from __future__ import annotations

import numpy as np

from ....dtypes import Array
from .direct import disc

_VALUES = 1 << 15  # at once, so that they stay in the cache


def means_at(
    padded: Array,
    places: Array,
    diameter: int,
    sigma_color: float,
    sigma_space: float,
) -> Array:
    """Return the (n, C) weighted means.

    Parameters
    ----------
    padded : (H, W, C) array
        In 8-bit levels.
    places : (n, 2) array of int
        Rows and columns in the block, at least the radius from its edges.
    diameter : int
        In pixels, odd.
    sigma_color, sigma_space : float
        In levels, and in pixels.
    """
    steps = np.argwhere(disc(diameter)) - diameter // 2
    spatial_exponent = 0.5 * (steps**2).sum(axis=1) / sigma_space**2
    stride, channels = padded.shape[1:]
    # Planes, because single numbers are gathered.
    planes = [np.ascontiguousarray(padded[..., channel]).ravel() for channel in range(channels)]
    middles, offsets = places @ [stride, 1], steps @ [stride, 1]
    found = np.empty((len(places), channels))
    at_once = max(1, _VALUES // len(steps))
    for first in range(0, len(places), at_once):
        here = slice(first, first + at_once)
        seen = middles[here, np.newaxis] + offsets
        differences = []
        for plane in planes:
            middle = plane[middles[here]].astype(np.float64)
            differences.append(plane.take(seen) - middle[:, np.newaxis])
        color_distance = sum(np.abs(difference) for difference in differences)
        range_weight = np.exp(-spatial_exponent - 0.5 * np.square(color_distance / sigma_color))
        weight_sum = range_weight.sum(axis=1)
        for channel, difference in enumerate(differences):
            offset = np.einsum("nt,nt->n", range_weight, difference) / weight_sum
            found[here, channel] = planes[channel][middles[here]] + offset
    return found
