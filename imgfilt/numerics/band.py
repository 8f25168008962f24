"""Band: operators along an axis as matrix products, each with the same small matrix for each block.

`matrix` (T, K) makes outputs n·T to n·T + T of inputs from n·advance + offset on. What lies outside
of the source counts as 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from .taps import Array, Weights


class Band(NamedTuple):
    """A linear operator along an axis that repeats itself."""

    matrix: Array
    advance: int
    offset: int = 0

    def down(self, source: Array, out: Array) -> Array:
        """Put the (n, N) outputs down the columns of a (m, N) source into `out`."""
        count = len(self.matrix)
        for number, top in enumerate(range(0, len(out), count)):
            target = out[top : top + count]
            inputs, matrix = self.block(number, len(source), len(target))
            np.matmul(matrix, source[inputs], out=target)
        return out

    def across(self, source: Array, out: Array) -> Array:
        """Put the (N, n) outputs along the rows of a (N, m) source into `out`."""
        count = len(self.matrix)
        for number, left in enumerate(range(0, out.shape[1], count)):
            target = out[:, left : left + count]
            inputs, matrix = self.block(number, source.shape[1], target.shape[1])
            np.matmul(source[:, inputs], matrix.T, out=target)
        return out

    def block(self, number: int, length: int, outputs: int) -> tuple[slice, Array]:
        """Return which of so many inputs one block takes, and their matrix to so many outputs."""
        start = number * self.advance + self.offset
        first = max(start, 0)
        last = max(first, min(start + self.matrix.shape[1], length))
        return slice(first, last), self.matrix[:outputs, first - start : last - start]


def toeplitz(factor: Weights, count: int, dtype: DTypeLike) -> Band:
    """Return the band of a correlation with (k,) weights, so many outputs at once."""
    matrix = np.zeros((count, count + len(factor) - 1), dtype)
    for row in range(count):
        matrix[row, row : row + len(factor)] = factor
    return Band(matrix, count)
