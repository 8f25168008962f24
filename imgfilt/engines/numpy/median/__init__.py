"""The median of a window, exact at every depth.

Small windows go through a sorting network: `tiling` decides which values are compared, as a graph
(`network`); `schedule` puts the comparisons in order; `execution` runs them on a picture. Larger
windows are counted by `rank_select`, whose work grows less with the size, and the largest of uint8
level by level.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from ....dtypes import Array
from ...method import Method
from ..convolution.box import sliding_sum
from . import execution, rank_select
from .schedule import Program, make_program

# The rows and the columns of a tile for the network, by the largest rows and columns of a window
# for them: fewest operations for squares.
_TILE_ROWS = {3: 1, 11: 2, math.inf: 4}
_TILE_COLUMNS = {1: 1, 5: 2, math.inf: 4}

# Sides of the largest squares for the network, by bytes of a value: above, `rank_select` takes less
# time.
_LARGEST_NETWORK = {1: 21, 2: 19, 4: 13, 8: 11}
_SMALLEST_LEVELS = 151  # of uint8: below, `rank_select` takes less time

Sides = tuple[int, int]  # rows and columns of a window


def network(sides: Sides) -> Program:
    """Return the program that suits a window."""
    tables = _TILE_ROWS, _TILE_COLUMNS
    rows, columns = (
        next(tile for largest, tile in table.items() if side <= largest)
        for table, side in zip(tables, sides, strict=True)
    )
    return make_program(sides, (rows, columns))


def _run_levels(padded: Array, sides: Sides) -> Array:
    """Return the (h, w, C) medians of a uint8 block, in the same time for any window.

    The median is the first level up to which more than half of the window lies. Of 4 1 1 7 4, two
    pixels are up to 1 and four are up to 4, which is the median.

    Source: threshold decomposition (Fitch, Coyle & Gallagher, 1984).
    """
    (rows, columns), area = sides, math.prod(sides)
    kind = np.uint16 if area < 2**16 else np.uint32
    levels = np.unique(padded)
    middles = np.full((*execution.inner_shape(padded, sides), padded.shape[2]), levels[0])
    for level, above in pairwise(levels):
        within = (padded <= level).astype(kind)
        counts = sliding_sum(sliding_sum(within, rows, axis=0), columns, axis=1)
        np.copyto(middles, above, where=counts <= area // 2)
    return middles


def _count_level_operations(sides: Sides) -> float:
    """Return about how many operations an output value costs."""
    return 256 * (3.0 + 2 * sum(side.bit_length() for side in sides))


METHODS = {
    "network": Method(
        lambda padded, sides: execution.run(padded, network(sides)),
        lambda sides: network(sides).operations,
    ),
    "masks": Method(rank_select.run, rank_select.operations),
    "levels": Method(_run_levels, _count_level_operations),
}


def choose_method(sides: Sides, dtype: np.dtype[Any]) -> str:
    """Return the key in METHODS of the fastest method for a window and dtype."""
    area = math.prod(sides)
    if area <= _LARGEST_NETWORK[dtype.itemsize] ** 2:
        return "network"
    return "levels" if dtype == np.uint8 and area >= _SMALLEST_LEVELS**2 else "masks"


def run(padded: Array, sides: Sides, name: str | None = None) -> Array:
    """Return the (h, w, C) medians of each window, in the dtype of the block.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
        uint8, uint16, float32 or float64, without NaN.
    sides : (int, int)
        Rows and columns of a window, odd.
    name : str, optional
        A key of METHODS; the fastest for the window by default.
    """
    return METHODS[name or choose_method(sides, padded.dtype)].run(padded, sides)


def run_weighted(padded: Array, alpha: Array | None, present: Array | None, sides: Sides) -> Array:
    """Return the medians of the pixels that are there and not transparent, the lower of two.

    If a window has no such pixel, the result is the pixel at its centre.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    alpha : (h + rows - 1, w + columns - 1) array, optional
        0 at missing pixels.
    present : (h + rows - 1, w + columns - 1) bool array, optional
        False at missing pixels.
    sides : (int, int)
        Rows and columns of a window, odd.

    Returns
    -------
    (h, w, C + weights) array
        With the median of alpha, and with 1 where a window has a pixel that is there, else 0.
    """
    seen = present if alpha is None else alpha > 0
    planes = [rank_select.run(padded, sides, seen)]
    if alpha is not None:
        plane = alpha[..., np.newaxis]
        planes.append(
            run(plane, sides) if present is None else rank_select.run(plane, sides, present)
        )
    if present is not None:
        rows, columns = sides
        counts = sliding_sum(sliding_sum(present.astype(np.int32), rows, axis=0), columns, axis=1)
        planes.append(counts[..., np.newaxis] > 0)
    return np.concatenate([plane.astype(padded.dtype) for plane in planes], axis=2)


def operations(sides: Sides, dtype: np.dtype[Any]) -> float:
    """Return about how many operations an output value costs."""
    return METHODS[choose_method(sides, dtype)].operations(sides)
