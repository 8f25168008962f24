"""Read ImageMagick's kernel text: `WIDTHxHEIGHT+X+Y:`, then the numbers row by row.

The weights are not scaled. ImageMagick scales them only on request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from itertools import chain

from ..numbers import quote
from ..rows import Line, Token, tokenize
from . import MOST_WEIGHTS
from .exact import from_fractions
from .rows import ParsedKernel, RowReader

_SIZE = re.compile(
    r"(?P<width>[0-9]{1,9})(?:x(?P<height>[0-9]{1,9}))?"
    r"(?:\+(?P<column>[0-9]{1,9})\+(?P<row>[0-9]{1,9}))?"
)
_NO_WEIGHT = "nan", "-"  # cells that ImageMagick's morphology leaves out


def has_size(line: Line) -> bool:
    """Return whether a line has a colon, which only the first line of ImageMagick's text has."""
    return ":" in line.content


def parse_imagemagick(lines: Iterable[tuple[Line, list[Token]]]) -> ParsedKernel:
    """Return the kernel in a text in ImageMagick's form.

    As in ImageMagick, X is the origin's column, Y is the origin's row, and `3:` means `3x3:`. For
    an even side the default origin is the cell before the middle: cell 1 of the cells 0 to 3. Line
    ends count as blanks. One comma may stand between two numbers.

    Parameters
    ----------
    lines : iterable of (Line, list of Token)
        The lines that aren't empty; the first one has the size.

    Raises
    ------
    KernelError
        If the text is no kernel; the message has name, line, column and the wrong text.
    """
    rest = iter(lines)
    first, _ = next(rest)
    colon = first.content.index(":") + 1
    width, height, origin = _parse_size(first, colon)
    reader, numbers = RowReader(), list[Fraction]()
    # A comma at the beginning or end of a line doesn't mean that a number is missing.
    ends_in_comma = False
    for line, tokens in chain([(first, tokenize(first.content, colon))], rest):
        if not tokens[0].text and not ends_in_comma:
            tokens = tokens[1:]
        ends_in_comma = bool(tokens) and not tokens[-1].text
        tokens = tokens[: len(tokens) - ends_in_comma]
        numbers += reader.parse(line, [_check_token(line, token) for token in tokens])
    if len(numbers) != width * height:
        found = "1 number" if len(numbers) == 1 else f"{len(numbers)} numbers"
        wanted = f"{width}x{height} has {width * height}"
        raise line.error_of_line(f"{found} found, but a kernel of {wanted}", line.end)
    return ParsedKernel(from_fractions(numbers), (height, width), origin)


def _parse_size(line: Line, colon: int) -> tuple[int, int, tuple[int, int]]:
    """Return (width, height, origin), the origin as (row, column)."""
    text = line.content[: colon - 1]
    start = len(text) - len(text.lstrip(" \t")) + 1
    size = _SIZE.fullmatch(text.strip(" \t"))
    if size is None:
        raise line.error(
            f"{quote(text.strip())} before the colon is not WIDTHxHEIGHT or WIDTHxHEIGHT+X+Y",
            start,
        )
    width, height = int(size["width"]), int(size["height"] or size["width"])
    if not 1 <= width * height <= MOST_WEIGHTS:
        raise line.error(
            f"a size of {width}x{height}; a kernel has 1 to {MOST_WEIGHTS:,} weights", start
        )
    if size["row"] is None:
        return width, height, ((height - 1) // 2, (width - 1) // 2)
    row, column = int(size["row"]), int(size["column"])
    if row >= height or column >= width:
        raise line.error(
            f"the origin +{column}+{row} is outside the kernel of {width}x{height}: "
            f"X is 0 to {width - 1}, Y 0 to {height - 1}",
            start,
        )
    return width, height, (row, column)


def _check_token(line: Line, token: Token) -> Token:
    """Return the token itself; KernelError if it is a cell without weight or another kernel."""
    if token.text.lower() in _NO_WEIGHT:
        raise line.error(
            f"{quote(token.text)} is a cell without a weight, as morphology has them; "
            "a convolution needs a number there, such as 0",
            token.column,
        )
    if ":" in token.text:
        raise line.error("another kernel begins here; a text may hold one only", token.column)
    return token
