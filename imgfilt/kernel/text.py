"""The text form of a kernel: rows of numbers, `scale`, `origin` and comments.

# the lecture's averaging mask
scale 1/9
1 1 1
1 1 1
1 1 1
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from itertools import chain
from typing import NamedTuple

from ..errors import KernelError
from ..numbers import format_exact, parse_number, quote
from .imagemagick import has_size, parse_imagemagick
from .kernel import Kernel
from .rows import Place, Rows, Word, lines

_HEADERS = "scale", "origin"


class _Header(NamedTuple):
    """What a line before the rows says, and where."""

    place: Place
    words: list[Word]


def parse_text(text: str, name: str = "kernel") -> Kernel:
    """Return the kernel that a text writes.

    Parameters
    ----------
    text : str
        One row a line; numbers (integers, decimals, fractions `a/b`) separated by blanks, tabs or
        commas; `#` starts a comment; before the rows `scale NUMBER` and `origin ROW COL` may stand.
        Or ImageMagick's form, `WIDTHxHEIGHT:` first.
    name : str
        What errors call the text: a file's name.

    Raises
    ------
    KernelError
        With name, line, column and what was found, and a note that shows the line.
    """
    written = lines(text, name)
    first = next(written, None)
    if first is not None and has_size(first[0]):
        return parse_imagemagick(chain([first], written))
    rows, headers = Rows(), dict[str, _Header]()
    for place, words in chain([first] if first else [], written):
        word = words[0].text
        if word not in _HEADERS:
            rows.add(place, words)
        elif rows.numbers:
            raise place.error(f"{word!r} must stand before the rows", words[0].column)
        elif word in headers:
            raise place.error(f"{word!r} is said twice", words[0].column)
        else:
            headers[word] = _checked(_Header(place, words))
    if not rows.numbers:
        last = text.count("\n") + 1
        raise KernelError(f"{name}:{last}: no row of numbers found")
    try:
        kernel = Kernel(rows.numbers)
    except KernelError as error:
        raise KernelError(f"{name}: {error}") from None
    kernel = _with_headers(kernel, headers)
    kernel.remark = _doubt(kernel, name)
    return kernel


def _doubt(kernel: Kernel, name: str) -> str | None:
    """Return what to say of a row that has as many numbers as an odd square."""
    rows, columns = kernel.shape
    side = math.isqrt(columns)
    if rows > 1 or side**2 != columns or side < 3 or side % 2 == 0:
        return None
    return (
        f"{name}: a single row of {columns} numbers is taken as it stands; "
        "rows are split by ';' or a new line"
    )


def _checked(header: _Header) -> _Header:
    """Return a header whose arguments are what it wants."""
    place, (word, *arguments) = header
    if word.text == "scale":
        if len(arguments) != 1:
            column = arguments[1].column if arguments else place.end
            raise place.error(f"'scale' wants one number, {len(arguments)} found", column)
        place.number_of(arguments[0])
    elif len(arguments) != 2 or not all(
        re.fullmatch("[0-9]{1,9}", argument.text) for argument in arguments
    ):
        found = " ".join(argument.text for argument in arguments)
        raise place.error(
            f"'origin' wants a row and a column, found {quote(found)}",
            arguments[0].column if arguments else place.end,
        )
    return header


def _with_headers(kernel: Kernel, headers: dict[str, _Header]) -> Kernel:
    """Return a kernel at the origin and with the scale that a text says."""
    for word in _HEADERS:
        if word not in headers:
            continue
        place, (_, *arguments) = headers[word]
        try:
            if word == "scale":
                kernel = kernel.scaled(place.number_of(arguments[0]))
            else:
                row, column = (int(argument.text) for argument in arguments)
                kernel = Kernel(kernel, (row, column))
        except KernelError as error:
            raise place.error(str(error), arguments[0].column) from None
    return kernel


def _cell(number: Fraction | int) -> str:
    """Return a number as a text has it, or nothing where that couldn't be read back."""
    text = format_exact(number)
    return text if text is not None and parse_number(text) is not None else ""


def format_text(kernel: Kernel, separator: str = " ") -> str:
    """Return the text that parse_text reads back to the same kernel.

    With commas for the separator the weights stand as they are, without a scale.

    Raises
    ------
    KernelError
        If a weight can't be written so that it is read back.
    """
    numerators, denominator = kernel.rational
    rows, columns = kernel.shape
    lines = []
    cells = [_cell(numerator) for numerator in numerators]
    scale = _cell(Fraction(1, denominator))
    # Whole numbers with a common scale read best; what they'd make too long goes by fractions.
    if separator == " " and "" not in cells and scale:
        lines += [f"scale {scale}"] if denominator != 1 else []
    else:
        cells = [_cell(weight) for row in kernel.fractions for weight in row]
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
