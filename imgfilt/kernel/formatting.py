"""Weights written for people: fractions as fractions, in columns; what is too long to 8 places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ..numbers import format_brief, format_exact, format_shortest, nearest_float

if TYPE_CHECKING:
    from .kernel import Kernel

_LONGEST = 24  # characters of a fraction that can still be read
_FEWEST_DIGITS = 1e-6  # what has fewer than three digits in 8 places


def written(weights: Sequence[Sequence[Fraction]]) -> tuple[list[list[str]], bool]:
    """Return rows of weights as text, and whether that is all of them or to 8 places.

    Examples
    --------
    >>> written([[Fraction(1, 9), Fraction(-2)]])
    ([['1/9', '-2']], True)
    >>> written([[Fraction("0.38310348421678743"), Fraction(0)]])
    ([['0.38310348', '0']], False)
    """
    cells = [[_short(weight) for weight in row] for row in weights]
    if all(cell is not None for row in cells for cell in row):
        return [[cell or "" for cell in row] for row in cells], True
    return [[decimal(nearest_float(Fraction(weight))) for weight in row] for row in weights], False


def _short(number: Fraction | float) -> str | None:
    """Return a number in all its digits, or None where these are more than people read."""
    text = format_exact(number) if isinstance(number, Fraction | int) else str(number)
    return text if text is not None and len(text) <= _LONGEST else None


def kernel_written(kernel: Kernel) -> tuple[list[list[str]], bool]:
    """Return a kernel's weights as `written` does.

    Fractions are made until one is too long, and not of all of a million weights.
    """
    (rows, columns), (numerators, denominator) = kernel.shape, kernel.rational
    cells = []
    for numerator in numerators:
        cell = _short(Fraction(numerator, denominator))
        if cell is None:
            return [[decimal(weight) for weight in row] for row in kernel.weights.tolist()], False
        cells.append(cell)
    return [cells[row * columns : (row + 1) * columns] for row in range(rows)], True


def decimal(number: float) -> str:
    """Return a number to 8 places, or with an exponent where little would be left of it."""
    if number == 0:
        return "0"
    if abs(number) < _FEWEST_DIGITS or abs(number) >= 1e8:
        return f"{number:.3e}"
    return f"{number:.8f}"


def sum_written(total: Fraction) -> str:
    """Return a sum exactly, or what it is to 12 places where it has more than people read.

    Examples
    --------
    >>> sum_written(Fraction(1, 3)), sum_written(Fraction("0.99999999999999987"))
    ('1/3', '1 (rounded)')
    """
    exact = format_exact(total)
    if exact is not None and len(exact) <= 16:
        return exact
    near = nearest_float(total)
    if math.isinf(near):
        return format_brief(total)
    near = round(near, 12)
    return f"{format_shortest(near) if abs(near) < 1e16 and near != 0 else decimal(near)} (rounded)"


def in_columns(cells: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        " ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        for row in cells
    ]
