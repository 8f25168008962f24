"""One pixel as lines of text, as `--at` prints it: tables side by side, then the arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain, zip_longest

import numpy as np

from ..dtypes import Array
from ..filters.pixel import Line, Number, Table
from ..kernel.formatting import align_columns, format_if_short
from ..numbers import format_shortest, nearest_float
from .pixel import PixelTrace, Section

_GAP = "   "
_WIDEST = 100  # characters of a line with several tables
_MOST_CELLS = 9  # rows, and columns, of a table that are shown
_MOST_TERMS = 25  # levels in order that are shown
_LONGEST_SUM, _FEW_TERMS = 160, 8  # characters of a sum; of a longer one, terms are shown
_DIGITS, _RESULT_DIGITS = 4, 10  # of decimals in tables and sums, and of results


def format_pixel(trace: PixelTrace) -> list[str]:
    """Return the lines for a pixel: what the signs in its tables mean, then each section."""
    tables = [table for section in trace.sections for table in section.part.tables]
    signs = {
        "<5>: the pixel": bool(tables),
        "[5]: beyond the edge": bool(tables) and trace.beyond.any(),
        "-: not used": any(None in table.cells for table in tables if table.cells.dtype == object),
    }
    legend = ", ".join(sign for sign, is_used in signs.items() if is_used)
    lines = chain.from_iterable(_format_section(section, trace) for section in trace.sections)
    return [*([legend] if legend else []), *lines]


def _format_section(section: Section, trace: PixelTrace) -> Iterable[str]:
    tables, lines = section.part.tables, section.part.lines
    yield section.name
    # The tables of a section have one shape.
    rows, columns = tables[0].cells.shape if tables else (0, 0)
    is_cut = max(rows, columns) > _MOST_CELLS
    yield from _join_side_by_side(
        _format_table(table, trace) for table in tables if table.factors is None or not is_cut
    )
    if is_cut:
        shown = f"{min(rows, _MOST_CELLS)} x {min(columns, _MOST_CELLS)}"
        yield f"  shown: the {shown} cells around the pixel, of {rows} x {columns}"
    for line in lines:
        first = _find_first_term(tables[0]) if is_cut and line.middle is None else 0
        yield f"  {_format_line(line, first)}"
    for words, number in section.conversions:
        yield f"  {words}: {_format_result(number)}"
    if section.stored is not None:
        # A NumPy number's text has as many digits as it takes to read it back.
        level, note = str(section.stored).removesuffix(".0"), section.note
        yield f"  stored: {level} ({note})" if note else f"  stored: {level}"


def _format_table(table: Table, trace: PixelTrace) -> list[str]:
    """Return a table's name, and below it the rows, cut to the cells around the pixel."""
    (rows, columns), (row, column) = table.cells.shape, table.origin
    cut = _around(row, rows, _MOST_CELLS), _around(column, columns, _MOST_CELLS)
    cells = _format_cells(table.cells[cut])
    if table.factors is not None:
        factors = _format_cells(table.factors[cut])
        cells = [
            [*map("·".join, zip(*pair, strict=True))] for pair in zip(cells, factors, strict=True)
        ]
    if table.is_window:
        down, across = trace.origin[0] - row, trace.origin[1] - column
        beyond = trace.beyond[down : down + rows, across : across + columns][cut]
        centre = row - cut[0].start, column - cut[1].start
        cells = _mark_cells(cells, beyond, centre)
    return [table.name, *align_columns(cells)]


def _around(place: int, length: int, most: int) -> slice:
    """Return the slice of at most `most` of `length` places, with `place` near its middle."""
    start = max(0, min(place - most // 2, length - most))
    return slice(start, start + most)


def _mark_cells(cells: list[list[str]], beyond: Array, centre: tuple[int, int]) -> list[list[str]]:
    """Return cells with brackets around those beyond the edge, and with the centre marked."""
    marked = [
        [f"[{cell}]" if is_beyond else f" {cell} " for cell, is_beyond in zip(*pair, strict=True)]
        for pair in zip(cells, beyond.tolist(), strict=True)
    ]
    row, column = centre
    marked[row][column] = f"<{marked[row][column].strip()}>"
    return marked


def _join_side_by_side(blocks: Iterable[list[str]]) -> Iterable[str]:
    """Give the lines of blocks next to each other, as many as a line has room for."""
    rows: list[list[list[str]]] = []
    for block in blocks:
        if not rows or _measure([*rows[-1], block]) > _WIDEST:
            rows.append([])
        rows[-1].append(block)
    for row in rows:
        widths = [max(map(len, block)) for block in row]
        for cells in zip_longest(*row, fillvalue=""):
            line = _GAP.join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
            yield f"  {line}".rstrip()


def _measure(blocks: list[list[str]]) -> int:
    return sum(max(map(len, block)) + len(_GAP) for block in blocks)


def _find_first_term(table: Table) -> int:
    """Return the place of the first term that a long sum shows, among the cells that are used.

    The terms are those of cells around the pixel, which a table that is cut shows, too.
    """
    (rows, columns), (row, column) = table.cells.shape, table.origin
    if columns > _FEW_TERMS:
        first = row * columns + _around(column, columns, _FEW_TERMS).start
    else:
        first = _around(row * columns + column, rows * columns, _FEW_TERMS).start
    return sum(cell is not None for cell in table.cells.ravel()[:first].tolist())


def _format_line(line: Line, first: int) -> str:
    """Return a line of arithmetic; of a long sum, some terms are shown from `first` on."""
    count = len(line.terms)
    if count < 2:
        return f"{line.name}: {_format_result(line.value)}"
    if line.middle is None:
        return f"{line.name}: {_format_sum(line, first)}".replace("+ -", "- ")
    shown = _around(line.middle, count, _MOST_TERMS)
    terms = _format_terms(line.terms[shown])
    terms[line.middle - shown.start] = f"<{terms[line.middle - shown.start]}>"
    more = "" if len(terms) == count else f" (the middle {len(terms)} of {count})"
    return f"{line.name}: {' '.join(terms)}{more}"


def _format_sum(line: Line, first: int) -> str:
    """Return terms and their sum; `=` if the numbers are printed exactly, else `≈`."""
    terms, result = line.terms, _format_result(line.value)
    shown = slice(0, len(terms))
    texts = _format_terms(terms[:_LONGEST_SUM])
    if len(terms) > _FEW_TERMS and len(" + ".join(texts)) > _LONGEST_SUM:
        shown = slice(first, first + _FEW_TERMS)
        texts = _format_terms(terms[shown])
    before, after = terms[: shown.start], terms[shown.stop :]
    sign = "="
    if math.isfinite(nearest_float(line.value)):
        printed = sum(map(Fraction, texts)) + Fraction(sum(before)) + Fraction(sum(after))
        sign = "=" if printed == Fraction(result.split()[0]) else "≈"
    if before:
        texts.insert(0, f"({len(before)} before)")
    if after:
        texts.append(f"({len(after)} more)")
    return f"{' + '.join(texts)} {sign} {result}"


def _format_terms(terms: Sequence[Number]) -> list[str]:
    row = np.empty((1, len(terms)), object)
    row[0] = terms
    return _format_cells(row)[0]


def _format_cells(cells: Array) -> list[list[str]]:
    """Return rows of numbers as text: all exact, or all as decimals of a few digits."""
    rows = cells.tolist()
    texts = [[_format_exact(cell) for cell in row] for row in rows]
    if all(text is not None for row in texts for text in row):
        return [[text or "" for text in row] for row in texts]
    return [
        ["-" if cell is None else _format_decimal(cell, _DIGITS) for cell in row] for row in rows
    ]


def _format_exact(number: Number | None) -> str | None:
    """Return a number with all its digits, `-` for None; None if it is a float or too long."""
    if number is None:
        return "-"
    return None if isinstance(number, float) else format_if_short(number)


def _format_decimal(number: Number, digits: int) -> str:
    """Return a number as a decimal of some digits, but at least 2 after the point."""
    near = nearest_float(number)
    if not math.isfinite(near) or near == int(near):
        return format_shortest(near)
    return f"{near:.{max(digits, len(str(int(abs(near)))) + 2)}g}"


def _format_result(number: Number) -> str:
    """Return a result: a whole number, or a fraction and its decimal, or a decimal."""
    exact, decimal = _format_exact(number), _format_decimal(number, _RESULT_DIGITS)
    if exact is None or exact == decimal:
        return decimal
    shortest = format_shortest(nearest_float(number))
    is_exact = Fraction(shortest) == number
    return f"{exact} = {shortest}" if is_exact else f"{exact} ≈ {decimal}"
