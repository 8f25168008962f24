"""Exact: float32 values whose rounding could go the other way, computed again by the definition."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ....buffers import borrow
from ....dtypes import Array
from .taps import Taps

_MOST_AGAIN = 0.01  # of the values; where more lie near a half, all are computed in float64
LARGEST_BOUND = 2.0**-9  # of an error; where it's larger, float64 takes less time
_AT_ONCE = 1 << 20  # window cells gathered at once
_MOST_CELLS = 1024  # of a window
_LEAST_NOISE = 0.003  # with less, more than 1 in 10 000 lies within float32's rounding of a half
_LOOK, _CELL = 1.5, 1.5  # nanoseconds of a value, and of each cell of those near a half


def is_affordable(taps: Taps) -> bool:
    """Tell whether the windows are so small that a few of them take a small part of the time."""
    return taps.shape[0] * taps.shape[1] <= _MOST_CELLS


def is_rarely_near(taps: Taps) -> bool:
    """Tell whether so few values of a noisy uint8 picture lie near a half that float32 will do.

    What very wide kernels make of noise is all the same, and half-way between two levels where they
    are as frequent as each other.
    """
    return taps.noise >= _LEAST_NOISE


def nanoseconds(taps: Taps, bound: float) -> float:
    """Return about what a value takes, of whole levels within a bound of the definition."""
    return _LOOK + 2 * bound * taps.shape[0] * taps.shape[1] * _CELL


def near_halves(values: Array, bound: float) -> tuple[Array, ...]:
    """Return where a value lies within a bound of a half, as indices."""
    away = np.rint(values, out=borrow("away", values.shape, values.dtype))
    np.abs(np.subtract(values, away, out=away), out=away)
    # Flat, which takes a tenth of the time.
    found = np.flatnonzero(away.reshape(-1) >= values.dtype.type(0.5 - bound))
    return np.unravel_index(found, values.shape)


def repaired(
    values: Array, padded: Array, taps: Taps, bound: float, again: Callable[[], Array]
) -> Array:
    """Return values that round as the float64 definition does.

    Parameters
    ----------
    values : (h, w, C) float32 array
        Within `bound` of the definition; changed in place.
    padded : (h + reach, w + reach, C) array
        Whole levels.
    again : callable
        Returns all values in float64, for where too many are near a half, as on a flat picture.
    """
    places = near_halves(values, bound)
    if not len(places[0]):
        return values
    if len(places[0]) > _MOST_AGAIN * values.size:
        return again()
    windows = np.lib.stride_tricks.sliding_window_view(padded, taps.shape, (0, 1))
    step = max(1, _AT_ONCE // taps.weights.size)
    for first in range(0, len(places[0]), step):
        some = tuple(axis[first : first + step] for axis in places)
        cells = windows[some].reshape(len(some[0]), -1).astype(np.float64)
        values[some] = _rounded_alike(cells @ taps.weights.ravel() / taps.divisor)
    return values


def _rounded_alike(values: Array) -> Array:
    """Return float32 numbers that round as these do: float32 could make a half of what is none."""
    whole, near = np.rint(values), values.astype(np.float32)
    return np.where(np.rint(near) == whole, near, np.nextafter(near, whole.astype(np.float32)))
