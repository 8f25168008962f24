"""Narrowing: the levels between which a tile's medians lie, by counting what is below a few."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ....dtypes import Array
from ..convolution.box import sliding_sum

_LEVELS = 16  # that are counted: quantiles of the levels around
_SAMPLED = 8  # rows and columns from one pixel that they are taken of to the next
_ROWS = 16  # that are summed at once along columns: they stay in the cache


class Range(NamedTuple):
    """The first level of each tile (b,), the one after the last, and what lies below.

    `below` (h, w) is how much of an output pixel's window is below the first level of its tile.
    """

    first: Array
    last: Array
    below: Array


def range_of_tiles(levels: Array, ranks: Array, seen: Array | None, size: int, side: int) -> Range:
    """Return the range of the levels of these ranks (h, w), tile by tile; (h, w) are whole tiles.

    `levels` and `seen` have size - 1 rows and columns more.
    """
    sample = np.sort(levels[::_SAMPLED, ::_SAMPLED], axis=None)
    at = np.linspace(0, len(sample) - 1, _LEVELS + 2).astype(np.intp)[1:-1]
    counted = np.unique(sample[at])
    below = levels[:, np.newaxis] < counted[:, np.newaxis]
    if seen is not None:
        below &= seen[:, np.newaxis]
    counts = _window_counts(below, size)
    passed = (counts <= ranks[:, np.newaxis]).sum(axis=1, dtype=np.uint8)
    tiles = passed.reshape(len(ranks) // side, side, -1, side)
    low, high = tiles.min(axis=(1, 3)), tiles.max(axis=(1, 3))
    # The first and last are outside of all levels.
    ends = np.array([0, *counted.tolist(), 1 << 32], np.int64)
    nothing = np.zeros((len(ranks), 1, ranks.shape[1]), counts.dtype)
    counts = np.concatenate([nothing, counts], axis=1)
    of_pixels = low.repeat(side, axis=0).repeat(side, axis=1)
    known = np.take_along_axis(counts, of_pixels[:, np.newaxis].astype(np.intp), axis=1)[:, 0]
    return Range(ends[low].ravel(), ends[high + 1].ravel(), known.astype(np.int32))


def _window_counts(marked: Array, size: int) -> Array:
    """Return how many are marked in each window: (h, L, w) of (h + size - 1, L, w + size - 1)."""
    narrow, wide = (np.uint8, np.uint16) if size < 1 << 8 else (np.uint16, np.uint32)
    marks = marked.view(np.uint8)
    height, width = len(marks) - size + 1, marks.shape[2] - size + 1
    counts = np.empty((height, marks.shape[1], width), wide)
    running = marks[:size].sum(axis=0, dtype=narrow)
    for top in range(0, height, _ROWS):
        columns = np.empty((min(_ROWS, height - top), *running.shape), wide)
        for row in range(len(columns)):
            columns[row] = running
            if top + row + size < len(marks):
                running += marks[top + row + size]
                running -= marks[top + row]
        counts[top : top + _ROWS] = sliding_sum(columns, size, axis=2)
    return counts
