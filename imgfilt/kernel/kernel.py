"""Kernel: exact weights and an origin. A Kernel that exists is right."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import KernelError
from .weights import Rational, check_shape, common, fractions_of, held, rounded

# Products that composing two kernels may take: some seconds of the slower arithmetic.
_MOST_PRODUCTS = 10**9

Weights = Union["Kernel", ArrayLike, Sequence[Sequence[Fraction]]]
_LARGEST_EXACT = 2**53  # whole numbers to here are exact in float64
_MOST_FLOATS_MADE_EXACT = 10_000  # looking for the fraction behind a float takes microseconds


class Kernel:
    """A convolution kernel (the lecture's "mask"): weights on a grid, and the cell that is (0, 0).

    Parameters
    ----------
    weights : (rows, columns) array-like of int, float or Fraction
        A float is taken as the decimal that it prints as, so 0.1 is exactly 1/10.
    origin : (row, column), optional
        0-based, in the kernel as written; by default (rows // 2, columns // 2).

    Attributes
    ----------
    weights : (rows, columns) float64 array, read-only
        The weights rounded to float64.
    origin : (int, int)
        The origin's row and column.

    Raises
    ------
    KernelError
        If the rows differ in length or there are none, a weight is not a finite number, there are
        more than 1 000 000 weights, or the origin is not a cell of the kernel.

    Examples
    --------
    >>> Kernel([[1, 0, -1]]).sum
    Fraction(0, 1)
    """

    weights: NDArray[np.float64]
    origin: tuple[int, int]

    def __init__(self, weights: Weights, origin: Any = None):
        if isinstance(weights, Kernel):
            origin = weights.origin if origin is None else origin
            self._rational: Rational | None = weights._rational
            self.weights = weights.weights
        else:
            self.weights, self._rational = held(weights)
        self.origin = _origin(origin, self.shape)

    @classmethod
    def _of(cls, rational: Rational, shape: tuple[int, int], origin: tuple[int, int]) -> Kernel:
        """Return the kernel of exact weights, in lowest terms."""
        numerators, denominator = rational
        divisor = math.gcd(denominator, *numerators)
        kernel = cls.__new__(cls)
        kernel._rational = Rational([n // divisor for n in numerators], denominator // divisor)
        kernel.weights = rounded(kernel._rational, shape)
        kernel.origin = origin
        return kernel

    @classmethod
    def parse(cls, text: str) -> Kernel:
        """Return the kernel that a text writes; see the README for the grammar."""
        from .text import parse_text

        return parse_text(text)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.weights.shape
        return rows, columns

    @cached_property
    def rational(self) -> Rational:
        """Numerators, row by row, over their least common denominator: the exact weights."""
        if self._rational is not None:
            return self._rational
        return common(fractions_of(self.weights))

    @property
    def fractions(self) -> list[list[Fraction]]:
        """The exact weights, row by row."""
        numerators, denominator = self.rational
        columns = self.shape[1]
        weights = [Fraction(numerator, denominator) for numerator in numerators]
        return [weights[at : at + columns] for at in range(0, len(weights), columns)]

    @property
    def sum(self) -> Fraction:
        """The exact sum of the weights."""
        numerators, denominator = self.rational
        return Fraction(sum(numerators), denominator)

    @cached_property
    def integers(self) -> tuple[NDArray[np.float64], int] | None:
        """Whole numbers and the divisor that make the weights, or None where float64 can't."""
        if self._rational is None and self.weights.size > _MOST_FLOATS_MADE_EXACT:
            return None
        numerators, denominator = self.rational
        if sum(map(abs, numerators)) >= _LARGEST_EXACT or denominator >= _LARGEST_EXACT:
            return None
        return np.array(numerators, np.float64).reshape(self.shape), denominator

    def scaled(self, factor: Fraction | int) -> Kernel:
        """Return the kernel with every weight multiplied."""
        factor = Fraction(factor)
        numerators, denominator = self.rational
        scaled = [weight * factor.numerator for weight in numerators]
        return Kernel._of(
            Rational(scaled, denominator * factor.denominator), self.shape, self.origin
        )

    def normalized(self) -> Kernel:
        """Return the kernel divided by the sum of its weights; KernelError where that is 0."""
        if self.sum == 0:
            raise KernelError("the kernel's weights sum to 0, so it can't be normalized")
        return self.scaled(1 / self.sum)

    def composed(self, other: Kernel) -> Kernel:
        """Return the kernel that does what this one and then the other do: their convolution.

        The origins add. Source: the lecture's "Associativity".
        """
        check_shape(tuple(a + b - 1 for a, b in zip(self.shape, other.shape, strict=True)))
        (mine, my_divisor), (its, its_divisor) = self.rational, other.rational
        total = _convolved(_grid(mine, self.shape), _grid(its, other.shape))
        (row, column), (its_row, its_column) = self.origin, other.origin
        return Kernel._of(
            Rational(total.ravel().tolist(), my_divisor * its_divisor),
            (total.shape[0], total.shape[1]),
            (row + its_row, column + its_column),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Kernel):
            return NotImplemented
        same_grid = self.shape == other.shape and self.origin == other.origin
        return same_grid and self.rational == other.rational

    def __hash__(self) -> int:
        return hash((self.shape, self.origin, tuple(self.weights.ravel()[:8].tolist())))

    def __repr__(self) -> str:
        return f"Kernel({self.weights.tolist()}, origin={self.origin})"


def _origin(origin: Any, shape: tuple[int, int]) -> tuple[int, int]:
    rows, columns = shape
    if origin is None:
        return rows // 2, columns // 2
    try:
        row, column = (operator.index(place) for place in origin)
    except (TypeError, ValueError):
        raise KernelError(f"the origin {origin!r} is not a row and a column") from None
    if not (0 <= row < rows and 0 <= column < columns):
        raise KernelError(
            f"the origin {row},{column} is outside the kernel of {rows} x {columns}: "
            f"rows are 0 to {rows - 1}, columns 0 to {columns - 1}"
        )
    return row, column


def _grid(numerators: list[int], shape: tuple[int, int]) -> NDArray[Any]:
    return np.array(numerators, object).reshape(shape)


def _convolved(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Return the full convolution of two grids of whole numbers, exactly."""
    if one.size * other.size > _MOST_PRODUCTS:
        raise KernelError(
            f"kernels of {one.size:,} and {other.size:,} weights take too long to compose"
        )
    # No sum is more than the product of the sums: most fit the machine's own integers.
    fits = int(abs(one).sum()) * int(abs(other).sum()) < 2**63
    kind = np.int64 if fits else object
    few, many = sorted((one.astype(kind), other.astype(kind)), key=lambda grid: int(grid.size))
    shape = tuple(a + b - 1 for a, b in zip(one.shape, other.shape, strict=True))
    total = np.zeros(shape, kind)
    for row, column in np.argwhere(few):
        window = np.s_[row : row + many.shape[0], column : column + many.shape[1]]
        total[window] += few[row, column] * many
    return total
