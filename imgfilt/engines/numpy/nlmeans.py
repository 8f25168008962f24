"""Non-local means: a mean of pixels weighted by how alike the patches around them are.

Source: Buades, Coll & Morel, "A non-local algorithm for image denoising" (2005), each two patches
compared once for all their pixels as in Darbon et al., "Fast nonlocal filtering applied to electron
cryomicroscopy" (2008); the weight of each patch is OpenCV's, cut off below 0.001.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...dtypes import Array
from .pixel_pairs import Kind, PairSums, means

SMALLEST_WEIGHT = 0.001
_BLOCK = 1 << 18  # pixels: long enough for the calls, and what they touch stays in the cache


def run(padded: Array, strength: float, patch: int, search: int, alpha: bool = False) -> Array:
    """Return the (h, w, C) means.

    Parameters
    ----------
    padded : (h + search + patch - 2, w + search + patch - 2, C) array
        In 8-bit levels; distances of uint8 are whole numbers and exact, of all else float64.
    strength : float
        h in exp(-D / h²), in levels, D the mean over patch and colours of squared differences.
    patch, search : int
        Odd sides of the patch and of the window that is searched, in pixels.
    alpha : bool
        The last channel is alpha: its squared differences are added, but it is no colour.
    """
    channels = padded.shape[2] - alpha
    kind = _kind(padded, channels * patch**2)
    reach, around = search // 2, patch // 2
    scale = strength**2 * patch**2 * channels

    # The cut is made on the distance, where it is exact on whole numbers.
    farthest = -math.log(SMALLEST_WEIGHT) * scale

    def compare(sums: PairSums) -> None:
        buffers, far = (
            np.empty((3, sums.planes.shape[1]), kind),
            np.empty(sums.planes.shape[1], bool),
        )
        corner = around * (sums.columns + 1)
        for down, across in halved(search):
            firsts, seconds = sums.ends(down, across)
            # What is compared reaches half a patch further than what is used of it.
            wide = [slice(ends.start - corner, ends.stop + corner) for ends in (firsts, seconds)]
            difference = sums.compared(*wide)
            free = list(buffers[:, wide[0]])
            _square_sum(difference, *free[:2])
            free = windowed(free, patch, sums.columns)
            free = windowed(free, patch, 1)
            distance, likeness = free[0], free[1][: len(free[0])]
            np.greater(distance, farthest, out=far[firsts])
            np.multiply(distance, -1 / scale, out=likeness)
            np.exp(likeness, out=likeness)
            np.copyto(likeness, 0, where=far[firsts])
            inner = difference[:, corner : difference.shape[1] - corner]
            sums.give(firsts, seconds, inner, likeness)

    return means(padded, reach + around, kind, _BLOCK, compare)


def _kind(padded: Array, count: int) -> Kind:
    """Return the dtype that holds sums of so many squared differences without loss."""
    exact = padded.dtype == np.uint8 and 255**2 * count < 2**24
    return np.float32 if exact else np.float64


def _square_sum(difference: Array, out: Array, scratch: Array) -> None:
    """Write the sum over the channels of the squares of (C, n) differences."""
    np.multiply(difference[0], difference[0], out=out)
    for plane in difference[1:]:
        np.add(out, np.multiply(plane, plane, out=scratch), out=out)


def halved(search: int) -> Iterator[tuple[int, int]]:
    """Give one of each two pixels that lie opposite: how far down and across."""
    reach = search // 2
    for down in range(reach + 1):
        for across in range(-reach if down else 1, reach + 1):
            yield down, across


def windowed(buffers: list[Array], size: int, step: int) -> list[Array]:
    """Return the sums of an odd number of values `step` apart, then two arrays that are free.

    A sum of 2n values is the sum of n and of the n beside them. Nothing is written where it is
    read a step further: NumPy would copy it before.

    Parameters
    ----------
    buffers : list of three (n,) arrays
        The values, and two arrays to work in.
    """
    doubled, *free = buffers
    count, length = len(doubled), len(doubled) - (size - 1) * step
    total, taken, span = doubled, 0, 1
    while True:
        if size & span:
            part = doubled[taken * step : taken * step + length]
            if taken:
                np.add(total[:length], part, out=total[:length])
            else:
                total = doubled
            taken += span
        if taken == size:
            break
        valid = count - (2 * span - 1) * step
        twice = free.pop()
        beside = doubled[span * step : span * step + valid]
        np.add(doubled[:valid], beside, out=twice[:valid])
        if doubled is not total:
            free.append(doubled)
        doubled, span = twice, 2 * span
    if doubled is not total:
        free.append(doubled)
    return [total[:length], *free]


def window(patch: int, search: int) -> NDArray[np.bool_]:
    """Return the square of all pixels that an output pixel depends on."""
    side = patch + search - 1
    return np.ones((side, side), bool)


def operations(patch: int, search: int, channels: int) -> float:
    """Return the operations of an output pixel: of each pair, half for either of its pixels."""
    sums = 2 * (patch.bit_length() - 1 + patch.bit_count() - 1)
    return float(search * search // 2 * (sums + 6 + 6 * channels))
