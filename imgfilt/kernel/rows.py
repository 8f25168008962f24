"""Rows of numbers in a text, and errors that name the line and column and show them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from ..errors import KernelError
from ..numbers import parse_number, quote
from ..terminal import excerpt
from .weights import MOST_WEIGHTS, Denominator

_SEPARATOR = re.compile(r"[ \t]*,[ \t]*|[ \t]+")
_CELL = re.compile(r"[^ \t,\n]+|,(?=[ \t]*,)")  # a word, or the place of a missing one
_MOST_HEADER_WORDS = 5
_MOST_LINES = 2 * MOST_WEIGHTS


class Word(NamedTuple):
    """A word of a line, and the column of its first character, from 1."""

    text: str
    column: int


class Place(NamedTuple):
    """A line of a text: what errors call the text, the line's number from 1, and the line."""

    name: str
    number: int
    line: str

    def error(self, what: str, column: int) -> KernelError:
        """Return the error that something is wrong at a column."""
        return self._shown(f"{self.name}:{self.number}:{column}: {what}", column)

    def error_of_line(self, what: str, column: int = 0) -> KernelError:
        """Return the error that something is wrong with the line; a column is shown, not said."""
        return self._shown(f"{self.name}:{self.number}: {what}", column)

    def _shown(self, message: str, column: int) -> KernelError:
        error = KernelError(message)
        if column:
            error.add_note(excerpt(self.line, column))
        return error

    @property
    def content(self) -> str:
        """What is written on the line, before a comment."""
        return self.line.partition("#")[0].rstrip(" \t\r")

    @property
    def end(self) -> int:
        """The column after what is written on the line."""
        return len(self.content) + 1

    def number_of(self, word: Word) -> Fraction:
        """Return the number that a word writes; KernelError where it writes none."""
        number = parse_number(word.text)
        if number is not None:
            return number
        if not word.text:
            raise self.error("a number is missing", word.column)
        if re.fullmatch("[+-]?[0-9]+/[+-]?0+", word.text):
            raise self.error(f"the denominator of {word.text} is zero", word.column)
        raise self.error(f"{quote(word.text)} is not a number or a fraction a/b", word.column)


def lines(text: str, name: str) -> Iterator[tuple[Place, list[Word]]]:
    """Give each line of a text on which anything is written, with its words.

    A text that has more lines or words than a kernel can have is refused before any is read.
    """
    _check_amount(text, name)
    # Only line feeds end a line: str.splitlines would count form feeds, too.
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        content = line.partition("#")[0].rstrip(" \t\r")
        if content:
            yield Place(name, number, line.rstrip("\r")), words_of(content)


def _check_amount(text: str, name: str) -> None:
    if text.count("\n") > _MOST_LINES:
        raise KernelError(f"{name}: more than {_MOST_LINES:,} lines")
    content = re.sub("#[^\n]*", "", text) if "#" in text else text
    cells = _CELL.finditer(content)
    beyond = next(islice(cells, MOST_WEIGHTS + _MOST_HEADER_WORDS, None), None)
    if beyond is not None:
        line = content.count("\n", 0, beyond.start()) + 1
        raise KernelError(f"{name}:{line}: more than {MOST_WEIGHTS:,} weights")


def words_of(content: str, start: int = 0) -> list[Word]:
    """Return the words of a line from a position on; one is empty where a number is missing."""
    start = len(content) - len(content[start:].lstrip(" \t"))
    words = []
    for separator in _SEPARATOR.finditer(content, start):
        words.append(Word(content[start : separator.start()], start + 1))
        start = separator.end()
    return [*words, Word(content[start:], start + 1)]


class Rows:
    """Rows of one length, gathered line by line."""

    def __init__(self) -> None:
        self.numbers: list[list[Fraction]] = []
        self._denominator = Denominator()

    def read(self, place: Place, words: list[Word]) -> list[Fraction]:
        """Return the numbers that words of a line write; they become no row."""
        numbers = []
        for word in words:
            number = place.number_of(word)
            try:
                self._denominator.include(number.denominator)
            except KernelError as error:
                raise place.error(str(error), word.column) from None
            numbers.append(number)
        return numbers

    def add(self, place: Place, words: list[Word], wanted: tuple[int, str] | None = None) -> None:
        """Take a line as a row.

        `wanted` is how many numbers it must have, and who says so; by default the rows above.
        """
        row = self.read(place, words)
        length, who = wanted or (len(self.numbers[0]) if self.numbers else len(row), "")
        if len(row) != length:
            found = "1 number" if len(row) == 1 else f"{len(row)} numbers"
            said = f"{who} says" if who else "the rows above have"
            column = words[length].column if len(row) > length else place.end
            raise place.error_of_line(f"{found}, but {said} {length}", column)
        self.numbers.append(row)
        if len(self.numbers) * len(row) > MOST_WEIGHTS:
            raise place.error_of_line(f"more than {MOST_WEIGHTS:,} weights")
