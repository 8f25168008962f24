"""Read the rows of a kernel's text; a kernel has at most a million weights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from ..errors import KernelError
from ..rows import Line, Token, iter_lines
from . import MOST_WEIGHTS
from .exact import Denominator, Rational

_CELL = re.compile(r"[^ \t,\n]+|,(?=[ \t]*,)")  # a token, or the comma after which one is missing
_MOST_HEADER_TOKENS = 5
_MOST_LINES = 2 * MOST_WEIGHTS


class ParsedKernel(NamedTuple):
    """The parsed text of a kernel; `remark` is a note for the user, or None."""

    weights: Rational
    shape: tuple[int, int]
    origin: tuple[int, int]
    remark: str | None = None


def tokenize_lines(text: str, name: str) -> Iterator[tuple[Line, list[Token]]]:
    """Yield (line, tokens) for each line that is neither empty nor only a comment.

    A text with more lines or tokens than a kernel can have raises KernelError at once.
    """
    _check_amount(text, name)
    for line in iter_lines(text, name, KernelError):
        yield line, line.tokens


def _check_amount(text: str, name: str) -> None:
    if text.count("\n") > _MOST_LINES:
        raise KernelError(f"{name}: more than {_MOST_LINES:,} lines")
    content = re.sub("#[^\n]*", "", text) if "#" in text else text
    cells = _CELL.finditer(content)
    beyond = next(islice(cells, MOST_WEIGHTS + _MOST_HEADER_TOKENS, None), None)
    if beyond is not None:
        line = content.count("\n", 0, beyond.start()) + 1
        raise KernelError(f"{name}:{line}: more than {MOST_WEIGHTS:,} weights")


class RowReader:
    """Reads lines as rows; all rows must have the same length."""

    def __init__(self) -> None:
        self.rows: list[list[Fraction]] = []
        self._denominator = Denominator()

    def parse(self, line: Line, tokens: list[Token]) -> list[Fraction]:
        """Return the numbers of a line's tokens; no row is added."""
        numbers = []
        for token in tokens:
            number = line.parse_number(token)
            try:
                self._denominator.include(number.denominator)
            except KernelError as error:
                raise line.error(str(error), token.column) from None
            numbers.append(number)
        return numbers

    def add(self, line: Line, tokens: list[Token], wanted: tuple[int, str] | None = None) -> None:
        """Add a line as a row.

        Parameters
        ----------
        line : Line
        tokens : list of Token
        wanted : (int, str), optional
            The length of the row, and the part of the text that sets the length, for the error;
            by default the rows above set it.

        Raises
        ------
        KernelError
            If a token is no number, or the row has a wrong length.
        """
        row = self.parse(line, tokens)
        if wanted is not None:
            line.check_length(len(row), wanted[0], f"{wanted[1]} says")
        elif self.rows:
            line.check_length(len(row), len(self.rows[0]))
        self.rows.append(row)
        if len(self.rows) * len(row) > MOST_WEIGHTS:
            raise line.error_of_line(f"more than {MOST_WEIGHTS:,} weights")
