"""Non-local means: a mean of pixels weighted by the difference of the patches around them.

With patches of one pixel and the strength 10, a pixel of 10 has two neighbours of 12 and 50. Their
squared differences from it are 4 and 1600, their weights exp(-4 / 10²) = 0.96 and exp(-16), taken
as 0. The mean is (10 + 0.96 · 12) / 1.96 = 10.98: noise is smoothed, and the edge stays.

Source: Buades, Coll & Morel, "A non-local algorithm for image denoising" (2005). Two patches are
compared once for all their pixels as in Darbon et al., "Fast nonlocal filtering applied to electron
cryomicroscopy" (2008). The weights are OpenCV's: those below 0.001 are taken as 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ...dtypes import Array
from .pixel_pairs import FloatType, PairSums, weighted_means

SMALLEST_WEIGHT = 0.001
_BLOCK = 1 << 18  # pixels: long enough for the calls, and what they touch stays in the cache


def run(
    padded: Array,
    strength: float,
    patch: int,
    search: int,
    weights: int = 0,
    has_missing: bool = False,
) -> Array:
    """Return the (h, w, C) weighted means.

    Parameters
    ----------
    padded : (h + search + patch - 2, w + search + patch - 2, C) array
        In 8-bit levels. Distances of uint8 are exact whole numbers, others are float64.
    strength : float
        h in exp(-D / h²), in levels. D is the mean of squared differences over patch and colours.
    patch, search : int
        Odd sides of the patch and of the window that is searched, in pixels.
    weights : int
        How many of the last channels are weights, which aren't counted as colours in the mean. The
        squared differences of alpha are added to the colours'.
    has_missing : bool
        Whether the last channel is 0 at missing pixels, and 1 at others. D is then the mean over
        the places of the patch where neither pixel is missing; without such a place there is no
        weight.
    """
    channels = padded.shape[2] - weights
    kind = _float_type(padded, channels * patch**2)
    reach, around = search // 2, patch // 2
    scale = strength**2 * patch**2 * channels

    # Distances are compared, not weights: distances of whole numbers are exact.
    farthest = -math.log(SMALLEST_WEIGHT) * scale

    def accumulate_pairs(sums: PairSums) -> None:
        buffers, far = (
            np.empty((3, sums.planes.shape[1]), kind),
            np.empty(sums.planes.shape[1], bool),
        )
        corner = around * (sums.columns + 1)
        for down, across in iter_half_window(search):
            firsts, seconds = sums.pair_slices(down, across)
            # Half a patch more is compared than pairs are added.
            wide = [slice(ends.start - corner, ends.stop + corner) for ends in (firsts, seconds)]
            difference = sums.differences(*wide)
            free = list(buffers[:, wide[0]])
            _sum_squares(difference, *free[:2])
            if has_missing:
                distance, *free = _sum_known(sums.planes[-1], wide, free, patch, sums.columns)
            else:
                distance, *free = _sum_patches(free, patch, sums.columns)
            pair_weights = free[0][: len(distance)]
            np.greater(distance, farthest, out=far[firsts])
            np.multiply(distance, -1 / scale, out=pair_weights)
            np.exp(pair_weights, out=pair_weights)
            np.copyto(pair_weights, 0, where=far[firsts])
            inner = difference[:, corner : difference.shape[1] - corner]
            sums.add_pairs(firsts, seconds, inner, pair_weights)

    return weighted_means(padded, reach + around, kind, _BLOCK, accumulate_pairs)


def _float_type(padded: Array, count: int) -> FloatType:
    """Return the dtype that holds sums of `count` squared differences exactly."""
    exact = padded.dtype == np.uint8 and 255**2 * count < 2**24
    return np.float32 if exact else np.float64


def _sum_squares(difference: Array, out: Array, scratch: Array) -> None:
    """Write the (n,) sums over the channels of the squares of (C, n) differences."""
    np.multiply(difference[0], difference[0], out=out)
    for plane in difference[1:]:
        np.add(out, np.multiply(plane, plane, out=scratch), out=out)


def _sum_patches(buffers: list[Array], patch: int, columns: int) -> list[Array]:
    """Return [the sums over patches of the first of three (n,) arrays, two arrays to work in]."""
    return window_sums(window_sums(buffers, patch, columns), patch, 1)


def _sum_known(
    present: Array, ends: list[slice], buffers: list[Array], patch: int, columns: int
) -> list[Array]:
    """Return [the sums over patches, two arrays to work in], for patches with missing pixels.

    A sum is of the places where neither pixel is missing, times the places of the patch over their
    number; infinity if there is no such place.
    """
    known = present[ends[0]] * present[ends[1]]
    buffers[0] *= known
    total, *free = _sum_patches(buffers, patch, columns)
    count, *_ = _sum_patches([known, np.empty_like(known), np.empty_like(known)], patch, columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        total *= patch**2 / count
    total[count == 0] = np.inf
    return [total, *free]


def iter_half_window(search: int) -> Iterator[tuple[int, int]]:
    """Yield (rows down, columns right) from the centre to one of each two opposite pixels.

    Parameters
    ----------
    search : int
        Odd side of the square, in pixels.
    """
    reach = search // 2
    for down in range(reach + 1):
        for across in range(-reach if down else 1, reach + 1):
            yield down, across


def window_sums(buffers: list[Array], size: int, step: int) -> list[Array]:
    """Return [the sums of `size` values that are `step` apart, two arrays to work in].

    A sum of 2n values is the sum of n values and of the next n. No operation writes to an array
    that it also reads at another place, because NumPy would copy it first.

    Parameters
    ----------
    buffers : list of three (n,) arrays
        The values, and two arrays to work in.
    size : int
        Odd.
    step : int
        The distance between values that are added, in values.
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
        next_values = doubled[span * step : span * step + valid]
        np.add(doubled[:valid], next_values, out=twice[:valid])
        if doubled is not total:
            free.append(doubled)
        doubled, span = twice, 2 * span
    if doubled is not total:
        free.append(doubled)
    return [total[:length], *free]


def operations(patch: int, search: int, channels: int) -> float:
    """Return how many operations an output pixel costs: half of the cost of each of its pairs.

    Parameters
    ----------
    patch, search : int
        Sides in pixels.
    channels : int
    """
    sums = 2 * (patch.bit_length() - 1 + patch.bit_count() - 1)
    return float(search * search // 2 * (sums + 6 + 6 * channels))
