"""Bilateral, exact: every pixel of the disc is compared with its centre.

Source: Tomasi & Manduchi, "Bilateral filtering for gray and color images" (1998), with a disc for
a window and the sum of absolute differences over the channels for likeness, as OpenCV has it.
"""

from __future__ import annotations

import numpy as np

from ....dtypes import Array
from ..pixel_pairs import PairSums, means
from .disc import halved

_BLOCK = 1 << 17  # pixels: long enough for the calls, and what they touch stays in the cache


def run(padded: Array, diameter: int, sigma_color: float, sigma_space: float) -> Array:
    """Return the (h, w, C) weighted means.

    Parameters
    ----------
    padded : (h + diameter - 1, w + diameter - 1, C) array
        In 8-bit levels; uint8 is computed in float32, all else in float64.
    sigma_color : float
        In levels, of the sum over the channels.
    sigma_space : float
        In pixels.
    """
    kind = np.float32 if padded.dtype == np.uint8 else np.float64
    # A larger one would be infinite in float32, and NaN where the difference is 0.
    falloff = max(-0.5 / sigma_color**2, -1e30)

    def compare(sums: PairSums) -> None:
        scratch = np.empty((2, sums.planes.shape[1]), kind)
        for down, across, distance in halved(diameter):
            firsts, seconds = sums.ends(down, across)
            difference = sums.compared(firsts, seconds)
            likeness = scratch[0, firsts]
            _square_sum(difference, likeness, scratch[1, firsts])
            np.multiply(likeness, falloff, out=likeness)
            np.subtract(likeness, 0.5 * (distance / sigma_space) ** 2, out=likeness)
            np.exp(likeness, out=likeness)
            sums.give(firsts, seconds, difference, likeness)

    return means(padded, diameter // 2, kind, _BLOCK, compare)


def _square_sum(difference: Array, out: Array, scratch: Array) -> None:
    """Write (Σ |d|)², the sum being over the channels of (C, n) differences."""
    total = difference[0]
    if len(difference) > 1:
        total = np.abs(difference[0], out=out)
        for plane in difference[1:]:
            np.add(out, np.abs(plane, out=scratch), out=out)
    np.multiply(total, total, out=out)


def operations(diameter: int, channels: int) -> float:
    """Return the operations of an output pixel: of each pair, half for either of its pixels."""
    return float(sum(1 for _ in halved(diameter)) * (7 + 6 * channels))
