"""Format a kernel's weights: exact text for files, aligned columns for people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ..errors import KernelError
from ..numbers import format_brief, format_exact, format_shortest, nearest_float, parse_number

if TYPE_CHECKING:
    from .algebra import ExactKernel

_LONGEST = 24  # characters of a fraction that people can still read
_SMALLEST_DECIMAL = 1e-6  # smaller numbers have fewer than three digits in 8 places


def format_text(kernel: ExactKernel, separator: str = " ") -> str:
    """Return a text that Kernel.parse reads as the same kernel.

    With a comma as separator every weight is written in full: there is no `scale` line.

    Raises
    ------
    KernelError
        If a weight has no text form that is read as the same number.
    """
    numerators, denominator = kernel.rational
    rows, columns = kernel.shape
    lines = []
    cells = [_format_exact_cell(numerator) for numerator in numerators]
    scale = _format_exact_cell(Fraction(1, denominator))
    # Whole numbers with a common scale are easiest to read; if they are too long, write fractions.
    if separator == " " and "" not in cells and scale:
        lines += [f"scale {scale}"] if denominator != 1 else []
    else:
        cells = [_format_exact_cell(weight) for row in kernel.fractions for weight in row]
        if "" in cells:
            raise KernelError(
                "a weight is nearer to 0 than float64 can hold, or has too many digits for a text"
            )
    if kernel.origin != (rows // 2, columns // 2):
        lines.append("origin {} {}".format(*kernel.origin))
    width = max(map(len, cells)) if separator == " " else 0
    for start in range(0, len(cells), columns):
        row = cells[start : start + columns]
        lines.append(separator.join(f"{cell:>{width}}" for cell in row))
    return "\n".join(lines) + "\n"


def _format_exact_cell(number: Fraction | int) -> str:
    """Return a number with all its digits; "" if the text couldn't be read back."""
    text = format_exact(number)
    return text if text is not None and parse_number(text) is not None else ""


def format_fractions(weights: Sequence[Sequence[Fraction]]) -> tuple[list[list[str]], bool]:
    """Return (rows of weights as text, whether they are exact); if not, they have 8 places.

    Examples
    --------
    >>> format_fractions([[Fraction(1, 9), Fraction(-2)]])
    ([['1/9', '-2']], True)
    >>> format_fractions([[Fraction("0.38310348421678743"), Fraction(0)]])
    ([['0.38310348', '0']], False)
    """
    cells = [[format_if_short(weight) for weight in row] for row in weights]
    if all(cell is not None for row in cells for cell in row):
        return [[cell or "" for cell in row] for row in cells], True
    decimals = [[format_decimal(nearest_float(Fraction(w))) for w in row] for row in weights]
    return decimals, False


def format_if_short(number: Fraction | int) -> str | None:
    """Return a number with all its digits, or None if people couldn't read so long a number."""
    text = format_exact(number)
    return text if text is not None and len(text) <= _LONGEST else None


def format_kernel_weights(kernel: ExactKernel) -> tuple[list[list[str]], bool]:
    """Return a kernel's weights as `format_fractions` does.

    At the first fraction that is too long all weights become decimals: there may be a million.
    """
    (rows, columns), (numerators, denominator) = kernel.shape, kernel.rational
    cells = []
    for numerator in numerators:
        cell = format_if_short(Fraction(numerator, denominator))
        if cell is None:
            return [[format_decimal(w) for w in row] for row in kernel.weights.tolist()], False
        cells.append(cell)
    return [cells[row * columns : (row + 1) * columns] for row in range(rows)], True


def format_decimal(number: float) -> str:
    """Return a number to 8 places, or with an exponent if it is very small or large."""
    if number == 0:
        return "0"
    if abs(number) < _SMALLEST_DECIMAL or abs(number) >= 1e8:
        return f"{number:.3e}"
    return f"{number:.8f}"


def format_sum(total: Fraction) -> str:
    """Return a sum exactly, or rounded to 12 places if it has too many digits for people.

    Examples
    --------
    >>> format_sum(Fraction(1, 3)), format_sum(Fraction("0.99999999999999987"))
    ('1/3', '1 (rounded)')
    """
    exact = format_exact(total)
    if exact is not None and len(exact) <= 16:
        return exact
    near = nearest_float(total)
    if math.isinf(near):
        return format_brief(total)
    near = round(near, 12)
    text = format_shortest(near) if abs(near) < 1e16 and near != 0 else format_decimal(near)
    return f"{text} (rounded)"


def align_columns(cells: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        " ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        for row in cells
    ]
