"""Kernel: exact weights and an origin. A Kernel that exists is right."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeGuard, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import KernelError
from ..values import exact

MOST_WEIGHTS = 1_000_000
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
            self._rational: tuple[list[int], int] | None = weights._rational
            self.weights = weights.weights
        else:
            self.weights, self._rational = _held(weights)
        self.origin = _origin(origin, self.shape)

    @classmethod
    def _of(
        cls,
        numerators: list[int],
        denominator: int,
        shape: tuple[int, int],
        origin: tuple[int, int],
    ) -> Kernel:
        """Return the kernel of exact weights in lowest terms."""
        common = math.gcd(denominator, *numerators)
        kernel = cls.__new__(cls)
        kernel._rational = ([weight // common for weight in numerators], denominator // common)
        kernel.weights = _rounded(*kernel._rational, shape)
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
    def rational(self) -> tuple[list[int], int]:
        """Numerators, row by row, over their least common denominator: the exact weights."""
        if self._rational is not None:
            return self._rational
        return _common([_fraction(weight) for weight in self.weights.ravel().tolist()])

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
        return Kernel._of(
            [weight * factor.numerator for weight in numerators],
            denominator * factor.denominator,
            self.shape,
            self.origin,
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
        rows, columns = (a + b - 1 for a, b in zip(self.shape, other.shape, strict=True))
        if rows * columns > MOST_WEIGHTS:
            raise KernelError(
                f"the composed kernel would have {rows} x {columns} weights; "
                f"at most {MOST_WEIGHTS:,} can be used"
            )
        (mine, my_divisor), (its, its_divisor) = self.rational, other.rational
        total = np.zeros((rows, columns), object)
        its_grid = np.array(its, object).reshape(other.shape)
        for place, weight in enumerate(mine):
            if weight:
                row, column = divmod(place, self.shape[1])
                window = (slice(row, row + other.shape[0]), slice(column, column + other.shape[1]))
                total[window] += weight * its_grid
        (row, column), (its_row, its_column) = self.origin, other.origin
        origin = (row + its_row, column + its_column)
        return Kernel._of(total.ravel().tolist(), my_divisor * its_divisor, (rows, columns), origin)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Kernel):
            return NotImplemented
        same_grid = self.shape == other.shape and self.origin == other.origin
        return same_grid and self.rational == other.rational

    def __hash__(self) -> int:
        return hash((self.shape, self.origin, self.weights.tobytes()))

    def __repr__(self) -> str:
        return f"Kernel({self.weights.tolist()}, origin={self.origin})"


def _held(weights: Any) -> tuple[NDArray[np.float64], tuple[list[int], int] | None]:
    """Return the weights as float64 and, where they come as exact numbers, as a ratio."""
    if isinstance(weights, np.ndarray) and weights.dtype != object:
        if weights.dtype.kind not in "iufb":
            raise KernelError(f"a kernel of {weights.dtype} was given; numbers are wanted")
        _check_shape(weights.shape)
        if weights.dtype.kind != "f":
            rational = [int(weight) for weight in weights.ravel().tolist()], 1
            return _rounded(*rational, weights.shape), rational
        grid = weights.astype(np.float64)
        if not np.isfinite(grid).all():
            raise KernelError("a kernel's weights must be finite numbers")
        grid.flags.writeable = False
        return grid, None
    rows = [list(row) if _is_row(row) else [row] for row in weights]
    if len({len(row) for row in rows}) > 1:
        raise KernelError(f"a kernel's rows have {sorted({len(row) for row in rows})} weights")
    _check_shape((len(rows), len(rows[0]) if rows else 0))
    rational = _common([_fraction(weight) for row in rows for weight in row])
    return _rounded(*rational, (len(rows), -1)), rational


def _rounded(
    numerators: list[int], denominator: int, shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """Return exact weights as the nearest float64, read-only."""
    grid = np.array([weight / denominator for weight in numerators], np.float64).reshape(shape)
    grid.flags.writeable = False
    return grid


def _is_row(row: Any) -> TypeGuard[Iterable[Any]]:
    return isinstance(row, Iterable) and not isinstance(row, str)


def _check_shape(shape: tuple[int, ...]) -> None:
    if len(shape) != 2 or 0 in shape:
        raise KernelError(f"a kernel of shape {shape} was given; rows x columns are wanted")
    if shape[0] * shape[1] > MOST_WEIGHTS:
        raise KernelError(
            f"a kernel of {shape[0]} x {shape[1]} weights was given; "
            f"at most {MOST_WEIGHTS:,} can be used"
        )


def _fraction(weight: Any) -> Fraction:
    number = weight if isinstance(weight, Fraction) else exact(str(weight))
    try:
        if number is not None and math.isfinite(float(number)):
            return number
    except OverflowError:
        pass
    raise KernelError(f"a kernel's weight is {weight!r}; a finite number is wanted")


def _common(weights: list[Fraction]) -> tuple[list[int], int]:
    denominator = math.lcm(*{weight.denominator for weight in weights})
    return [w.numerator * (denominator // w.denominator) for w in weights], denominator


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
