"""Values in float32 that might round to another level are computed again by the definition.

Example: 12.4998, perhaps 0.001 off, may be 12.5008, which rounds to 13, so it is computed again in
float64. 12.4 is at most 12.401, which rounds to 12 as well, so it stays. Of many values, 1 of 500
lies within 0.001 of a half.

Source: Ziv, "Fast evaluation of elementary mathematical functions with correctly rounded last bit"
(1991), where more digits are computed only if a bound of the error leaves the rounding open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ....buffers import borrow
from ....dtypes import Array
from ....geometry import row_blocks
from .taps import Taps

_MOST_AGAIN = 0.01  # share of the values; if more lie near a half, all are computed in float64
LARGEST_BOUND = 2.0**-9  # of an error; if it is larger, float64 takes less time
_BLOCK = 1 << 18  # values at once, which stay in the cache
_LARGEST_INT16 = 2**15 - 1
_AT_ONCE = 1 << 20  # window cells gathered at once
_MOST_CELLS = 1024  # of a window
_LEAST_NOISE = 0.003  # with less, more than 1 in 10 000 is within float32's error of a half
_LOOK, _CELL = 1.5, 1.5  # nanoseconds of a value, and of each window cell of one near a half


def is_affordable(taps: Taps) -> bool:
    """Return whether windows are so small that computing a few again takes little of the time."""
    return taps.shape[0] * taps.shape[1] <= _MOST_CELLS


def is_rarely_near(taps: Taps) -> bool:
    """Return whether few enough values of a noisy uint8 picture lie near a half for float32.

    Very wide kernels turn noise into one value. If two levels are equally frequent, the value lies
    half-way between them.
    """
    return taps.noise >= _LEAST_NOISE


def nanoseconds(taps: Taps, bound: float) -> float:
    """Return about the time that the repair adds to a value whose error has a bound."""
    return _LOOK + 2 * bound * taps.shape[0] * taps.shape[1] * _CELL


def repair(
    values: Array,
    padded: Array,
    taps: Taps,
    bound: float,
    recompute: Callable[[], Array],
    rounded: bool = False,
) -> Array:
    """Return values that round as the float64 definition does.

    Parameters
    ----------
    values : (h, w, C) float32 array
        Within `bound` of the definition; changed in place.
    padded : (h + rows - 1, w + columns - 1, C) array
        Whole levels.
    taps : Taps
    bound : float
        The bound of the values' error, in levels.
    recompute : callable
        Returns all values in float64; called if too many are near a half, as on a flat picture.
    rounded : bool
        Whether to return the values rounded, in the smallest dtype that is sure to hold them.
    """
    kind = _dtype_of_rounded(taps, padded.dtype) if rounded else values.dtype
    found = borrow("rounded", values.shape, kind) if rounded else values
    count = 0
    for rows in row_blocks(len(values), values[0].size, _BLOCK):
        block = values[rows]
        whole = np.rint(block, out=borrow("whole", block.shape, block.dtype))
        away = np.subtract(block, whole, out=borrow("away", block.shape, block.dtype))
        places = _find(np.abs(away, out=away), 0.5 - bound)
        if rounded:
            np.copyto(found[rows], whole, casting="unsafe")
        count += len(places[0])
        if count > _MOST_AGAIN * values.size:
            return recompute()
        again = _compute(padded[rows.start :], places, taps)
        found[rows][places] = np.rint(again) if rounded else _to_float32(again)
    return found


def _find(values: Array, least: float) -> tuple[Array, ...]:
    """Return the indices of the few values of at least a number."""
    marks = borrow("marks", (-(-values.size // 8) * 8,), np.bool_)
    marks[values.size :] = False
    np.greater_equal(values.reshape(-1), values.dtype.type(least), out=marks[: values.size])
    # Eight at a time: a search for single marks takes four times as long.
    eights = np.flatnonzero(marks.view(np.uint64))
    places = np.add.outer(8 * eights, np.arange(8)).reshape(-1)
    return np.unravel_index(places[marks[places]], values.shape)


def _dtype_of_rounded(taps: Taps, dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the smallest dtype that is sure to hold the rounded values of levels of a dtype."""
    if taps.bounded:
        return dtype
    largest = taps.magnitude / taps.divisor * int(np.iinfo(dtype).max)
    return np.dtype(np.int16 if largest <= _LARGEST_INT16 else np.float32)


def _compute(padded: Array, places: tuple[Array, ...], taps: Taps) -> Array:
    """Return the values of the definition, in float64, at some places of a padded block."""
    row, column, channel = padded.strides
    shape, strides = (*taps.output(padded), padded.shape[2], *taps.shape), (row, column, channel)
    windows = as_strided(padded, shape, (*strides, row, column))
    sums = np.empty(len(places[0]))
    step = max(1, _AT_ONCE // taps.weights.size)
    for first in range(0, len(sums), step):
        some = slice(first, first + step)
        cells = windows[tuple(axis[some] for axis in places)]
        # Not a matrix product, for which BLAS might start threads of its own.
        sums[some] = np.einsum("nij,ij->n", cells, taps.weights, dtype=np.float64)
    return sums / taps.divisor


def _to_float32(values: Array) -> Array:
    """Return float64 numbers as float32 numbers that round alike; none of them may be a half."""
    whole, near = np.rint(values), values.astype(np.float32)
    return np.where(np.rint(near) == whole, near, np.nextafter(near, whole.astype(np.float32)))
