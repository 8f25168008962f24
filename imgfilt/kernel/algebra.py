"""ExactKernel: exact weights and an origin, and the kernels that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Self, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..dtypes import Array
from ..errors import KernelError
from ..numbers import describe, to_fraction
from ..parameters import Number
from . import exact, rank
from .exact import Rational
from .text import parse_text

Weights = Union["ExactKernel", ArrayLike, Sequence[Sequence[Fraction]]]
_MOST_FLOATS_MADE_EXACT = 10_000  # converting a float to a fraction takes microseconds


class ExactKernel:
    """Exact weights on a grid, and the cell that is (0, 0).

    Parameters
    ----------
    weights, origin
        As of Kernel, but `weights` is no text.

    Attributes
    ----------
    weights, origin, remark
        As of Kernel.
    """

    remark: str | None = None

    def __init__(self, weights: Weights, origin: Any = None):
        if isinstance(weights, ExactKernel):
            origin = weights.origin if origin is None else origin
            self._rational: Rational | None = weights._rational
            self._weights = weights.weights
        else:
            self._weights, self._rational = exact.as_exact_weights(weights)
        self._origin = exact.check_origin(origin, self.shape)

    @property
    def weights(self) -> NDArray[np.float64]:
        """The weights as a read-only (rows, columns) array."""
        return self._weights

    @property
    def origin(self) -> tuple[int, int]:
        """Row and column of the cell that is (0, 0)."""
        return self._origin

    @classmethod
    def _from_rational(
        cls, rational: Rational, shape: tuple[int, int], origin: tuple[int, int]
    ) -> Self:
        """Return a kernel from exact weights in lowest terms and an origin inside the shape."""
        kernel = cls.__new__(cls)
        kernel._rational = rational
        kernel._weights = exact.to_float64(rational, shape)
        kernel._origin = origin
        return kernel

    @classmethod
    def _from_grid(cls, grid: Array, divisor: int, origin: tuple[int, int]) -> Self:
        """Return a kernel whose weights are a grid of whole numbers divided by a divisor."""
        rational = exact.in_lowest_terms(grid.ravel().tolist(), divisor)
        return cls._from_rational(rational, (grid.shape[0], grid.shape[1]), origin)

    @classmethod
    def parse_lines(cls, text: str, name: str = "kernel") -> Self:
        """Return the kernel in a text with a row on each line; parameters and errors: Kernel.parse.

        Parameters
        ----------
        text, name : str
        """
        parsed = parse_text(text, name)
        kernel = cls._from_rational(parsed.weights, parsed.shape, parsed.origin)
        kernel.remark = parsed.remark
        return kernel

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        rows, columns = self.weights.shape
        return rows, columns

    @cached_property
    def rational(self) -> Rational:
        """The exact weights: numerators, row by row, over their least common denominator."""
        return self._rational or exact.from_floats(self.weights)

    @property
    def _rational_if_fast(self) -> Rational | None:
        """The exact weights; None if there are too many floats to convert them quickly."""
        if self._rational is None and self.weights.size > _MOST_FLOATS_MADE_EXACT:
            return None
        return self.rational

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
        """(numerators, divisor) of the weights in float64; None if they aren't exact in float64."""
        rational = self._rational_if_fast
        if rational is None or not rational.fits_float64:
            return None
        return np.array(rational.numerators, np.float64).reshape(self.shape), rational.denominator

    @property
    def numerators(self) -> Array:
        """The (rows, columns) array of numerators, as Python's int."""
        return np.array(self.rational.numerators, object).reshape(self.shape)

    @cached_property
    def rank(self) -> int:
        """The rank of the weights: exact, or to float64's precision if the weights were rounded."""
        return rank.matrix_rank(self.weights, self._rational_if_fast)

    @cached_property
    def factors(self) -> tuple[Self, Self] | None:
        """A column and a row kernel that compose to this kernel; None unless its rank is 1."""
        factors = None
        if self.rank == 1:
            factors = rank.find_separable_factors(self.weights, self.rational)
        if factors is None:
            return None
        (rows, columns), (row, column) = self.shape, self.origin
        down, across = map(exact.from_fractions, factors)
        return (
            self._from_rational(down, (rows, 1), (row, 0)),
            self._from_rational(across, (1, columns), (0, column)),
        )

    def scaled(self, factor: Fraction | int) -> Self:
        """Return the kernel with every weight multiplied by a factor."""
        number = to_fraction(factor)
        if number is None:
            raise KernelError(f"a kernel is scaled by a finite number; found {describe(factor)}")
        divisor = self.rational.denominator * number.denominator
        return self._from_grid(self.numerators * number.numerator, divisor, self.origin)

    def normalized(self) -> Self:
        """Return the kernel divided by the sum of its weights; KernelError if the sum is 0."""
        if self.sum == 0:
            raise KernelError("the kernel's weights sum to 0, so it can't be normalized")
        return self.scaled(1 / self.sum)

    def flipped(self) -> Self:
        """Return the kernel turned by 180 degrees, which turns convolution into correlation."""
        return self.rotated(2)

    def transposed(self) -> Self:
        """Return the kernel with rows and columns exchanged."""
        return self._from_grid(self.numerators.T, self.rational.denominator, self.origin[::-1])

    def rotated(self, quarters: int = 1) -> Self:
        """Return the kernel turned counterclockwise by a number of quarter turns (90 degrees)."""
        quarters = Number(whole=True).check(quarters, "quarters")
        (row, column), (rows, columns) = self.origin, self.shape
        for _ in range(quarters % 4):
            (row, column), (rows, columns) = (columns - 1 - column, row), (columns, rows)
        grid = np.rot90(self.numerators, quarters)
        return self._from_grid(grid, self.rational.denominator, (row, column))

    def added(self, other: ExactKernel) -> Self:
        """Return the sum of two kernels with aligned origins; weights outside a kernel are 0."""
        other = _check_kernel(other)
        kernels = self, other
        shape, origin = exact.compute_union_extent(
            [k.shape for k in kernels], [k.origin for k in kernels]
        )
        exact.check_shape(shape)
        one, two = (exact.place_in(shape, origin, k.numerators, k.origin) for k in kernels)
        divisors = self.rational.denominator, other.rational.denominator
        total = one * divisors[1] + two * divisors[0]
        return self._from_grid(total, divisors[0] * divisors[1], origin)

    def composed(self, other: ExactKernel) -> Self:
        """Return the convolution of both kernels: the effect of this one and then the other.

        The origins add. Source: the lecture's "Associativity".
        """
        other = _check_kernel(other)
        exact.check_shape(tuple(a + b - 1 for a, b in zip(self.shape, other.shape, strict=True)))
        total = exact.convolve(self.numerators, other.numerators)
        origin = self.origin[0] + other.origin[0], self.origin[1] + other.origin[1]
        divisor = self.rational.denominator * other.rational.denominator
        return self._from_grid(total, divisor, origin)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ExactKernel):
            return NotImplemented
        same_grid = self.shape == other.shape and self.origin == other.origin
        return same_grid and self.rational == other.rational

    def __hash__(self) -> int:
        return hash((self.shape, self.origin, tuple(self.weights.ravel()[:8].tolist())))


def _check_kernel(other: Any) -> ExactKernel:
    if not isinstance(other, ExactKernel):
        raise KernelError(f"a Kernel was wanted; found {describe(other)}")
    return other
