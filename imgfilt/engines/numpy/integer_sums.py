"""Sums and medians of integers, exact: in int64 where that holds them, else in Python's."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ...dtypes import Array
from ...geometry import Reach


class IntegerForm(NamedTuple):
    """A filter of integers.

    Attributes
    ----------
    run : callable
        Returns the (h, w, C) results of a padded block; both hold integers.
    divisor : int
        The number by which the results are to be divided.
    terms : int
        How many numbers of the block a result takes.
    gain : int
        The greatest result of a block of numbers from -1 to 1.
    """

    run: Callable[[Array], Array]
    divisor: int
    terms: int
    gain: int = 1


def correlation(factors: Sequence[Array], divisor: int) -> IntegerForm:
    """Return the sums by grids of integer weights, each (rows, columns), one after the other."""

    def run(padded: Array) -> Array:
        for weights in factors:
            padded = _correlate(padded, weights)
        return padded

    terms = sum(int((weights != 0).sum()) for weights in factors)
    gain = math.prod(int(np.abs(weights).sum()) for weights in factors)
    return IntegerForm(run, divisor, terms, gain)


def _correlate(padded: Array, weights: Array) -> Array:
    """Return the (h, w, C) sums Σ weights · padded."""
    rows, columns = weights.shape
    height, width = padded.shape[0] - rows + 1, padded.shape[1] - columns + 1
    numbers = as_integers(padded, int(np.abs(weights).sum()))
    sums = np.zeros((height, width, padded.shape[2]), numbers.dtype)
    for row, column in np.argwhere(weights):
        sums += int(weights[row, column]) * numbers[row : row + height, column : column + width]
    return sums


def median(reach: Reach) -> IntegerForm:
    """Return the middle values of windows with an odd number of cells."""
    window = reach.top + reach.bottom + 1, reach.left + reach.right + 1

    def run(padded: Array) -> Array:
        windows = np.lib.stride_tricks.sliding_window_view(padded, window, (0, 1))
        middles = np.empty(windows.shape[:3], padded.dtype)
        for row, target in zip(windows, middles, strict=True):  # all rows may be too large
            cells = np.sort(row.reshape(*row.shape[:2], -1), axis=2)
            target[...] = cells[..., cells.shape[2] // 2]
        return middles

    return IntegerForm(run, 1, window[0] * window[1])


def as_integers(numbers: Array, factor: int = 1) -> Array:
    """Return integers as int64 if that holds them times a factor, else as Python's."""
    largest = int(np.abs(numbers).max()) * max(1, factor)
    return numbers.astype(np.int64 if largest < 2**63 else object)
