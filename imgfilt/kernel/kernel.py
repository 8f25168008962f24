"""Kernel: exact weights and an origin. A Kernel that exists is right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import KernelError
from ..numbers import describe, to_fraction
from ..parameters import Number
from . import rank
from .algebra import aligned, convolved, laid
from .weights import Rational, check_shape, common, decimals_of, held, origin_of, rounded

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
    remark : str or None
        What is worth knowing of how its text was read.

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
    remark: str | None = None

    def __init__(self, weights: Weights, origin: Any = None):
        if isinstance(weights, Kernel):
            origin = weights.origin if origin is None else origin
            self._rational: Rational | None = weights._rational
            self.weights = weights.weights
        else:
            self.weights, self._rational = held(weights)
        self.origin = origin_of(origin, self.shape)

    @classmethod
    def _over(cls, grid: NDArray[Any], divisor: int, origin: tuple[int, int]) -> Kernel:
        """Return the kernel of a grid of whole numbers over a divisor, in lowest terms."""
        numerators = grid.ravel().tolist()
        common_divisor = math.gcd(divisor, *numerators)
        kernel = cls.__new__(cls)
        kernel._rational = Rational(
            [number // common_divisor for number in numerators], divisor // common_divisor
        )
        kernel.weights = rounded(kernel._rational, (grid.shape[0], grid.shape[1]))
        kernel.origin = origin
        return kernel

    @classmethod
    def parse(cls, text: str) -> Kernel:
        """Return the kernel that a text writes; see the README for the grammar."""
        from .text import parse_text

        if not isinstance(text, str):
            raise KernelError(f"a kernel's text was wanted; found {describe(text)}")
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
        return decimals_of(self.weights)

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

    @property
    def grid(self) -> NDArray[Any]:
        """The (rows, columns) numerators, as Python's whole numbers."""
        return np.array(self.rational.numerators, object).reshape(self.shape)

    @cached_property
    def rank(self) -> int:
        """The rank: exact, or to float64's precision where rounding has touched the weights."""
        return rank.rank(self)

    @cached_property
    def factors(self) -> tuple[Kernel, Kernel] | None:
        """The column and the row that compose to this kernel, if its rank is 1 (separability)."""
        found = rank.factors(self)
        if found is None:
            return None
        (row, column), (down, across) = self.origin, map(common, found)
        one, other = (np.array(each.numerators, object) for each in (down, across))
        return (
            Kernel._over(one[:, np.newaxis], down.denominator, (row, 0)),
            Kernel._over(other[np.newaxis], across.denominator, (0, column)),
        )

    def scaled(self, factor: Fraction | int) -> Kernel:
        """Return the kernel with every weight multiplied."""
        exact = to_fraction(factor)
        if exact is None:
            raise KernelError(f"a kernel is scaled by a finite number; found {describe(factor)}")
        factor = exact
        divisor = self.rational.denominator * factor.denominator
        return Kernel._over(self.grid * factor.numerator, divisor, self.origin)

    def normalized(self) -> Kernel:
        """Return the kernel divided by the sum of its weights; KernelError where that is 0."""
        if self.sum == 0:
            raise KernelError("the kernel's weights sum to 0, so it can't be normalized")
        return self.scaled(1 / self.sum)

    def flipped(self) -> Kernel:
        """Return the kernel turned by 180 degrees: convolving with it is to correlate with this."""
        return self.rotated(2)

    def transposed(self) -> Kernel:
        """Return the kernel with rows for columns."""
        return Kernel._over(self.grid.T, self.rational.denominator, self.origin[::-1])

    def rotated(self, quarters: int = 1) -> Kernel:
        """Return the kernel turned by so many times 90 degrees, against the clock."""
        quarters = Number(whole=True).check(quarters, "quarters")
        (row, column), (rows, columns) = self.origin, self.shape
        for _ in range(quarters % 4):
            (row, column), (rows, columns) = (columns - 1 - column, row), (columns, rows)
        grid = np.rot90(self.grid, quarters)
        return Kernel._over(grid, self.rational.denominator, (row, column))

    def added(self, other: Kernel) -> Kernel:
        """Return the sum of two kernels, origin upon origin; there is 0 beside each."""
        other = _kernel(other)
        shape, at = aligned(self.shape, self.origin, other.shape, other.origin)
        check_shape(shape)
        (_, divisor), (_, its_divisor) = self.rational, other.rational
        mine = laid(self.grid * its_divisor, self.origin, shape, at)
        its = laid(other.grid * divisor, other.origin, shape, at)
        return Kernel._over(mine + its, divisor * its_divisor, at)

    def composed(self, other: Kernel) -> Kernel:
        """Return the kernel that does what this one and then the other do: their convolution.

        The origins add. Source: the lecture's "Associativity".
        """
        other = _kernel(other)
        check_shape(tuple(a + b - 1 for a, b in zip(self.shape, other.shape, strict=True)))
        total = convolved(self.grid, other.grid)
        (row, column), (its_row, its_column) = self.origin, other.origin
        divisor = self.rational.denominator * other.rational.denominator
        return Kernel._over(total, divisor, (row + its_row, column + its_column))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Kernel):
            return NotImplemented
        same_grid = self.shape == other.shape and self.origin == other.origin
        return same_grid and self.rational == other.rational

    def __hash__(self) -> int:
        return hash((self.shape, self.origin, tuple(self.weights.ravel()[:8].tolist())))

    def __repr__(self) -> str:
        return f"Kernel({self.weights.tolist()}, origin={self.origin})"


def _kernel(other: Any) -> Kernel:
    if not isinstance(other, Kernel):
        raise KernelError(f"a Kernel was wanted; found {describe(other)}")
    return other
