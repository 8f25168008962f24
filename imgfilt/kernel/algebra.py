"""Sums and products of grids of whole numbers, exact: what adding and composing kernels come to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import KernelError

Grid = NDArray[Any]

# Products that composing two kernels may take: some seconds, in the machine's integers and in
# Python's.
_MOST_PRODUCTS, _MOST_LONG_PRODUCTS = 10**9, 10**8


def convolved(one: Grid, other: Grid) -> Grid:
    """Return the full convolution of two grids of whole numbers.

    Raises
    ------
    KernelError
        If that would take more than some seconds.
    """
    # No sum is more than the product of the sums: most fit the machine's own integers.
    sums = int(abs(one).sum()), int(abs(other).sum())
    fits = max(*sums, sums[0] * sums[1]) < 2**63
    if one.size * other.size > (_MOST_PRODUCTS if fits else _MOST_LONG_PRODUCTS):
        raise KernelError(
            f"kernels of {one.size:,} and {other.size:,} weights take too long to compose"
        )
    kind = np.int64 if fits else object
    few, many = sorted((one.astype(kind), other.astype(kind)), key=lambda grid: int(grid.size))
    total = np.zeros(np.add(one.shape, other.shape) - 1, kind)
    for row, column in np.argwhere(few):
        window = np.s_[row : row + many.shape[0], column : column + many.shape[1]]
        total[window] += few[row, column] * many
    return total


def aligned(
    one: tuple[int, int], origin: tuple[int, int], other: tuple[int, int], its: tuple[int, int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the shape and origin of the smallest grid that holds two, origin upon origin."""
    row, column = (max(places) for places in zip(origin, its, strict=True))
    below, right = (
        max(side - place, its_side - its_place)
        for side, place, its_side, its_place in zip(one, origin, other, its, strict=True)
    )
    return (row + below, column + right), (row, column)


def laid(grid: Grid, origin: tuple[int, int], shape: tuple[int, int], at: tuple[int, int]) -> Grid:
    """Return a grid with zeros around it, so that its origin is the cell `at` of that shape."""
    top, left = at[0] - origin[0], at[1] - origin[1]
    larger = np.zeros(shape, object)
    larger[top : top + grid.shape[0], left : left + grid.shape[1]] = grid
    return larger
