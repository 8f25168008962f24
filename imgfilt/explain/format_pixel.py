"""A pixel of a convolution as lines for people: window, kernel and products side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from ..kernel.formatting import decimal, in_columns, written
from ..numbers import brief, shortest
from .pixel import Number, Pixel

_GAP = "   "
_MOST_TERMS = 25  # of a sum that is written out


def pixel_lines(pixel: Pixel) -> list[str]:
    """Return a pixel's window, the kernel on it, the products and their sum.

    Exact where the levels are whole; products of others to 8 places, as those are written.
    """
    products = pixel.products
    if any(level != int(level) for level in pixel.window.ravel() if math.isfinite(level)):
        products = [[float(product) for product in row] for row in products]
    # Without a pixel in brackets there is no room to be kept for them.
    inside, outside = (" {} ", "[{}]") if pixel.beyond.any() else ("{}", "")
    levels = (map(level_written, row) for row in pixel.window.tolist())
    window = [
        [(outside if out else inside).format(level) for level, out in zip(*rows, strict=True)]
        for rows in zip(levels, pixel.beyond.tolist(), strict=True)
    ]
    blocks = {
        "window": in_columns(window),
        "flipped kernel" if pixel.flipped else "kernel": in_columns(_texts(pixel.weights)),
        "products": in_columns(_texts(products)),
    }
    beyond = ["  in brackets: beyond the edge"] if pixel.beyond.any() else []
    return [pixel.channel, *_beside(blocks), *beyond, *_sum(pixel, products)]


def _beside(blocks: dict[str, list[str]]) -> list[str]:
    """Return blocks of lines side by side, each under its name."""
    columns = [[name, *lines] for name, lines in blocks.items()]
    widths = [max(map(len, column)) for column in columns]
    return [
        "  "
        + _GAP.join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    ]


def _sum(pixel: Pixel, rows: Sequence[Sequence[Number]]) -> list[str]:
    """Return the sum of the products, and what it is stored as."""
    products = [product for row in rows for product in row]
    total = sum(products, Fraction(0))
    terms = ""
    if 1 < len(products) <= _MOST_TERMS:
        cells = [cell for row in _texts([products]) for cell in row]
        terms = " + ".join(cells).replace("+ -", "- ") + " = "
    text = f"  sum     {terms}{number_written(total)}"
    value = total
    if pixel.divisor != 1:
        value = total / pixel.divisor
        text += f"\n  divided by {pixel.divisor}: {number_written(value)}"
    return [*text.split("\n"), f"  stored  {_stored(pixel, value)}"]


def _stored(pixel: Pixel, value: Number) -> str:
    stored = level_written(pixel.stored)
    if pixel.way:
        return f"{stored} ({pixel.way})"
    if pixel.limit is None or not (isinstance(value, Fraction) or math.isfinite(value)):
        return stored
    steps = []
    rounded = round(value)
    if rounded != value:
        steps.append(f"rounded {brief(rounded)}" if not 0 <= rounded <= pixel.limit else "rounded")
    if not 0 <= rounded <= pixel.limit:
        steps.append("clipped")
    return f"{stored} ({', '.join(steps)})" if steps else stored


def _texts(rows: Sequence[Sequence[Number]]) -> list[list[str]]:
    """Return numbers as text, all exact or all to 8 places."""
    exact = [[number for number in row if isinstance(number, Fraction)] for row in rows]
    if exact == rows:
        return written(exact)[0]
    return [[number_written(number) for number in row] for row in rows]


def number_written(number: Number) -> str:
    """Return one number as text: exact where that is short."""
    if isinstance(number, Fraction):
        ((text,),), _ = written([[number]])
        return text
    return level_written(number)


def level_written(level: float) -> str:
    """Return a level as text: whole ones as such, what is no number by its name."""
    whole = not math.isfinite(level) or level == int(level)
    return shortest(level) if whole else decimal(level)
