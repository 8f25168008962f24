"""Read ImageMagick's kernel text: `WIDTHxHEIGHT+X+Y:`, then the numbers row by row.

The weights are not scaled; nor does ImageMagick scale them, unless it is told to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from itertools import chain

from ..numbers import quote
from .exact import MOST_WEIGHTS, from_fractions
from .rows import Line, ParsedKernel, RowReader, Token, tokenize

_SIZE = re.compile(
    r"(?P<width>[0-9]{1,9})(?:x(?P<height>[0-9]{1,9}))?"
    r"(?:\+(?P<column>[0-9]{1,9})\+(?P<row>[0-9]{1,9}))?"
)
_NO_WEIGHT = "nan", "-"  # cells that morphology leaves out


def has_size(line: Line) -> bool:
    """Return whether a line has a colon, as the first line of ImageMagick's text has."""
    return ":" in line.content


def parse_imagemagick(lines: Iterable[tuple[Line, list[Token]]]) -> ParsedKernel:
    """Return the kernel in a text of ImageMagick's form.

    As there, X is the origin's column and Y its row, `3:` is `3x3:`, and the origin of an even side
    is the cell before its middle: 1 of the 4 cells 0 to 3. Line ends are blanks. One comma
    may stand between two numbers.

    Parameters
    ----------
    lines : iterable of (Line, list of Token)
        The lines that aren't empty; the first has the size.

    Raises
    ------
    KernelError
        With name, line, column and what was found.
    """
    rest = iter(lines)
    first, _ = next(rest)
    colon = first.content.index(":") + 1
    width, height, origin = _parse_size(first, colon)
    reader, numbers = RowReader(), list[Fraction]()
    # No number is missing where a line begins or ends with a comma.
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
    """Return width, height and the origin's (row, column)."""
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
    """Return a token; KernelError if ImageMagick doesn't read it as a weight of this kernel."""
    if token.text.lower() in _NO_WEIGHT:
        raise line.error(
            f"{quote(token.text)} is a cell without a weight, as morphology has them; "
            "a convolution needs a number there, such as 0",
            token.column,
        )
    if ":" in token.text:
        raise line.error("another kernel begins here; a text may hold one only", token.column)
    return token
