"""Band: operators along an axis as products with one small matrix, over blocks that it repeats on.

A product as small as these is made where its operands lie; larger ones are copied first by the
library of linear algebra, which took twice the time.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import DTypeLike

from ....buffers import borrow
from ....dtypes import Array
from .taps import Weights

_COLUMNS = 64, 32  # of a product down the columns: of many, and of few, that fewer are in vain
_MANY = 512
_VALUES = 3 << 16


def rounded_up(number: int, step: int) -> int:
    """Return the least multiple of a step that is no less."""
    return -(-number // step) * step


def plane(name: str, rows: int, columns: int, dtype: DTypeLike) -> Array:
    """Return scratch memory for one channel, (rows, at least so many columns)."""
    return borrow(name, (rows, rounded_up(columns, _COLUMNS[columns <= _MANY])), dtype)


def together(rows: int, columns: int) -> int:
    """Return how many blocks of so many rows and columns to make at once.

    They stay in the cache, and are enough for threads that rarely wait for each other.
    """
    return max(1, round(_VALUES / (rows * columns)))


def blocks(plane: Array, count: int, advance: int, height: int) -> Array:
    """Return a view (count, N, height, few columns) of a (rows, columns) plane.

    A block begins so many rows after the one before.
    """
    rows, columns = plane.shape
    assert (count - 1) * advance + height <= rows
    row, element = plane.strides
    few = _COLUMNS[columns <= _MANY]
    shape = count, columns // few, height, few
    return as_strided(plane, shape, (advance * row, few * element, row, element))


def windows(plane: Array, start: int, count: int, advance: int, width: int) -> Array:
    """Return a view (count, rows, width) of a (rows, columns) plane.

    A window begins so many columns after the one before, the first at `start`.
    """
    rows, columns = plane.shape
    assert start + (count - 1) * advance + width <= columns
    row, element = plane.strides
    strides = advance * element, row, element
    return as_strided(plane[:, start:], (count, rows, width), strides)


def toeplitz(factor: Weights, outputs: int, dtype: DTypeLike) -> Array:
    """Return the (outputs, outputs + k - 1) matrix of a correlation with (k,) weights."""
    matrix = np.zeros((outputs, outputs + len(factor) - 1), dtype)
    for row in range(outputs):
        matrix[row, row : row + len(factor)] = factor
    return matrix


def put(values: Array, out: Array) -> None:
    """Put floats into values of the same shape: whole ones are rounded."""
    if out.dtype.kind != "f":
        np.rint(values, out=values)
    np.copyto(out, values, casting="unsafe")
