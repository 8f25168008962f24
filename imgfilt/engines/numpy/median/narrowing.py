"""Bounds of the medians of a tile, from counts of the pixels below a few levels.

Of 1 3 5 7 9 the median has the rank 2, counted from 0. Two pixels are below 4, not more than the
rank, so that the median isn't below 4. Four are below 8, so that the median is. Only 5 and 7 are
left, and among them the median has the rank 2 - 2 = 0: it is 5.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ....dtypes import Array
from ..convolution.box import sliding_sum

_LEVELS = 16  # quantiles of the levels around
_SAMPLED = 8  # rows and columns from one sample for the quantiles to the next
_ROWS = 16  # summed at once along columns, so that they stay in the cache


class Range(NamedTuple):
    """Bounds of the medians of b tiles.

    Attributes
    ----------
    first, last : (b,) arrays
        The first level of each tile, and the level after its last one.
    below : (h, w) array
        Pixels of an output pixel's window that are below the first level of its tile.
    """

    first: Array
    last: Array
    below: Array


def narrow_median_range(
    levels: Array, ranks: Array, seen: Array | None, sides: tuple[int, int], side: int
) -> Range:
    """Return the bounds of the levels that have the given ranks.

    Parameters
    ----------
    levels : (h + rows - 1, w + columns - 1) array
    ranks : (h, w) array
        The rank in the window of each output pixel. The array consists of whole tiles.
    seen : (h + rows - 1, w + columns - 1) bool array, optional
        The pixels that count.
    sides : (int, int)
        Rows and columns of a window.
    side : int
        Side of a tile, in pixels.
    """
    sample = np.sort(levels[::_SAMPLED, ::_SAMPLED], axis=None)
    at = np.linspace(0, len(sample) - 1, _LEVELS + 2).astype(np.intp)[1:-1]
    counted = np.unique(sample[at])
    below = levels[:, np.newaxis] < counted[:, np.newaxis]
    if seen is not None:
        below &= seen[:, np.newaxis]
    counts = _count_in_windows(below, sides)
    passed = (counts <= ranks[:, np.newaxis]).sum(axis=1, dtype=np.uint8)
    tiles = passed.reshape(len(ranks) // side, side, -1, side)
    low, high = tiles.min(axis=(1, 3)), tiles.max(axis=(1, 3))
    # The first and the last end lie outside all levels.
    ends = np.array([0, *counted.tolist(), 1 << 32], np.int64)
    nothing = np.zeros((len(ranks), 1, ranks.shape[1]), counts.dtype)
    counts = np.concatenate([nothing, counts], axis=1)
    of_pixels = low.repeat(side, axis=0).repeat(side, axis=1)
    known = np.take_along_axis(counts, of_pixels[:, np.newaxis].astype(np.intp), axis=1)[:, 0]
    return Range(ends[low].ravel(), ends[high + 1].ravel(), known.astype(np.int32))


def _count_in_windows(marked: Array, sides: tuple[int, int]) -> Array:
    """Return (h, L, w): marked pixels in each window of (h + down - 1, L, w + across - 1) marks."""
    down, across = sides
    narrow = np.uint8 if down < 1 << 8 else np.uint16
    wide = np.uint16 if down * across < 1 << 16 else np.uint32
    marks = marked.view(np.uint8)
    height, width = len(marks) - down + 1, marks.shape[2] - across + 1
    counts = np.empty((height, marks.shape[1], width), wide)
    running = marks[:down].sum(axis=0, dtype=narrow)
    for top in range(0, height, _ROWS):
        columns = np.empty((min(_ROWS, height - top), *running.shape), wide)
        for row in range(len(columns)):
            columns[row] = running
            if top + row + down < len(marks):
                running += marks[top + row + down]
                running -= marks[top + row]
        counts[top : top + _ROWS] = sliding_sum(columns, across, axis=2)
    return counts
