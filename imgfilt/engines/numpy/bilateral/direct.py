"""The exact bilateral filter: every pixel of a disc is compared with its centre.

Source: Tomasi & Manduchi, "Bilateral filtering for gray and color images" (1998), with a disc for
a window and weights by the sum of absolute differences over the channels, as in OpenCV.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ....dtypes import Array
from ..pixel_pairs import PairSums, weighted_means

_BLOCK = 1 << 17  # pixels: long enough for the calls, and what they touch stays in the cache


def disc(diameter: int) -> NDArray[np.bool_]:
    """Return the (diameter, diameter) window: the cells within diameter // 2 of the centre."""
    radius = diameter // 2
    steps = np.arange(-radius, radius + 1) ** 2
    return steps[:, np.newaxis] + steps <= radius * radius


def spatial_weights(diameter: int, sigma_space: float) -> NDArray[np.float64]:
    """Return the (diameter, diameter) weights by distance, sum 1; 0 outside the disc."""
    steps = np.arange(-(diameter // 2), diameter // 2 + 1) / sigma_space
    with np.errstate(over="ignore"):
        weights = np.exp(-0.5 * (steps[:, np.newaxis] ** 2 + steps**2)) * disc(diameter)
    normalized: NDArray[np.float64] = weights / weights.sum()
    return normalized


def iter_half_disc(diameter: int) -> Iterator[tuple[int, int, float]]:
    """Yield (rows down, columns right, distance) from the centre to one of each opposite pair."""
    for down, across in (np.argwhere(disc(diameter)) - diameter // 2).tolist():
        if (down, across) > (0, 0):
            yield down, across, math.hypot(down, across)


def run(padded: Array, diameter: int, sigma_color: float, sigma_space: float) -> Array:
    """Return the (h, w, C) weighted means.

    Parameters
    ----------
    padded : (h + diameter - 1, w + diameter - 1, C) array
        In 8-bit levels; uint8 is computed in float32, other dtypes in float64.
    diameter : int
        In pixels, odd.
    sigma_color : float
        In levels, of the sum over the channels.
    sigma_space : float
        In pixels.
    """
    kind = np.float32 if padded.dtype == np.uint8 else np.float64
    # A larger number would be infinite in float32, and its product with a difference of 0 NaN.
    falloff = max(-0.5 / sigma_color**2, -1e30)

    def accumulate_pairs(sums: PairSums) -> None:
        scratch = np.empty((2, sums.planes.shape[1]), kind)
        for down, across, distance in iter_half_disc(diameter):
            firsts, seconds = sums.pair_slices(down, across)
            difference = sums.differences(firsts, seconds)
            range_weight = scratch[0, firsts]
            _write_square_distances(difference, range_weight, scratch[1, firsts])
            np.multiply(range_weight, falloff, out=range_weight)
            np.subtract(range_weight, 0.5 * (distance / sigma_space) ** 2, out=range_weight)
            np.exp(range_weight, out=range_weight)
            sums.add_pairs(firsts, seconds, difference, range_weight)

    return weighted_means(padded, diameter // 2, kind, _BLOCK, accumulate_pairs)


def _write_square_distances(difference: Array, out: Array, scratch: Array) -> None:
    """Write the (n,) squares (Σ |d|)² of sums over the channels of (C, n) differences."""
    total = difference[0]
    if len(difference) > 1:
        total = np.abs(difference[0], out=out)
        for plane in difference[1:]:
            np.add(out, np.abs(plane, out=scratch), out=out)
    np.multiply(total, total, out=out)


def operations(diameter: int, channels: int) -> float:
    """Return how many operations an output pixel costs: half of the cost of each of its pairs."""
    return float(sum(1 for _ in iter_half_disc(diameter)) * (7 + 6 * channels))
