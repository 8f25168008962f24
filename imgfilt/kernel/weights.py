"""Weights as they are given, made exact: numerators over one denominator, and their float64."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import KernelError
from ..numbers import describe, to_fraction

MOST_WEIGHTS = 1_000_000
_LONGEST_DENOMINATOR = 1 << 16  # bits; a thousand fractions without a common factor


class Rational(NamedTuple):
    """Exact weights, row by row: whole numbers over their least common denominator."""

    numerators: list[int]
    denominator: int


def held(weights: Any) -> tuple[NDArray[np.float64], Rational | None]:
    """Return what is given as weights as (rows, columns) float64 and, if not floats, exactly.

    Raises
    ------
    KernelError
        If it is no grid of finite numbers, or has more than 1 000 000.
    """
    if isinstance(weights, np.ma.MaskedArray):
        raise KernelError("a kernel's weights can't be masked; found a masked array")
    if isinstance(weights, np.ndarray) and weights.dtype != object:
        return _held_array(weights)
    cells = _cells(weights)
    rows = None if cells is None else [_cells(row) for row in cells]
    if rows is None or None in rows:
        raise KernelError(f"a kernel is rows of numbers; found {describe(weights)}")
    lengths = {len(row or ()) for row in rows}
    if len(lengths) > 1:
        raise KernelError(f"a kernel's rows must be of one length; found {sorted(lengths)}")
    check_shape((len(rows), *lengths))
    rational = common([_fraction(weight) for row in rows for weight in row or ()])
    return rounded(rational, (len(rows), -1)), rational


def _held_array(weights: NDArray[Any]) -> tuple[NDArray[np.float64], Rational | None]:
    check_weights(weights.shape, weights.dtype)
    if weights.dtype.kind != "f":
        rational = Rational([int(weight) for weight in weights.ravel().tolist()], 1)
        return rounded(rational, weights.shape), rational
    if not np.isfinite(weights).all():
        raise KernelError("a kernel's weights must be finite numbers")
    # A narrower float is the decimal that it prints as, too: float32's 0.1 is 0.1.
    wide = weights.dtype == np.float64
    grid = np.array(weights if wide else weights.astype("U"), np.float64)
    grid.flags.writeable = False
    return grid, None


def _cells(row: Any) -> list[Any] | None:
    """Return what a row holds, or None where it is none; KernelError where that is too much."""
    is_array = isinstance(row, np.ndarray)
    if isinstance(row, str | bytes) or not (row.ndim if is_array else isinstance(row, Sequence)):
        return None
    if len(row) > MOST_WEIGHTS:
        raise KernelError(f"a kernel has at most {MOST_WEIGHTS:,} weights; found {len(row):,}")
    return list(row)


def check_shape(shape: tuple[int, ...]) -> None:
    """Raise KernelError unless it is that of a grid with cells, but not too many."""
    if len(shape) != 2 or 0 in shape:
        raise KernelError(f"a kernel is rows of numbers; found the shape {shape}")
    if shape[0] * shape[1] > MOST_WEIGHTS:
        raise KernelError(
            f"a kernel of {shape[0]} x {shape[1]} weights is too large: "
            f"at most {MOST_WEIGHTS:,} can be used"
        )


def check_weights(shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raise KernelError unless an array of this kind can be a kernel's weights."""
    if dtype.kind not in "iufb":
        raise KernelError(f"a kernel is rows of numbers; found an array of {dtype}")
    check_shape(shape)


def _fraction(weight: Any) -> Fraction:
    number = to_fraction(weight)
    if number is None:
        raise KernelError(
            f"a kernel's weight must be a finite number; found {type(weight).__name__}"
        )
    return number


class Denominator:
    """The least common denominator of numbers that come one by one."""

    def __init__(self) -> None:
        self.value = 1
        self._included = {1}

    def include(self, denominator: int) -> None:
        """Take in another; KernelError where the common one gets too long to compute with."""
        if denominator not in self._included:
            self._included.add(denominator)
            self.value = math.lcm(self.value, denominator)
            if self.value.bit_length() > _LONGEST_DENOMINATOR:
                raise KernelError("a kernel's fractions have too many different denominators")


def decimals_of(floats: NDArray[np.float64]) -> Rational:
    """Return float64s, each as the decimal that it prints as."""
    # A million of them: Fraction's own reading of a text takes ten times as long.
    return _over_one([Decimal(repr(w)).as_integer_ratio() for w in floats.ravel().tolist()])


def common(weights: list[Fraction]) -> Rational:
    """Return fractions over their least common denominator."""
    return _over_one([(weight.numerator, weight.denominator) for weight in weights])


def _over_one(ratios: list[tuple[int, int]]) -> Rational:
    least = Denominator()
    for _, below in ratios:
        least.include(below)
    denominator = least.value
    return Rational([above * (denominator // below) for above, below in ratios], denominator)


def rounded(rational: Rational, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return exact weights as the nearest float64, read-only."""
    numerators, denominator = rational
    try:
        floats = [numerator / denominator for numerator in numerators]
    except OverflowError:
        raise KernelError("a kernel's weight is more than float64 can hold") from None
    grid = np.array(floats, np.float64).reshape(shape)
    grid.flags.writeable = False
    return grid


def origin_of(origin: Any, shape: tuple[int, int]) -> tuple[int, int]:
    """Return a (row, column) that is a cell of such a grid; by default its middle."""
    rows, columns = shape
    if origin is None:
        return rows // 2, columns // 2
    try:
        row, column = (operator.index(place) for place in origin)
    except Exception:  # a class may raise anything when it is iterated
        raise KernelError(f"the origin {describe(origin)} is not a row and a column") from None
    if not (0 <= row < rows and 0 <= column < columns):
        raise KernelError(
            f"the origin {describe(row)},{describe(column)} is outside the kernel of {rows} x "
            f"{columns}: rows are 0 to {rows - 1}, columns 0 to {columns - 1}"
        )
    return row, column
