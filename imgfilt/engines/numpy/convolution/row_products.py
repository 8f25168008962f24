"""Sums down the columns by a matrix product for several rows at once, then along the rows.

For a kernel of k x k weights the product of Z (k·T, T + k − 1) with T + k − 1 rows of the block
holds T rows of sums for each of the kernel's columns; k shifted additions make T rows of output of
these sums. A matrix product takes less time than a pass for each weight.
"""

from __future__ import annotations

import numpy as np

from ....buffers import borrow
from ....dtypes import Array
from .taps import Taps

_ROWS = 8  # T; 16 took 1.2 times as long at sides of 3 to 15, on blocks 3000 wide
_WIDEST = 1 << 14  # elements of a row at once, so that the product stays in the cache


def run(padded: Array, taps: Taps) -> Array:
    """Return the (h, w, C) sums Σ weights · padded, in the dtype of the block (a float).

    A sum has two levels, so that rounding is within (rows + columns) · eps/2 · Σ|w| · max|I|.
    """
    rows, columns = taps.shape
    height, width = taps.output(padded)
    channels = padded.shape[2]
    shift, across = channels, width * channels
    source = padded.reshape(len(padded), -1)
    matrix = _band_matrix(taps.weights.astype(padded.dtype))
    sums = borrow("sums", (height, width, channels), padded.dtype)
    flat = sums.reshape(height, -1)
    for left in range(0, across, _WIDEST):
        wide = min(_WIDEST, across - left)
        reach = wide + (columns - 1) * shift
        parts = borrow("parts", (columns * _ROWS, reach), padded.dtype)
        row, element = parts.strides
        shifted = np.lib.stride_tricks.as_strided(
            parts, (columns, _ROWS, wide), (_ROWS * row + shift * element, row, element)
        )
        for top in range(0, height, _ROWS):
            count = min(_ROWS, height - top)
            block = source[top : top + count + rows - 1, left : left + reach]
            np.matmul(matrix[:, : len(block)], block, out=parts)
            # One call adds all, because threads with many short calls wait for each other.
            target = flat[top : top + count, left : left + wide]
            np.add.reduce(shifted[:, :count], axis=0, out=target)
    return sums


def _band_matrix(weights: Array) -> Array:
    """Return Z: for each column of the kernel, a band of _ROWS outputs."""
    rows, columns = weights.shape
    matrix = np.zeros((columns, _ROWS, _ROWS + rows - 1), weights.dtype)
    for row in range(_ROWS):
        matrix[:, row, row : row + rows] = weights.T
    return matrix.reshape(columns * _ROWS, -1)


def operations(taps: Taps) -> float:
    """Return the multiplications and additions of an output pixel."""
    rows, columns = taps.shape
    return 2.0 * columns * (_ROWS + rows - 1) + columns - 1
