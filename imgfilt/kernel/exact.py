"""Exact weights: whole numbers over a common denominator, rounded, added and convolved."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..dtypes import Array, is_masked_array
from ..errors import KernelError
from ..numbers import describe, to_fraction
from . import MOST_WEIGHTS

_LONGEST_DENOMINATOR = 1 << 16  # bits; the product of about a thousand denominators
_LARGEST_EXACT = 2**53  # whole numbers up to here are exact in float64

# The most multiplications to compose two kernels, with machine integers and with Python's: some
# seconds.
_MOST_PRODUCTS, _MOST_LONG_PRODUCTS = 10**9, 10**8


class Rational(NamedTuple):
    """Exact weights, row by row: whole numbers over their least common denominator."""

    numerators: list[int]
    denominator: int

    @property
    def fits_float64(self) -> bool:
        """Whether sums of the numerators, and the denominator, are exact in float64."""
        return max(sum(map(abs, self.numerators)), self.denominator) < _LARGEST_EXACT


def as_exact_weights(weights: Any) -> tuple[NDArray[np.float64], Rational | None]:
    """Return weights as a float64 array (rows, columns), and as Rational unless they are floats.

    Raises
    ------
    KernelError
        If the weights are not a grid of at most 1 000 000 finite numbers.
    """
    if is_masked_array(weights):
        raise KernelError("a kernel's weights can't be masked; found a masked array")
    if isinstance(weights, np.ndarray) and weights.dtype != object:
        return _from_array(weights)
    cells = _as_list(weights)
    rows = None if cells is None else [_as_list(row) for row in cells]
    if rows is None or None in rows:
        raise KernelError(f"a kernel is rows of numbers; found {describe(weights)}")
    lengths = {len(row or ()) for row in rows}
    if len(lengths) > 1:
        raise KernelError(f"a kernel's rows must be of one length; found {sorted(lengths)}")
    check_shape((len(rows), *lengths))
    rational = from_fractions(_to_fraction(weight) for row in rows for weight in row or ())
    return to_float64(rational, (len(rows), -1)), rational


def _from_array(weights: Array) -> tuple[NDArray[np.float64], Rational | None]:
    """Return the same as `as_exact_weights` for a NumPy array."""
    check_array(weights.shape, weights.dtype)
    if weights.dtype.kind != "f":
        rational = Rational([int(weight) for weight in weights.ravel().tolist()], 1)
        return to_float64(rational, weights.shape), rational
    if not np.isfinite(weights).all():
        raise KernelError("a kernel's weights must be finite numbers")
    # Narrower floats, too, stand for the decimal that Python prints: float32's 0.1 is 1/10.
    wide = weights.dtype == np.float64
    floats = np.array(weights if wide else weights.astype("U"), np.float64)
    floats.flags.writeable = False
    return floats, None


def _as_list(row: Any) -> list[Any] | None:
    """Return the items of a row, or None if it is no row; KernelError for too many items."""
    is_array = isinstance(row, np.ndarray)
    if isinstance(row, str | bytes) or not (row.ndim if is_array else isinstance(row, Sequence)):
        return None
    if len(row) > MOST_WEIGHTS:
        raise KernelError(f"a kernel has at most {MOST_WEIGHTS:,} weights; found {len(row):,}")
    return list(row)


def check_shape(shape: tuple[int, ...]) -> None:
    """Raise KernelError unless a shape has two axes and 1 to 1 000 000 cells."""
    if len(shape) != 2 or 0 in shape:
        raise KernelError(f"a kernel is rows of numbers; found the shape {shape}")
    if shape[0] * shape[1] > MOST_WEIGHTS:
        raise KernelError(
            f"a kernel of {shape[0]} x {shape[1]} weights is too large: "
            f"at most {MOST_WEIGHTS:,} can be used"
        )


def check_array(shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raise KernelError unless an array of this shape and dtype can hold a kernel's weights."""
    if dtype.kind not in "iufb":
        raise KernelError(f"a kernel is rows of numbers; found an array of {dtype}")
    check_shape(shape)


def check_origin(origin: Any, shape: tuple[int, int]) -> tuple[int, int]:
    """Return an origin as (row, column), for None the middle; KernelError if it is outside."""
    rows, columns = shape
    if origin is None:
        return rows // 2, columns // 2
    try:
        row, column = (operator.index(number) for number in origin)
    except Exception:  # a class may raise anything when it is iterated
        raise KernelError(f"the origin {describe(origin)} is not a row and a column") from None
    if not (0 <= row < rows and 0 <= column < columns):
        raise KernelError(
            f"the origin {describe(row)},{describe(column)} is outside the kernel of {rows} x "
            f"{columns}: rows are 0 to {rows - 1}, columns 0 to {columns - 1}"
        )
    return row, column


def _to_fraction(weight: Any) -> Fraction:
    number = to_fraction(weight)
    if number is None:
        raise KernelError(
            f"a kernel's weight must be a finite number; found {type(weight).__name__}"
        )
    return number


class Denominator:
    """The least common denominator of numbers that are included one by one."""

    def __init__(self) -> None:
        self.value = 1
        self._included = {1}

    def include(self, denominator: int) -> None:
        """Include another denominator; KernelError if the common one gets too long."""
        if denominator not in self._included:
            self._included.add(denominator)
            self.value = math.lcm(self.value, denominator)
            if self.value.bit_length() > _LONGEST_DENOMINATOR:
                raise KernelError("a kernel's fractions have too many different denominators")


def from_floats(floats: NDArray[np.float64]) -> Rational:
    """Return float64 weights exactly; each stands for the decimal that Python prints for it."""
    # For a million weights the parser of Fraction would take ten times as long.
    return _from_ratios([Decimal(repr(w)).as_integer_ratio() for w in floats.ravel().tolist()])


def from_fractions(weights: Iterable[Fraction]) -> Rational:
    """Return fractions over their least common denominator."""
    return _from_ratios([(weight.numerator, weight.denominator) for weight in weights])


def _from_ratios(ratios: list[tuple[int, int]]) -> Rational:
    least = Denominator()
    for _, below in ratios:
        least.include(below)
    denominator = least.value
    return Rational([above * (denominator // below) for above, below in ratios], denominator)


def in_lowest_terms(numerators: list[int], divisor: int) -> Rational:
    """Return numerators over a divisor, reduced by the factor that all these numbers share."""
    common = math.gcd(divisor, *numerators)
    return Rational([number // common for number in numerators], divisor // common)


def to_float64(rational: Rational, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return exact weights as the nearest float64, read-only; KernelError if one is too large."""
    numerators, denominator = rational
    try:
        floats = [numerator / denominator for numerator in numerators]
    except OverflowError:
        raise KernelError("a kernel's weight is more than float64 can hold") from None
    weights = np.array(floats, np.float64).reshape(shape)
    weights.flags.writeable = False
    return weights


def convolve(one: Array, other: Array) -> Array:
    """Return the full convolution of two grids of whole numbers.

    Raises
    ------
    KernelError
        If the computation would take more than some seconds.
    """
    # No result exceeds the product of these sums; in most cases it fits a machine integer.
    sums = int(abs(one).sum()), int(abs(other).sum())
    fits = max(*sums, sums[0] * sums[1]) < 2**63
    if one.size * other.size > (_MOST_PRODUCTS if fits else _MOST_LONG_PRODUCTS):
        raise KernelError(
            f"kernels of {one.size:,} and {other.size:,} weights take too long to compose"
        )
    dtype = np.int64 if fits else object
    few, many = sorted((one.astype(dtype), other.astype(dtype)), key=lambda grid: int(grid.size))
    total = np.zeros(np.add(one.shape, other.shape) - 1, dtype)
    for row, column in np.argwhere(few):
        window = np.s_[row : row + many.shape[0], column : column + many.shape[1]]
        total[window] += few[row, column] * many
    return total


def compute_union_extent(
    shapes: Sequence[tuple[int, int]], origins: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return (shape, origin) of the smallest grid that holds all grids with aligned origins."""
    row, column = (max(places) for places in zip(*origins, strict=True))
    below, right = (
        max(shape[axis] - origin[axis] for shape, origin in zip(shapes, origins, strict=True))
        for axis in (0, 1)
    )
    return (row + below, column + right), (row, column)


def place_in(
    shape: tuple[int, int], at: tuple[int, int], grid: Array, origin: tuple[int, int]
) -> Array:
    """Return an array of zeros with a grid copied into it.

    Parameters
    ----------
    shape : (rows, columns)
    at : (row, column)
        The cell of the array on which the grid's origin lies.
    grid : (h, w) array
    origin : (row, column)
        A cell of the grid.
    """
    top, left = at[0] - origin[0], at[1] - origin[1]
    larger = np.zeros(shape, object)
    larger[top : top + grid.shape[0], left : left + grid.shape[1]] = grid
    return larger
