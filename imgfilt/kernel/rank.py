"""The structure of a kernel: its rank, and the 1-D factors of one of rank 1.

Exact where the weights are; floats that are products of other floats, rounded, only nearly have
the rank that is meant, so theirs is taken to a float64's precision.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from ..numbers import finite_or_none, nearest_float
from .algebra import Grid

if TYPE_CHECKING:
    from .kernel import Kernel

# Relative to Σ|w|: far inside the error that any result is allowed, far above float64's own.
PRECISION = 2.0**-44

# The ratio of two weights that rounding has touched has more digits than this.
_LARGEST_RATIO = 2**44
_MOST_RATIOS = 10_000

# Different rows, or columns, whose rank is taken exactly: some seconds.
_MOST_EXACT = 100

Floats = np.ndarray[Any, np.dtype[np.float64]]


def is_exact(kernel: Kernel) -> bool:
    """Return whether the weights are what they are meant to be, not only to float64's precision.

    It depends on the weights alone, not on whether they came as floats: what is saved and read
    again is judged alike.
    """
    if kernel.integers is not None:
        return True
    if kernel.weights.size > _MOST_RATIOS:
        return False
    largest = max(map(abs, kernel.rational.numerators))
    return all(
        max(abs(number), largest) // math.gcd(number, largest) < _LARGEST_RATIO
        for number in kernel.rational.numerators
    )


def rank(kernel: Kernel) -> int:
    """Return the rank of a kernel's weights; 0 only where all are 0."""
    if is_exact(kernel):
        grid = _distinct(_distinct(kernel.grid).T)
        if min(grid.shape) <= _MOST_EXACT:
            return _eliminated(grid)
    weights, _ = _scaled(kernel.weights)
    values = np.linalg.svd(weights, compute_uv=False)
    return int(np.count_nonzero(values > PRECISION * np.abs(weights).sum()))


def _scaled(weights: Floats) -> tuple[Floats, int]:
    """Return weights over 4 to some power, so that no sum of them overflows, and the power."""
    power = math.frexp(np.abs(weights).max())[1] // 2 + 1
    return np.ldexp(weights, -2 * power), power


def _distinct(grid: Grid) -> Grid:
    """Return the rows that differ: as many as matter for the rank."""
    return np.array(list(dict.fromkeys(map(tuple, grid.tolist()))), object)


def _eliminated(grid: Grid) -> int:
    """Return the rank by elimination without fractions.

    Source: Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian elimination",
    Mathematics of Computation 22 (1968).
    """
    rest, divisor, found = grid.copy(), 1, 0
    while rest.size and (places := np.argwhere(rest != 0)).size:
        row, column = places[0]
        rest[[0, row]] = rest[[row, 0]]
        rest[:, [0, column]] = rest[:, [column, 0]]
        pivot = rest[0, 0]
        rest = (pivot * rest[1:, 1:] - np.multiply.outer(rest[1:, 0], rest[0, 1:])) // divisor
        divisor, found = pivot, found + 1
    return found


def factors(kernel: Kernel) -> tuple[list[Fraction], list[Fraction]] | None:
    """Return the weights down and across whose products are the kernel's, if its rank is 1.

    Where the kernel's sum has a rational root, each factor has it for its sum, if float64 can hold
    that; otherwise the one down is of whole numbers without a common factor. None, too, where
    that is past float64.
    """
    if kernel.rank != 1:
        return None
    grid, divisor = kernel.grid, kernel.rational.denominator
    row, column = np.argwhere(grid != 0)[0]
    if (grid * grid[row, column] != np.multiply.outer(grid[:, column], grid[row])).any():
        return _nearly(kernel)
    down, across = _primitive(grid[:, column]), _primitive(grid[row])
    scale = Fraction(int(grid[row, column]), divisor * down[row] * across[column])
    root = _root(kernel.sum)
    if root:
        first = root / sum(down)
        halves = [first * weight for weight in down], [scale / first * w for w in across]
        if None not in map(finite_or_none, chain(*halves)):
            return halves
    wholes = [Fraction(weight) for weight in down], [scale * weight for weight in across]
    return None if any(math.isinf(nearest_float(weight)) for weight in chain(*wholes)) else wholes


def _primitive(numbers: Grid) -> list[int]:
    """Return whole numbers in the same ratios without a common factor, the first positive."""
    divisor = math.gcd(*numbers.tolist())
    sign = 1 if next(number for number in numbers if number) > 0 else -1
    return [sign * number // divisor for number in numbers.tolist()]


def _root(number: Fraction) -> Fraction | None:
    """Return the square root of a positive number, if it is rational."""
    if number <= 0:
        return None
    above, below = math.isqrt(number.numerator), math.isqrt(number.denominator)
    root = Fraction(above, below)
    return root if root * root == number else None


def _nearly(kernel: Kernel) -> tuple[list[Fraction], list[Fraction]]:
    """Return factors as float64 has them."""
    weights, power = _scaled(kernel.weights)
    total, magnitude = weights.sum(), np.abs(weights).sum()
    if total > PRECISION * magnitude:
        down, across = weights.sum(1) / math.sqrt(total), weights.sum(0) / math.sqrt(total)
    else:
        row, column = np.unravel_index(np.abs(weights).argmax(), kernel.shape)
        root = math.sqrt(abs(weights[row, column]))
        down, across = (
            weights[:, column] / math.copysign(root, weights[row, column]),
            weights[row] / root,
        )
    return _decimals(np.ldexp(down, power)), _decimals(np.ldexp(across, power))


def _decimals(floats: Floats) -> list[Fraction]:
    return [Fraction(repr(number)) for number in floats.tolist()]
