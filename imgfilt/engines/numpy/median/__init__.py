"""The median of a window, exact at every depth.

Small windows go through a sorting network: `tiling` decides which values are compared, as a graph
(`network`); `schedule` puts the comparisons in order; `execution` runs them on a picture. Larger
windows are counted by `rank_select`, whose work grows less with the size, and the largest of uint8
level by level.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from ....dtypes import Array
from ...method import Method
from ..convolution.box import sliding_sum
from . import execution, rank_select
from .schedule import Program, make_program

# The tile (rows, columns) for the network, by the largest size for it: fewest operations.
_TILES = {1: (1, 1), 3: (1, 2), 5: (2, 2), 11: (2, 4), 21: (4, 4)}

# Largest sizes for the network, by bytes of a value: above, `rank_select` takes less time.
_LARGEST_NETWORK = {1: 21, 2: 19, 4: 13, 8: 11}
_SMALLEST_LEVELS = 151  # of uint8: below, `rank_select` takes less time


def network(size: int) -> Program:
    """Return the program that suits a size."""
    return make_program(size, next(_TILES[largest] for largest in _TILES if size <= largest))


def _run_levels(padded: Array, size: int) -> Array:
    """Return the (h, w, C) medians of a uint8 block, in the same time for any size.

    Source: threshold decomposition (Fitch, Coyle & Gallagher, 1984): the median is the first level
    up to which more than half of the window lies.
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


def _count_level_operations(size: int) -> float:
    """Return about how many operations an output value costs."""
    return 256 * (3.0 + 4 * size.bit_length())


METHODS = {
    "network": Method(
        lambda padded, size: execution.run(padded, network(size)),
        lambda size: network(size).operations,
    ),
    "masks": Method(rank_select.run, rank_select.operations),
    "levels": Method(_run_levels, _count_level_operations),
}


def choose_method(size: int, dtype: np.dtype[Any]) -> str:
    """Return the key in METHODS of the fastest method for a size and dtype."""
    if size <= _LARGEST_NETWORK[dtype.itemsize]:
        return "network"
    return "levels" if dtype == np.uint8 and size >= _SMALLEST_LEVELS else "masks"


def run(padded: Array, size: int, name: str | None = None) -> Array:
    """Return the (h, w, C) medians of each size x size window, in the dtype of the block.

    Parameters
    ----------
    padded : (h + size - 1, w + size - 1, C) array
        uint8, uint16, float32 or float64, without NaN.
    size : int
        Odd.
    name : str, optional
        A key of METHODS; the fastest for the size by default.
    """
    return METHODS[name or choose_method(size, padded.dtype)].run(padded, size)


def run_weighted(padded: Array, weight: Array, size: int) -> Array:
    """Return the (h, w, C + 1) medians of the pixels with a weight above 0, the lower of two.

    The last channel is the median of the weights. If no weight of a window is above 0, the result
    is the pixel at its centre.

    Parameters
    ----------
    padded : (h + size - 1, w + size - 1, C) array
    weight : (h + size - 1, w + size - 1) array
    size : int
        Odd.
    """
    middles = rank_select.run(padded, size, weight > 0)
    weights = run(weight[..., np.newaxis], size)
    return np.concatenate([middles, weights.astype(padded.dtype)], axis=2)


def operations(size: int, dtype: np.dtype[Any]) -> float:
    """Return about how many operations an output value costs."""
    return METHODS[choose_method(size, dtype)].operations(size)
