"""One pixel as lines of text, as `--at` prints it: window, kernel and products side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from ..kernel.formatting import align_columns, format_decimal, format_fractions
from ..numbers import format_brief, format_shortest
from .pixel import ChannelTrace, Number

_GAP = "   "
_MOST_TERMS = 25  # a longer sum is printed without its terms


def format_pixel(trace: ChannelTrace) -> list[str]:
    """Return the lines for one channel: window, kernel, products, their sum, the stored level.

    If all levels are whole, the numbers are exact. If not, products and sum have 8 places.
    """
    products = trace.products
    if any(level != int(level) for level in trace.window.ravel() if math.isfinite(level)):
        products = [[float(product) for product in row] for row in products]
    # Levels get room for brackets only if any level has brackets.
    inside, outside = (" {} ", "[{}]") if trace.beyond.any() else ("{}", "")
    levels = (map(format_level, row) for row in trace.window.tolist())
    window = [
        [(outside if out else inside).format(level) for level, out in zip(*rows, strict=True)]
        for rows in zip(levels, trace.beyond.tolist(), strict=True)
    ]
    blocks = {
        "window": align_columns(window),
        "flipped kernel" if trace.flipped else "kernel": align_columns(_format_rows(trace.weights)),
        "products": align_columns(_format_rows(products)),
    }
    brackets = ["  in brackets: beyond the edge"] if trace.beyond.any() else []
    return [trace.channel, *_join_side_by_side(blocks), *brackets, *_format_sum(trace, products)]


def _join_side_by_side(blocks: dict[str, list[str]]) -> list[str]:
    """Return blocks of lines next to each other, each below its name."""
    columns = [[name, *lines] for name, lines in blocks.items()]
    widths = [max(map(len, column)) for column in columns]
    return [
        "  "
        + _GAP.join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    ]


def _format_sum(trace: ChannelTrace, rows: Sequence[Sequence[Number]]) -> list[str]:
    """Return lines for the sum of the products, and for the stored level."""
    products = [product for row in rows for product in row]
    total = sum(products, Fraction(0))
    terms = ""
    if 1 < len(products) <= _MOST_TERMS:
        (cells,) = _format_rows([products])
        terms = " + ".join(cells).replace("+ -", "- ") + " = "
    text = f"  sum     {terms}{format_number(total)}"
    value = total
    if trace.divisor != 1:
        value = total / trace.divisor
        text += f"\n  divided by {trace.divisor}: {format_number(value)}"
    return [*text.split("\n"), f"  stored  {_format_stored(trace, value)}"]


def _format_stored(trace: ChannelTrace, value: Number) -> str:
    """Return the stored level, and in brackets how it differs from the value."""
    stored = format_level(trace.stored)
    if trace.steps:
        return f"{stored} ({trace.steps})"
    if trace.limit is None or not (isinstance(value, Fraction) or math.isfinite(value)):
        return stored
    steps = []
    rounded = round(value)
    if rounded != value:
        steps.append(
            f"rounded {format_brief(rounded)}" if not 0 <= rounded <= trace.limit else "rounded"
        )
    if not 0 <= rounded <= trace.limit:
        steps.append("clipped")
    return f"{stored} ({', '.join(steps)})" if steps else stored


def _format_rows(rows: Sequence[Sequence[Number]]) -> list[list[str]]:
    """Return rows of numbers as text: all exact, or all to 8 places."""
    exact = [[number for number in row if isinstance(number, Fraction)] for row in rows]
    if exact == rows:
        return format_fractions(exact)[0]
    return [[format_number(number) for number in row] for row in rows]


def format_number(number: Number) -> str:
    """Return one number as text: a fraction if it is one and short, else a decimal."""
    if isinstance(number, Fraction):
        ((text,),), _ = format_fractions([[number]])
        return text
    return format_level(number)


def format_level(level: float) -> str:
    """Return a level as text: a whole number, a decimal to 8 places, `nan` or `inf`."""
    whole = not math.isfinite(level) or level == int(level)
    return format_shortest(level) if whole else format_decimal(level)
