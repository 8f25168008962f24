"""Operators along an axis as products of blocks of a plane with one small band matrix.

Example: the weights 1 2 1 down the columns, two outputs at once, on rows p, q, r, s, t, u:

    [ 1 2 1 0 ]  @  [p q r s]ᵀ  =  p + 2q + r,  q + 2r + s
    [ 0 1 2 1 ]     [r s t u]ᵀ     r + 2s + t,  s + 2t + u

Blocks of 4 rows begin 2 rows after each other, and the matrix is the same for all.

NumPy computes small products in place; the library of linear algebra copies the operands of larger
ones first, which took twice the time.

Source: filters as Toeplitz matrices, Gray, "Toeplitz and Circulant Matrices: A Review" (2006), 1.1.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import DTypeLike

from ....buffers import borrow
from ....dtypes import Array
from .taps import Weights

_COLUMNS = 64, 32  # of a product down the columns, for many columns and for few
_MANY = 512
_VALUES = 3 << 16


def round_up(number: int, step: int) -> int:
    """Return a number rounded up to a multiple of a step."""
    return -(-number // step) * step


def borrow_plane(name: str, rows: int, columns: int, dtype: DTypeLike) -> Array:
    """Return scratch memory for one channel: (rows, `columns` rounded up).

    Parameters
    ----------
    name : str
        Key of the memory: see buffers.borrow.
    rows, columns : int
    dtype : dtype
    """
    return borrow(name, (rows, round_up(columns, _COLUMNS[columns <= _MANY])), dtype)


def blocks_per_batch(rows: int, columns: int) -> int:
    """Return how many blocks of a size to compute in one call.

    The blocks fit into the cache, and calls are so long that threads rarely wait for each other.
    """
    return max(1, round(_VALUES / (rows * columns)))


def view_blocks(plane: Array, count: int, advance: int, height: int) -> Array:
    """Return overlapping blocks of a plane as a view (count, N, height, columns / N).

    Parameters
    ----------
    plane : (rows, columns) array
    count : int
        Blocks.
    advance : int
        Rows from the beginning of a block to the beginning of the next block.
    height : int
        Rows of a block.
    """
    rows, columns = plane.shape
    assert (count - 1) * advance + height <= rows
    row, element = plane.strides
    few = _COLUMNS[columns <= _MANY]
    shape = count, columns // few, height, few
    return as_strided(plane, shape, (advance * row, few * element, row, element))


def view_windows(plane: Array, start: int, count: int, advance: int, width: int) -> Array:
    """Return overlapping windows of a (rows, columns) plane as a view (count, rows, width).

    Parameters
    ----------
    plane : (rows, columns) array
    start : int
        First column of the first window.
    count : int
        Windows.
    advance : int
        Columns from the beginning of a window to the beginning of the next window.
    width : int
        Columns of a window.
    """
    rows, columns = plane.shape
    assert start + (count - 1) * advance + width <= columns
    row, element = plane.strides
    strides = advance * element, row, element
    return as_strided(plane[:, start:], (count, rows, width), strides)


def toeplitz_matrix(factor: Weights, outputs: int, dtype: DTypeLike) -> Array:
    """Return the (outputs, outputs + k - 1) matrix of a correlation with (k,) weights.

    Parameters
    ----------
    factor : (k,) array
    outputs : int
    dtype : dtype
    """
    matrix = np.zeros((outputs, outputs + len(factor) - 1), dtype)
    for row in range(outputs):
        matrix[row, row : row + len(factor)] = factor
    return matrix


def store_rounded(values: Array, out: Array) -> None:
    """Write floats into an array of the same shape, rounded half to even if it has integers."""
    if out.dtype.kind != "f":
        np.rint(values, out=values)
    np.copyto(out, values, casting="unsafe")
