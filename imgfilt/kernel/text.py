"""Parse the text form of a kernel: rows of numbers, `scale`, `origin` and comments.

# the lecture's averaging mask
scale 1/9
1 1 1
1 1 1
1 1 1
"""

from __future__ import annotations

import math
import re
from itertools import chain
from typing import NamedTuple

from ..errors import KernelError
from ..numbers import quote
from ..rows import Line, Token
from .exact import Rational, check_origin, from_fractions, in_lowest_terms, to_float64
from .imagemagick import has_size, parse_imagemagick
from .rows import ParsedKernel, RowReader, tokenize_lines

_HEADERS = "scale", "origin"


class _Header(NamedTuple):
    """A line `scale` or `origin` before the rows, and its tokens after this word."""

    line: Line
    arguments: list[Token]


def parse_text(text: str, name: str) -> ParsedKernel:
    """Return the kernel in a text.

    Parameters
    ----------
    text : str
        Each line is a row of numbers (integers, decimals, fractions `a/b`) separated by blanks,
        tabs or commas. `#` starts a comment. Lines `scale NUMBER` and `origin ROW COL` may come
        before the rows. A text in ImageMagick's form begins with `WIDTHxHEIGHT:`.
    name : str
        The name of the text in errors, such as a file's name.

    Raises
    ------
    KernelError
        If the text is no kernel; the message has name, line, column and the wrong text, and a
        note shows the line.
    """
    lines = tokenize_lines(text, name)
    first = next(lines, None)
    if first is not None and has_size(first[0]):
        return parse_imagemagick(chain([first], lines))
    reader, headers = RowReader(), dict[str, _Header]()
    for line, tokens in chain([first] if first else [], lines):
        word = tokens[0].text
        if word not in _HEADERS:
            reader.add(line, tokens)
        elif reader.rows:
            raise line.error(f"{word!r} must stand before the rows", tokens[0].column)
        elif word in headers:
            raise line.error(f"{word!r} is said twice", tokens[0].column)
        else:
            headers[word] = _Header(line, tokens[1:])
            _check_arguments(word, headers[word])
    if not reader.rows:
        last = text.count("\n") + 1
        raise KernelError(f"{name}:{last}: no row of numbers found")
    shape = len(reader.rows), len(reader.rows[0])
    weights = from_fractions(chain(*reader.rows))
    if "scale" in headers:
        weights = _apply_scale(weights, headers["scale"])
    origin = _parse_origin(headers.get("origin"), shape)
    return ParsedKernel(weights, shape, origin, _make_remark(shape, name))


def _make_remark(shape: tuple[int, int], name: str) -> str | None:
    """Return a note on a single row whose length is an odd square number such as 9, or None."""
    rows, columns = shape
    side = math.isqrt(columns)
    if rows > 1 or side**2 != columns or side < 3 or side % 2 == 0:
        return None
    return (
        f"{name}: a single row of {columns} numbers is taken as it stands; "
        f"rows are split by ';' or a new line, and {side}x{side}: before them makes {side} rows"
    )


def _check_arguments(word: str, header: _Header) -> None:
    """Raise KernelError unless `scale` has one number and `origin` has two whole numbers."""
    line, arguments = header
    if word == "scale":
        if len(arguments) != 1:
            column = arguments[1].column if arguments else line.end
            raise line.error(f"'scale' wants one number, {len(arguments)} found", column)
        line.parse_number(arguments[0])
    elif len(arguments) != 2 or not all(
        re.fullmatch("[0-9]{1,9}", argument.text) for argument in arguments
    ):
        found = " ".join(argument.text for argument in arguments)
        raise line.error(
            f"'origin' wants a row and a column, found {quote(found)}",
            arguments[0].column if arguments else line.end,
        )


def _apply_scale(weights: Rational, header: _Header) -> Rational:
    """Return weights times the `scale` number; KernelError if float64 can't hold a weight."""
    line, (token,) = header
    factor = line.parse_number(token)
    numerators = [number * factor.numerator for number in weights.numerators]
    scaled = in_lowest_terms(numerators, weights.denominator * factor.denominator)
    try:
        to_float64(Rational([max(map(abs, scaled.numerators))], scaled.denominator), (1, 1))
    except KernelError as error:
        raise line.error(str(error), token.column) from None
    return scaled


def _parse_origin(header: _Header | None, shape: tuple[int, int]) -> tuple[int, int]:
    """Return the origin that `origin` sets, by default the middle; KernelError if outside."""
    if header is None:
        return check_origin(None, shape)
    line, arguments = header
    try:
        return check_origin([int(argument.text) for argument in arguments], shape)
    except KernelError as error:
        raise line.error(str(error), arguments[0].column) from None
