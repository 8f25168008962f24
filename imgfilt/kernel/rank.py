"""Rank of a kernel's weights, and the 1-D factors of weights of rank 1.

Rank and factors are exact if the weights are exact. Weights that are rounded products of floats
seldom have an exact rank of 1, so their rank is computed to float64's precision.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from ..dtypes import Array
from ..numbers import WEIGHT_TOLERANCE, finite_or_none, nearest_float
from .exact import Rational

# If weights were rounded, the ratio of two weights has larger numerators or denominators.
_LARGEST_RATIO = round(1 / WEIGHT_TOLERANCE)
_MOST_RATIOS = 10_000

# The most different rows or columns for which the exact rank is computed (in some seconds).
_MOST_EXACT = 100

Floats = NDArray[np.float64]


def is_exact(rational: Rational) -> bool:
    """Return whether weights are exact, not rounded to float64.

    Only the values of the weights decide, not their original type: so a kernel that is saved and
    read again has the same rank.
    """
    if rational.fits_float64:
        return True
    if len(rational.numerators) > _MOST_RATIOS:
        return False
    largest = max(map(abs, rational.numerators))
    return all(
        max(abs(number), largest) // math.gcd(number, largest) < _LARGEST_RATIO
        for number in rational.numerators
    )


def matrix_rank(weights: Floats, rational: Rational | None) -> int:
    """Return the rank of (rows, columns) weights; 0 if all are 0.

    Parameters
    ----------
    weights : (rows, columns) float64 array
    rational : Rational or None
        The same weights, exact; None computes the rank to float64's precision.
    """
    if rational is not None and is_exact(rational):
        grid = np.array(rational.numerators, object).reshape(weights.shape)
        grid = _distinct_rows(_distinct_rows(grid).T)
        if min(grid.shape) <= _MOST_EXACT:
            return _compute_exact_rank(grid)
    scaled, _ = _without_overflow(weights)
    values = np.linalg.svd(scaled, compute_uv=False)
    return int(np.count_nonzero(values > WEIGHT_TOLERANCE * np.abs(scaled).sum()))


def _without_overflow(weights: Floats) -> tuple[Floats, int]:
    """Return (weights / 4**exponent, exponent), so scaled that no sum overflows."""
    power = math.frexp(np.abs(weights).max())[1] // 2 + 1
    return np.ldexp(weights, -2 * power), power


def _distinct_rows(grid: Array) -> Array:
    """Return the different rows, each once; the rank of the grid doesn't change."""
    return np.array(list(dict.fromkeys(map(tuple, grid.tolist()))), object)


def _compute_exact_rank(grid: Array) -> int:
    """Return the rank by elimination without fractions.

    Source: Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian elimination",
    Mathematics of Computation 22 (1968).
    """
    rest, divisor, count = grid.copy(), 1, 0
    while rest.size and (nonzero := np.argwhere(rest != 0)).size:
        row, column = nonzero[0]
        rest[[0, row]] = rest[[row, 0]]
        rest[:, [0, column]] = rest[:, [column, 0]]
        pivot = rest[0, 0]
        rest = (pivot * rest[1:, 1:] - np.multiply.outer(rest[1:, 0], rest[0, 1:])) // divisor
        divisor, count = pivot, count + 1
    return count


def find_separable_factors(
    weights: Floats, rational: Rational
) -> tuple[list[Fraction], list[Fraction]] | None:
    """Return (column factor, row factor) of weights of rank 1; None if float64 can't hold them.

    If the sum of the weights has a rational square root, and float64 can hold the result, each
    factor sums to this root. Otherwise the column factor consists of whole numbers without a
    common divisor.

    Parameters
    ----------
    weights : (rows, columns) float64 array
    rational : Rational
        The same weights, exact.
    """
    grid = np.array(rational.numerators, object).reshape(weights.shape)
    row, column = np.argwhere(grid != 0)[0]
    if (grid * grid[row, column] != np.multiply.outer(grid[:, column], grid[row])).any():
        return _find_approximate_factors(weights)
    down, across = _divide_by_gcd(grid[:, column]), _divide_by_gcd(grid[row])
    scale = Fraction(int(grid[row, column]), rational.denominator * down[row] * across[column])
    root = _find_rational_root(Fraction(sum(rational.numerators), rational.denominator))
    if root:
        first = root / sum(down)
        halves = [first * weight for weight in down], [scale / first * w for w in across]
        if None not in map(finite_or_none, chain(*halves)):
            return halves
    wholes = [Fraction(weight) for weight in down], [scale * weight for weight in across]
    return None if any(math.isinf(nearest_float(weight)) for weight in chain(*wholes)) else wholes


def _divide_by_gcd(numbers: Array) -> list[int]:
    """Return whole numbers in the same ratios without a common divisor; the first is positive."""
    divisor = math.gcd(*numbers.tolist())
    sign = 1 if next(number for number in numbers if number) > 0 else -1
    return [sign * number // divisor for number in numbers.tolist()]


def _find_rational_root(number: Fraction) -> Fraction | None:
    """Return the square root of a number if the root is rational and positive, else None."""
    if number <= 0:
        return None
    above, below = math.isqrt(number.numerator), math.isqrt(number.denominator)
    root = Fraction(above, below)
    return root if root * root == number else None


def _find_approximate_factors(weights: Floats) -> tuple[list[Fraction], list[Fraction]]:
    """Return (column factor, row factor) to float64's precision."""
    scaled, power = _without_overflow(weights)
    total, magnitude = scaled.sum(), np.abs(scaled).sum()
    if total > WEIGHT_TOLERANCE * magnitude:
        down, across = scaled.sum(1) / math.sqrt(total), scaled.sum(0) / math.sqrt(total)
    else:
        row, column = np.unravel_index(np.abs(scaled).argmax(), scaled.shape)
        root = math.sqrt(abs(scaled[row, column]))
        down = scaled[:, column] / math.copysign(root, scaled[row, column])
        across = scaled[row] / root
    return _as_fractions(np.ldexp(down, power)), _as_fractions(np.ldexp(across, power))


def _as_fractions(floats: Floats) -> list[Fraction]:
    return [Fraction(repr(number)) for number in floats.tolist()]
