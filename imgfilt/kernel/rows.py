"""Read rows of numbers from a text; errors name the line and column, and show the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from ..errors import KernelError
from ..numbers import parse_number, quote
from ..terminal import excerpt
from . import MOST_WEIGHTS
from .exact import Denominator, Rational

_SEPARATOR = re.compile(r"[ \t]*,[ \t]*|[ \t]+")
_CELL = re.compile(r"[^ \t,\n]+|,(?=[ \t]*,)")  # a token, or the comma after which one is missing
_MOST_HEADER_TOKENS = 5
_MOST_LINES = 2 * MOST_WEIGHTS


class ParsedKernel(NamedTuple):
    """The parsed text of a kernel; `remark` is a note for the user, or None."""

    weights: Rational
    shape: tuple[int, int]
    origin: tuple[int, int]
    remark: str | None = None


class Token(NamedTuple):
    """A word of a line, and the column of its first character, counted from 1."""

    text: str
    column: int


class Line(NamedTuple):
    """A line: the name of the text for errors, the line number counted from 1, and the line."""

    name: str
    number: int
    text: str

    def error(self, message: str, column: int) -> KernelError:
        """Return an error that names line and column."""
        return self._error(f"{self.name}:{self.number}:{column}: {message}", column)

    def error_of_line(self, message: str, column: int = 0) -> KernelError:
        """Return an error that names the line; a caret points at the column unless it is 0."""
        return self._error(f"{self.name}:{self.number}: {message}", column)

    def _error(self, message: str, column: int) -> KernelError:
        error = KernelError(message)
        if column:
            error.add_note(excerpt(self.text, column))
        return error

    @property
    def content(self) -> str:
        """The line without its comment."""
        return self.text.partition("#")[0].rstrip(" \t\r")

    @property
    def end(self) -> int:
        """The column after the last character of the content."""
        return len(self.content) + 1

    def parse_number(self, token: Token) -> Fraction:
        """Return the number in a token; KernelError if it is no number."""
        number = parse_number(token.text)
        if number is not None:
            return number
        if not token.text:
            raise self.error("a number is missing", token.column)
        if re.fullmatch("[+-]?[0-9]+/[+-]?0+", token.text):
            raise self.error(f"the denominator of {token.text} is zero", token.column)
        raise self.error(f"{quote(token.text)} is not a number or a fraction a/b", token.column)


def tokenize_lines(text: str, name: str) -> Iterator[tuple[Line, list[Token]]]:
    """Yield (line, tokens) for each line that is neither empty nor only a comment.

    A text with more lines or tokens than a kernel can have raises KernelError at once.
    """
    _check_amount(text, name)
    # Only a line feed ends a line; str.splitlines would also split at form feeds.
    for number, written in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = Line(name, number, written.rstrip("\r"))
        if content := line.content:
            yield line, tokenize(content)


def _check_amount(text: str, name: str) -> None:
    if text.count("\n") > _MOST_LINES:
        raise KernelError(f"{name}: more than {_MOST_LINES:,} lines")
    content = re.sub("#[^\n]*", "", text) if "#" in text else text
    cells = _CELL.finditer(content)
    beyond = next(islice(cells, MOST_WEIGHTS + _MOST_HEADER_TOKENS, None), None)
    if beyond is not None:
        line = content.count("\n", 0, beyond.start()) + 1
        raise KernelError(f"{name}:{line}: more than {MOST_WEIGHTS:,} weights")


def tokenize(content: str, start: int = 0) -> list[Token]:
    """Return the tokens of a line from an index on; a missing number gives an empty token."""
    start = len(content) - len(content[start:].lstrip(" \t"))
    tokens = []
    for separator in _SEPARATOR.finditer(content, start):
        tokens.append(Token(content[start : separator.start()], start + 1))
        start = separator.end()
    return [*tokens, Token(content[start:], start + 1)]


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
        length, source = wanted or (len(self.rows[0]) if self.rows else len(row), "")
        if len(row) != length:
            found = "1 number" if len(row) == 1 else f"{len(row)} numbers"
            rule = f"{source} says" if source else "the rows above have"
            column = tokens[length].column if len(row) > length else line.end
            raise line.error_of_line(f"{found}, but {rule} {length}", column)
        self.rows.append(row)
        if len(self.rows) * len(row) > MOST_WEIGHTS:
            raise line.error_of_line(f"more than {MOST_WEIGHTS:,} weights")
