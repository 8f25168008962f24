"""Values in float32 that might round to another level are computed again by the definition."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ....buffers import borrow
from ....dtypes import Array
from .taps import Taps

_MOST_AGAIN = 0.01  # share of the values; if more lie near a half, all are computed in float64
LARGEST_BOUND = 2.0**-9  # of an error; if it is larger, float64 takes less time
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


def find_near_halves(values: Array, bound: float) -> tuple[Array, ...]:
    """Return the indices of the values within a bound of a half."""
    away = np.rint(values, out=borrow("away", values.shape, values.dtype))
    np.abs(np.subtract(values, away, out=away), out=away)
    # A search in a flat array takes a tenth of the time.
    found = np.flatnonzero(away.reshape(-1) >= values.dtype.type(0.5 - bound))
    return np.unravel_index(found, values.shape)


def repair(
    values: Array, padded: Array, taps: Taps, bound: float, recompute: Callable[[], Array]
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
    """
    places = find_near_halves(values, bound)
    if not len(places[0]):
        return values
    if len(places[0]) > _MOST_AGAIN * values.size:
        return recompute()
    windows = np.lib.stride_tricks.sliding_window_view(padded, taps.shape, (0, 1))
    step = max(1, _AT_ONCE // taps.weights.size)
    for first in range(0, len(places[0]), step):
        some = tuple(axis[first : first + step] for axis in places)
        # Not a matrix product, for which BLAS might start threads of its own.
        sums = np.einsum("nij,ij->n", windows[some], taps.weights, dtype=np.float64)
        values[some] = _to_float32(sums / taps.divisor)
    return values


def _to_float32(values: Array) -> Array:
    """Return float64 numbers as float32 numbers that round alike; none of them may be a half."""
    whole, near = np.rint(values), values.astype(np.float32)
    return np.where(np.rint(near) == whole, near, np.nextafter(near, whole.astype(np.float32)))
