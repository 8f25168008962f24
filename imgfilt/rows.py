"""Read rows of numbers, or of words, from a text; errors name line and column, and show the line.

Kernels and grids have this grammar: one row a line; blanks, tabs or commas between the cells, which
may be in double quotes; `#` begins a comment; empty lines have no effect.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from .errors import ImgfiltError
from .numbers import DECIMAL, LONGEST, describe_no_number, parse_number
from .terminal import excerpt

TEXT_SUFFIXES = (".csv", ".txt")  # of grids of numbers
_SEPARATOR = re.compile(r"[ \t]*,[ \t]*|[ \t]+")
# A cell in quotes holds any characters, and a quote as two quotes.
_QUOTED = r'"((?:[^"]|"")*)"'
_WORD = re.compile(_QUOTED + r"(?=[ \t,]|$)|[^ \t,]*")
_BEFORE_COMMENT = re.compile(rf"(?:(?<![^ \t,]){_QUOTED}(?=[ \t,#]|$)|[^#])*")


class Token(NamedTuple):
    """A word of a line, without quotes, and the column of its first character, from 1."""

    text: str
    column: int


class Line(NamedTuple):
    """A line of a text.

    Attributes
    ----------
    name : str
        The name of the text in errors; "" if the name is added later.
    number : int
        The line's number, counted from 1.
    text : str
        The line without its line feed.
    error_kind : type
        The class of the errors.
    """

    name: str
    number: int
    text: str
    error_kind: type[ImgfiltError]

    def error(self, message: str, column: int) -> ImgfiltError:
        """Return an error that names line and column."""
        return self._error(f"{self.name}:{self.number}:{column}: {message}", column)

    def error_of_line(self, message: str, column: int = 0) -> ImgfiltError:
        """Return an error that names the line; a caret points at the column unless it is 0."""
        return self._error(f"{self.name}:{self.number}: {message}", column)

    def _error(self, message: str, column: int) -> ImgfiltError:
        error = self.error_kind(message)
        if column:
            error.add_note(excerpt(self.text, column))
        return error

    @property
    def content(self) -> str:
        """The line without its comment."""
        content = self.text.partition("#")[0]
        if '"' in content and content != self.text:
            found = _BEFORE_COMMENT.match(self.text)
            content = found.group() if found else content
        return content.rstrip(" \t\r")

    @property
    def end(self) -> int:
        """The column after the last character of the content."""
        return len(self.content) + 1

    @property
    def tokens(self) -> list[Token]:
        """The words with their columns; a missing one is empty."""
        return tokenize(self.content)

    @property
    def words(self) -> list[str]:
        """The texts of `tokens`, in less time."""
        content = self.content
        if '"' in content:
            return [token.text for token in self.tokens]
        if "," in content:
            return _SEPARATOR.split(content.lstrip(" \t"))
        return [word for word in content.replace("\t", " ").split(" ") if word]

    def parse_number(self, token: Token) -> Fraction:
        """Return the number in a token; an error of the line's kind if it is no number."""
        number = parse_number(token.text)
        if number is not None:
            return number
        if not token.text:
            raise self.error("a number is missing", token.column)
        if re.fullmatch("[+-]?[0-9]+/[+-]?0+", token.text):
            raise self.error(f"the denominator of {token.text} is zero", token.column)
        message = describe_no_number(token.text, "a number or a fraction a/b")
        if ";" in token.text:
            message += "; blanks, tabs or commas stand between numbers, a point before decimals"
        raise self.error(message, token.column)

    def check_numbers(self, words: list[str]) -> None:
        """Raise an error of the line's kind for the first of its words that is no number."""
        if not all(map(DECIMAL.fullmatch, words)) or max(map(len, words)) > LONGEST:
            for token in self.tokens:
                self.parse_number(token)

    def check_length(
        self, found: int, wanted: int, rule: str = "the rows above have", noun: str = "number"
    ) -> None:
        """Raise an error of the line's kind unless a row has as many cells as it should have.

        Parameters
        ----------
        found, wanted : int
            How many cells the row has, and should have.
        rule : str
            The words before the wanted number in the error.
        noun : str
            What a cell holds, for the error.
        """
        if found == wanted:
            return
        numbers = f"1 {noun}" if found == 1 else f"{found} {noun}s"
        column = self.tokens[wanted].column if found > wanted else self.end
        raise self.error_of_line(f"{numbers}, but {rule} {wanted}", column)


def decode_text(content: bytes, name: str, error_kind: type[ImgfiltError]) -> str:
    """Return a text in UTF-8, without its byte order mark.

    Parameters
    ----------
    content : bytes
    name, error_kind
        As for `iter_lines`; the error for another encoding names line, column and byte.
    """
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = len(content[: error.start].rpartition(b"\n")[2].decode()) + 1
        found = f"the byte 0x{content[error.start]:02x}"
        message = f"{name}:{line}:{column}: not a text in UTF-8, found {found}"
        raise error_kind(message) from None


def iter_lines(text: str, name: str, error_kind: type[ImgfiltError]) -> Iterator[Line]:
    """Give each line of a text that is neither empty nor only a comment.

    Parameters
    ----------
    text : str
        It may begin with a byte order mark.
    name : str
        The name of the text in errors; "" if the name is added later.
    error_kind : type
        The class of the errors of these lines.
    """
    # Only a line feed ends a line; str.splitlines would also split at form feeds.
    for number, written in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = Line(name, number, written.rstrip("\r"), error_kind)
        if line.content:
            yield line


def tokenize(content: str, start: int = 0) -> list[Token]:
    """Return the tokens of a line from an index on; a missing word gives an empty token."""
    start = len(content) - len(content[start:].lstrip(" \t"))
    tokens: list[Token] = []
    while word := _WORD.match(content, start):
        # A cell in quotes, as spreadsheets write cells, loses them.
        quoted = word[1]
        if quoted is None:
            tokens.append(Token(word[0], start + 1))
        else:
            tokens.append(Token(quoted.replace('""', '"'), start + 2))
        separator = _SEPARATOR.match(content, word.end())
        if separator is None:
            break
        start = separator.end()
    return tokens


def format_word(text: str) -> str:
    """Return a cell as it is written: in quotes if it would be read as something else without."""
    is_plain = text and not re.search('[ \t,#]|^"', text)
    return text if is_plain else '"' + text.replace('"', '""') + '"'
