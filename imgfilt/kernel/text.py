"""The text form of a kernel: rows of numbers, `scale`, `origin` and comments.

# the lecture's averaging mask
scale 1/9
1 1 1
1 1 1
1 1 1
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NoReturn

from ..errors import KernelError
from ..values import exact
from .kernel import MOST_WEIGHTS, Kernel

_SEPARATOR = re.compile(r"[ \t]*,[ \t]*|[ \t]+")


def parse_text(text: str, name: str = "kernel") -> Kernel:
    """Return the kernel that a text writes.

    Parameters
    ----------
    text : str
        One row a line; numbers (integers, decimals, fractions `a/b`) separated by blanks, tabs or
        commas; `#` starts a comment; before the rows `scale NUMBER` and `origin ROW COL` may stand.
    name : str
        What errors call the text: a file's name.

    Raises
    ------
    KernelError
        With name, line and what was found.
    """
    return _Reader(name).read(text)


class _Reader:
    """Reads one text, knowing the line that it is at."""

    def __init__(self, name: str):
        self.name = name
        self.line = 0
        self.rows: list[list[Fraction]] = []
        self.said: dict[str, list[str]] = {}

    def read(self, text: str) -> Kernel:
        # Only line feeds end a line: str.splitlines would count form feeds, too.
        for self.line, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            content = line.partition("#")[0].strip(" \t\r")
            if content:
                self.read_line(_SEPARATOR.split(content))
        if not self.rows:
            raise KernelError(f"{self.name}: no row of numbers found")
        kernel = Kernel(self.rows)
        origin = self.said.get("origin")
        if origin is not None:
            rows, columns = kernel.shape
            row, column = int(origin[0]), int(origin[1])
            if row >= rows or column >= columns:
                raise KernelError(
                    f"{self.name}: the origin {row} {column} is outside "
                    f"the kernel of {rows} rows and {columns} columns"
                )
            kernel = Kernel(kernel, (row, column))
        scale = self.said.get("scale")
        return kernel if scale is None else kernel.scaled(self.number(scale[0]))

    def read_line(self, words: list[str]) -> None:
        if words[0] in ("scale", "origin"):
            self.read_header(words[0], words[1:])
            return
        row = [self.number(word) for word in words]
        if self.rows and len(row) != len(self.rows[0]):
            numbers = "1 number" if len(row) == 1 else f"{len(row)} numbers"
            self.fail(f"{numbers}, but the rows above have {len(self.rows[0])}")
        self.rows.append(row)
        if len(self.rows) * len(row) > MOST_WEIGHTS:
            self.fail(f"more than {MOST_WEIGHTS:,} weights")

    def read_header(self, word: str, arguments: list[str]) -> None:
        if self.rows:
            self.fail(f"{word!r} must stand before the rows")
        if word in self.said:
            self.fail(f"{word!r} is said twice")
        if word == "scale":
            if len(arguments) != 1:
                self.fail(f"'scale' wants one number, {len(arguments)} found")
            self.number(arguments[0])
        elif len(arguments) != 2 or not all(re.fullmatch("[0-9]{1,9}", a) for a in arguments):
            self.fail(f"'origin' wants a row and a column, found {' '.join(arguments)!r}")
        self.said[word] = arguments

    def number(self, word: str) -> Fraction:
        number = exact(word)
        if number is None:
            if re.fullmatch("[+-]?[0-9]+/[+-]?0+", word):
                self.fail(f"the denominator of {word} is zero")
            self.fail(
                f"{word!r} is not a number or a fraction a/b" if word else "a number is missing"
            )
        return number

    def fail(self, what: str) -> NoReturn:
        raise KernelError(f"{self.name}:{self.line}: {what}")


def format_text(kernel: Kernel) -> str:
    """Return the text that parse_text reads back to the same kernel."""
    numerators, denominator = kernel.rational
    rows, columns = kernel.shape
    lines = [f"scale 1/{denominator}"] if denominator != 1 else []
    if kernel.origin != (rows // 2, columns // 2):
        lines.append("origin {} {}".format(*kernel.origin))
    width = max(len(str(numerator)) for numerator in numerators)
    for row in range(rows):
        cells = numerators[row * columns : (row + 1) * columns]
        lines.append(" ".join(f"{cell:>{width}}" for cell in cells))
    return "\n".join(lines) + "\n"
