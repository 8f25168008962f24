"""Bilateral, exact, at a few pixels only: each with all of its disc at hand."""

from __future__ import annotations

import numpy as np

from ....dtypes import Array
from .disc import disc

_VALUES = 1 << 15  # at once: what they take stays in the cache


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
        Rows and columns of the padded block, no margin.
    """
    steps = np.argwhere(disc(diameter)) - diameter // 2
    nearness = 0.5 * (steps**2).sum(axis=1) / sigma_space**2
    stride, channels = padded.shape[1:]
    # As wide as a pixel: what is gathered are single numbers of few planes.
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
        unlike = sum(np.abs(difference) for difference in differences)
        likeness = np.exp(-nearness - 0.5 * np.square(unlike / sigma_color))
        mass = likeness.sum(axis=1)
        for channel, difference in enumerate(differences):
            off = np.einsum("nt,nt->n", likeness, difference) / mass
            found[here, channel] = planes[channel][middles[here]] + off
    return found
