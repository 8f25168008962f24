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
from .exact import MOST_WEIGHTS, Denominator, Rational

_SEPARATOR = re.compile(r"[ \t]*,[ \t]*|[ \t]+")
_CELL = re.compile(r"[^ \t,\n]+|,(?=[ \t]*,)")  # a token, or the place of a missing one
_MOST_HEADER_TOKENS = 5
_MOST_LINES = 2 * MOST_WEIGHTS


class ParsedKernel(NamedTuple):
    """A kernel as its text gives it; `remark` is a note for the user, or None."""

    weights: Rational
    shape: tuple[int, int]
    origin: tuple[int, int]
    remark: str | None = None


class Token(NamedTuple):
    """A word of a line, and the column of its first character, from 1."""

    text: str
    column: int


class Line(NamedTuple):
    """A line of a text: the name of the text in errors, the line's number from 1, its text."""

    name: str
    number: int
    text: str

    def error(self, message: str, column: int) -> KernelError:
        """Return an error at a column."""
        return self._error(f"{self.name}:{self.number}:{column}: {message}", column)

    def error_of_line(self, message: str, column: int = 0) -> KernelError:
        """Return an error of the whole line; the caret below it points at the column, if any."""
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
        """The column after the content."""
        return len(self.content) + 1

    def parse_number(self, token: Token) -> Fraction:
        """Return the number of a token; KernelError if it is none."""
        number = parse_number(token.text)
        if number is not None:
            return number
        if not token.text:
            raise self.error("a number is missing", token.column)
        if re.fullmatch("[+-]?[0-9]+/[+-]?0+", token.text):
            raise self.error(f"the denominator of {token.text} is zero", token.column)
        raise self.error(f"{quote(token.text)} is not a number or a fraction a/b", token.column)


def tokenize_lines(text: str, name: str) -> Iterator[tuple[Line, list[Token]]]:
    """Yield each line of a text on which anything is written, with its tokens.

    A text that has more lines or tokens than a kernel can have is an error before any is read.
    """
    _check_amount(text, name)
    # Only line feeds end a line: str.splitlines would count form feeds, too.
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
    """Return the tokens of a line from an index on; one is empty where a number is missing."""
    start = len(content) - len(content[start:].lstrip(" \t"))
    tokens = []
    for separator in _SEPARATOR.finditer(content, start):
        tokens.append(Token(content[start : separator.start()], start + 1))
        start = separator.end()
    return [*tokens, Token(content[start:], start + 1)]


class RowReader:
    """Reads lines as rows of one length."""

    def __init__(self) -> None:
        self.rows: list[list[Fraction]] = []
        self._denominator = Denominator()

    def parse(self, line: Line, tokens: list[Token]) -> list[Fraction]:
        """Return the numbers of tokens, without making a row of them."""
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
            The length of the row, and what in the text sets it; by default the rows above do.

        Raises
        ------
        KernelError
            If a token is no number, or the row has another length.
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
