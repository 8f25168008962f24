"""Taps: the weights of a linear filter as they lie on a window, already flipped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....dtypes import Array
from ....numbers import WEIGHT_TOLERANCE

Weights = NDArray[np.float64]


class Signs(NamedTuple):
    """Three bool arrays of the shape of the weights.

    Attributes
    ----------
    positive, negative, zero : bool array
        True at positive weights, at negative weights, and at weights that are 0.
    """

    positive: NDArray[np.bool_]
    negative: NDArray[np.bool_]
    zero: NDArray[np.bool_]


class Taps:
    """Weights of a linear filter: value[i, j] = Σ weights[r, c] · padded[i + r, j + c] / divisor.

    Attributes
    ----------
    given : (rows, columns) array, or a pair of (rows,) and (columns,) arrays whose product it is
        float64.
    divisor : int
        The number by which the sums are divided, once.
    whole : bool
        Whether the weights are whole numbers, so that sums of integers are exact.
    """

    def __init__(
        self, given: Weights | tuple[Weights, Weights], divisor: int = 1, whole: bool = False
    ):
        self.given, self.divisor, self.whole = given, divisor, whole

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        if isinstance(self.given, tuple):
            return len(self.given[0]), len(self.given[1])
        rows, columns = self.given.shape
        return rows, columns

    @cached_property
    def weights(self) -> Weights:
        """The (rows, columns) weights."""
        return np.outer(*self.given) if isinstance(self.given, tuple) else self.given

    @cached_property
    def factors(self) -> tuple[Weights, Weights] | None:
        """The (rows,) and (columns,) factors of weights of rank 1; None for another rank.

        The factors of whole weights are whole.
        """
        if isinstance(self.given, tuple):
            return self.given
        row, column = np.unravel_index(np.abs(self.given).argmax(), self.shape)
        pivot = self.given[row, column]
        if pivot == 0:
            return np.zeros(self.shape[0]), np.zeros(self.shape[1])
        across = self.given[row] / (
            np.gcd.reduce(self.given[row].astype(int)) if self.whole else pivot
        )
        down = self.given[:, column] / across[column]
        # Over a power of two, so that no sum of large weights overflows.
        exponent = -math.frexp(pivot)[1]
        given = np.ldexp(self.given, exponent)
        rest = np.abs(given - np.outer(np.ldexp(down, exponent), across)).sum()
        return (down, across) if rest <= WEIGHT_TOLERANCE * np.abs(given).sum() else None

    @cached_property
    def rank(self) -> int:
        """The rank of the weights, to float64's precision; 0 if all weights are 0."""
        if self.factors is not None:
            return int(self.magnitude > 0)
        values = np.linalg.svd(self.weights, compute_uv=False)
        return int(np.count_nonzero(values > WEIGHT_TOLERANCE * self.magnitude))

    @cached_property
    def uniform(self) -> float | None:
        """The weight of a box, all of whose weights are equal; None if weights differ."""
        parts = self.given if isinstance(self.given, tuple) else (self.given,)
        firsts = [float(part.flat[0]) for part in parts]
        alike = all((part == first).all() for part, first in zip(parts, firsts, strict=True))
        return float(np.prod(firsts)) if alike else None

    @property
    def is_box_mean(self) -> bool:
        """Whether all weights are equal and, but for rounding, add up to 1."""
        return abs((self.uniform or 0) * self.count / self.divisor - 1) <= WEIGHT_TOLERANCE

    @cached_property
    def magnitude(self) -> float:
        """Σ|w|, before the divisor."""
        if isinstance(self.given, tuple):
            return _sum(np.abs(self.given[0])) * _sum(np.abs(self.given[1]))
        return _sum(np.abs(self.given))

    @cached_property
    def total(self) -> float:
        """Σw, before the divisor."""
        if isinstance(self.given, tuple):
            return _sum(self.given[0]) * _sum(self.given[1])
        return _sum(self.given)

    @property
    def bounded(self) -> bool:
        """Whether no sum leaves the picture's range: no weight is negative, and Σw is at most 1."""
        return self.total == self.magnitude <= self.divisor * (1 + 2.0**-20)

    @cached_property
    def noise(self) -> float:
        """√Σw²: the standard deviation of noise after the filter, over the one before."""
        parts = self.given if isinstance(self.given, tuple) else (self.given,)
        with np.errstate(over="ignore"):
            return math.prod(math.sqrt(_sum(part**2)) for part in parts) / self.divisor

    @cached_property
    def count(self) -> int:
        """Number of weights that are not 0."""
        if isinstance(self.given, tuple):
            return int(np.count_nonzero(self.given[0]) * np.count_nonzero(self.given[1]))
        return int(np.count_nonzero(self.given))

    def folded(self, rows: Array, columns: Array) -> Taps:
        """Return taps with each row and column moved to a new place.

        Weights that are moved to the same place are added.

        Parameters
        ----------
        rows : (rows,) array of int
            The new place of each row, from 0.
        columns : (columns,) array of int
            The new place of each column, from 0.
        """
        if isinstance(self.given, tuple):
            down, across = self.given
            factors = factor(np.bincount(rows, down)), factor(np.bincount(columns, across))
            return Taps(factors, self.divisor, self.whole)
        weights = np.zeros((rows.max() + 1, columns.max() + 1))
        np.add.at(weights, np.ix_(rows, columns), self.given)
        return Taps(weights, self.divisor, self.whole)

    def signs(self, rows: Array | None = None, columns: Array | None = None) -> Signs:
        """Return which weights are positive, negative and 0.

        With the `rows` and `columns` of `folded`, several weights are moved to one place: each
        array is then True at the places to which any such weight is moved.
        """
        given = self.given if isinstance(self.given, tuple) else (self.given,)
        sides = [Signs(part > 0, part < 0, part == 0) for part in given]
        if len(sides) == 2:
            down, across = sides
            if rows is not None and columns is not None:
                down, across = _gather_signs(down, rows), _gather_signs(across, columns)
            outer = np.logical_and.outer
            every = np.ones(len(across.zero), bool), np.ones(len(down.zero), bool)
            return Signs(
                outer(down.positive, across.positive) | outer(down.negative, across.negative),
                outer(down.positive, across.negative) | outer(down.negative, across.positive),
                outer(down.zero, every[0]) | outer(every[1], across.zero),
            )
        if rows is None or columns is None:
            return sides[0]
        by_rows = _gather_signs(sides[0], rows)
        return Signs(*(kind.T for kind in _gather_signs(Signs(*(k.T for k in by_rows)), columns)))

    def output(self, padded: Array) -> tuple[int, int]:
        """Return the rows and columns of the values of a padded block."""
        rows, columns = self.shape
        return padded.shape[0] - rows + 1, padded.shape[1] - columns + 1


def _gather_signs(signs: Signs, places: Array) -> Signs:
    """Return for each new place of rows whether any row that moves there has a sign."""
    found = np.zeros((3, places.max() + 1, *signs.positive.shape[1:]), bool)
    for kind, target in zip(signs, found, strict=True):
        np.logical_or.at(target, places, kind)
    return Signs(*found)


def factor(weights: Sequence[float] | NDArray[Any]) -> Weights:
    """Return a factor of separable weights, as Taps takes it."""
    return np.array(weights, np.float64)


def _sum(weights: Weights) -> float:
    # Infinity is right: no method is chosen that can't hold the sums of such weights.
    with np.errstate(over="ignore"):
        return float(weights.sum())
