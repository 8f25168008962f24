"""Median: the middle value of a window, exact at every depth."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from .box import sliding_sum
from .taps import Array

_MOST_SORTED = 1 << 22  # values that are laid out for sorting at a time
_LARGEST_SORTED = 25  # side; above, uint8 is faster level by level


def method(size: int, dtype: np.dtype[np.generic]) -> str:
    """Return how the medians of a size are found: by `sorting` windows, or by counting `levels`."""
    return "levels" if dtype == np.uint8 and size > _LARGEST_SORTED else "sorting"


def run(padded: Array, size: int) -> Array:
    """Return the (h, w, C) medians of each size x size window, in the dtype of the block."""
    if method(size, padded.dtype) == "levels":
        return _by_levels(padded, size)
    height, width = (side - size + 1 for side in padded.shape[:2])
    middles = np.empty((height, width, padded.shape[2]), padded.dtype)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), (0, 1))
    rank = size * size // 2
    # NumPy partitions 16 and 32 bits with vector instructions, 8 bits without: four times slower.
    kind = np.uint16 if padded.dtype == np.uint8 else padded.dtype
    step = max(1, _MOST_SORTED // (width * padded.shape[2] * size * size))
    for top in range(0, height, step):
        values = windows[top : top + step].astype(kind).reshape(-1, size * size)
        found = np.partition(values, rank, axis=1)[:, rank]
        middles[top : top + step] = found.reshape(-1, width, padded.shape[2])
    return middles


def _by_levels(padded: Array, size: int) -> Array:
    """Count, level by level, how much of each window lies below: the same time at any size.

    Source: threshold decomposition (Fitch, Coyle & Gallagher, 1984): the median is the number of
    levels at which less than half of the window reaches no higher.
    """
    rank = size * size // 2
    kind = np.uint16 if size * size < 2**16 else np.uint32
    height, width = (side - size + 1 for side in padded.shape[:2])
    levels = np.unique(padded)
    middles = np.full((height, width, padded.shape[2]), levels[0])
    for level, above in pairwise(levels):
        within = (padded <= level).astype(kind)
        counts = sliding_sum(sliding_sum(within, size, axis=0), size, axis=1)
        np.copyto(middles, above, where=counts <= rank)
    return middles


def run_weighted(padded: Array, weight: Array, size: int) -> Array:
    """Return the (h, w, C + 1) medians of the pixels with a weight above 0, the lower of two.

    The last is the median of the weights. Where a window has none above 0, the value is that of
    its centre.
    """
    height, width = (side - size + 1 for side in padded.shape[:2])
    middles = np.empty((height, width, padded.shape[2] + 1), padded.dtype)
    middles[..., -1:] = run(weight[..., np.newaxis], size)
    view = np.lib.stride_tricks.sliding_window_view
    windows, weights = view(padded, (size, size), (0, 1)), view(weight, (size, size), (0, 1))
    step = max(1, _MOST_SORTED // (width * size * size))
    for top in range(0, height, step):
        seen = weights[top : top + step].reshape(-1, size * size) > 0
        rank = np.maximum(seen.sum(axis=1) - 1, 0) // 2
        # The unseen are sorted behind all that are seen.
        for channel in range(padded.shape[2]):
            values = windows[top : top + step, :, channel].reshape(-1, size * size)
            order = np.lexsort((values, ~seen), axis=1)
            at = np.take_along_axis(order, rank[:, np.newaxis], axis=1)
            found = np.take_along_axis(values, at, axis=1)[:, 0]
            found = np.where(seen.any(axis=1), found, values[:, size * size // 2])
            middles[top : top + step, :, channel] = found.reshape(-1, width)
    return middles


def operations(size: int, dtype: np.dtype[np.generic]) -> float:
    """Return about how many operations an output value costs."""
    if method(size, dtype) == "levels":
        return 256 * (3.0 + 4 * size.bit_length())
    return 4.0 * size * size
