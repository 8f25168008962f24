"""Band: operators along an axis as products with one small matrix, over blocks that it repeats on.

A product as small as these is made where its operands lie; larger ones are copied first by the
library of linear algebra, which took twice the time.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import DTypeLike

from ..scratch import borrow
from .taps import Array, Weights

_COLUMNS = 64  # of a product down the columns
_VALUES = 1 << 18


def rounded_up(number: int, step: int = _COLUMNS) -> int:
    """Return the least multiple of a step that is no less."""
    return -(-number // step) * step


def planes(name: str, rows: int, channels: int, columns: int, dtype: DTypeLike) -> Array:
    """Return scratch memory for channels apart, (rows, C, at least so many columns)."""
    return borrow(name, (rows, channels, rounded_up(columns)), dtype)


def together(rows: int, values: int) -> int:
    """Return how many blocks of so many rows to make at once, with so many values in a row.

    They stay in the cache, and are enough for threads that rarely wait for each other.
    """
    return max(1, round(_VALUES / (rows * values)))


def blocks(block: Array, count: int, advance: int, height: int) -> Array:
    """Return a view (count, N, height, few columns) of a (rows, C, columns) block of `planes`.

    A part begins so many rows after the one before.
    """
    rows, channels, columns = block.shape
    assert (count - 1) * advance + height <= rows
    row, _, element = block.strides
    shape = count, channels * columns // _COLUMNS, height, _COLUMNS
    return as_strided(block, shape, (advance * row, _COLUMNS * element, row, element))


def windows(block: Array, start: int, count: int, advance: int, width: int) -> Array:
    """Return a view (C, count, rows, width) of a (rows, C, columns) block.

    A window begins so many columns after the one before, the first at `start`.
    """
    rows, channels, columns = block.shape
    assert start + (count - 1) * advance + width <= columns
    row, channel, element = block.strides
    strides = channel, advance * element, row, element
    return as_strided(block[..., start:], (channels, count, rows, width), strides)


def toeplitz(factor: Weights, outputs: int, dtype: DTypeLike) -> Array:
    """Return the (outputs, outputs + k - 1) matrix of a correlation with (k,) weights."""
    matrix = np.zeros((outputs, outputs + len(factor) - 1), dtype)
    for row in range(outputs):
        matrix[row, row : row + len(factor)] = factor
    return matrix


def take_apart(pixels: Array, out: Array) -> None:
    """Put the channels of (rows, columns, C) pixels into a (rows, C, columns) block."""
    for channel in range(pixels.shape[2]):
        np.copyto(out[:, channel], pixels[..., channel])


def put_together(block: Array, out: Array) -> None:
    """Put a (rows, C, columns) block into (rows, columns, C) values: whole ones are rounded."""
    if out.dtype.kind != "f":
        np.rint(block, out=block)
    for channel in range(out.shape[2]):
        np.copyto(out[..., channel], block[:, channel], casting="unsafe")
