"""Non-local means: a mean of pixels weighted by how alike the patches around them are.

Source: Buades, Coll & Morel, "A non-local algorithm for image denoising" (2005); the weight of
each patch is OpenCV's, cut off below 0.001.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .box import sliding_sum
from .taps import Array

SMALLEST_WEIGHT = 0.001
_BLOCK = 1 << 16  # pixels: long enough for the calls, short enough for the cache


def run(
    padded: Array, strength: float, patch: int, search: int, weight: Array | None = None
) -> Array:
    """Return the (h, w, C) means; with a weight plane a channel more, its own mean.

    Parameters
    ----------
    padded : (h + search + patch - 2, w + search + patch - 2, C) array
        In 8-bit levels; distances of uint8 are exact integers, of all else float64.
    strength : float
        h in exp(-D / h²), in levels, D the mean over patch and channels of squared differences.
    patch, search : int
        Odd sides of the patch and of the window that is searched, in pixels.
    weight : (h + search + patch - 2, w + search + patch - 2) array, optional
        What each pixel counts.
    """
    margin = patch // 2 + search // 2
    height, width = (side - 2 * margin for side in padded.shape[:2])
    extra = 0 if weight is None else 1
    means = np.empty((height, width, padded.shape[2] + extra), _kind(padded, weight))
    step = max(search, _BLOCK // width)
    for top in range(0, height, step):
        rows = slice(top, min(top + step, height) + 2 * margin)
        share = None if weight is None else weight[rows]
        means[top : top + step] = _block(padded[rows], strength, patch, search, share)
    return means


def _kind(padded: Array, weight: Array | None) -> type[np.floating]:
    return np.float32 if padded.dtype == np.uint8 and weight is None else np.float64


def _exact(planes: Array, patch: int) -> type[np.generic]:
    """Return the dtype in which the squared differences over a patch sum without loss."""
    if planes.dtype != np.uint8:
        return np.float64
    return np.int32 if 255**2 * len(planes) * patch**2 < 2**31 else np.int64


def _block(padded: Array, strength: float, patch: int, search: int, share: Array | None) -> Array:
    """Return the means of one block, each pair of patches compared once and used both ways."""
    kind = _kind(padded, share)
    around, reach = patch // 2, search // 2
    planes = np.ascontiguousarray(np.moveaxis(padded, 2, 0))
    scale = strength**2 * patch * patch * len(planes)
    compare = planes.astype(_exact(planes, patch))
    # The planes of the weighted sums reach over the whole search window, as their pairs do.
    values = planes[:, around : planes.shape[1] - around, around : planes.shape[2] - around]
    values = values.astype(kind)
    mass = np.ones_like(values[0])
    if share is not None:
        mass = share[around : len(share) - around, around : share.shape[1] - around].astype(kind)
    height, width = (side - 2 * reach for side in mass.shape)
    sums = np.zeros((len(planes) + 2, height, width), kind)
    centre = np.s_[reach : reach + height, reach : reach + width]
    for row in range(-reach, reach + 1):
        for column in range(-reach, reach + 1):
            if (row, column) > (0, 0):
                likeness = _likeness(compare, row, column, patch, reach, scale, kind)
                _gather(sums, likeness, values, mass, row, column, reach)
    total, weights, plain = sums[:-2], sums[-2], sums[-1]
    plain += 1
    weights += mass[centre]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = values[(slice(None), *centre)] + total / weights
    if share is None:
        return np.moveaxis(means, 0, 2)
    means = np.where(weights > 0, means, values[(slice(None), *centre)])
    return np.moveaxis(np.concatenate([means, [weights / plain]]), 0, 2)


def _likeness(
    planes: Array, row: int, column: int, patch: int, reach: int, scale: float, kind: type
) -> Array:
    """Return the weight of each pair (pixel, pixel + offset) that a pixel of the block is in.

    Its first entry is the pair whose *second* pixel is the block's first one.
    """
    down, across = planes.shape[1:]
    height, width = down - 2 * reach, across - 2 * reach  # with the patch around
    firsts = np.s_[
        :, reach - row : reach + height, reach - max(column, 0) : reach + width - min(column, 0)
    ]
    rows, columns = firsts[1], firsts[2]
    seconds = np.s_[
        :, rows.start + row : rows.stop + row, columns.start + column : columns.stop + column
    ]
    difference = planes[firsts] - planes[seconds]
    np.multiply(difference, difference, out=difference)
    squares = (
        difference[0] if len(difference) == 1 else difference.sum(axis=0, dtype=difference.dtype)
    )
    distance = sliding_sum(sliding_sum(squares, patch, 0), patch, 1)
    # The cut is made on the distance, where it is exact on integers.
    kept = distance <= -math.log(SMALLEST_WEIGHT) * scale
    likeness: Array = distance.astype(kind)
    likeness *= -1 / scale
    np.exp(likeness, out=likeness)
    likeness *= kept
    return likeness


def _gather(
    sums: Array, likeness: Array, values: Array, mass: Array, row: int, column: int, reach: int
) -> None:
    """Add a pair's weight to both its pixels, as far as they lie in the block."""
    height, width = sums.shape[1:]
    left = max(column, 0)
    for sign, at in ((1, (row, left)), (-1, (0, left - column))):
        seen = likeness[at[0] : at[0] + height, at[1] : at[1] + width]
        there = np.s_[
            reach + sign * row : reach + sign * row + height,
            reach + sign * column : reach + sign * column + width,
        ]
        here = np.s_[reach : reach + height, reach : reach + width]
        weighted = seen * mass[there]
        sums[-1] += seen
        sums[-2] += weighted
        for channel, plane in enumerate(values):
            sums[channel] += weighted * (plane[there] - plane[here])


def window(patch: int, search: int) -> NDArray[np.bool_]:
    """Return the square of all pixels that an output pixel depends on."""
    side = patch + search - 1
    return np.ones((side, side), bool)


def operations(patch: int, search: int, channels: int) -> float:
    """Return the operations of an output pixel."""
    pairs = search * search // 2
    sums = 2 * (patch.bit_length() - 1 + patch.bit_count() - 1)
    return float(pairs * (sums + 3 * channels + 4 + 2 * (3 + 3 * channels)))
