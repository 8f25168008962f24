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
from ..number import exact, quoted
from .kernel import Kernel
from .weights import MOST_WEIGHTS

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
        self.said: dict[str, tuple[int, list[str]]] = {}

    def read(self, text: str) -> Kernel:
        # Only line feeds end a line: str.splitlines would count form feeds, too.
        for self.line, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            content = line.partition("#")[0].strip(" \t\r")
            if content:
                self.read_line(_SEPARATOR.split(content))
        if not self.rows:
            self.fail("no row of numbers found")
        try:
            kernel = Kernel(self.rows)
            if "origin" in self.said:
                self.line, (row, column) = self.said["origin"]
                kernel = Kernel(kernel, (int(row), int(column)))
            if "scale" in self.said:
                self.line, (scale,) = self.said["scale"]
                kernel = kernel.scaled(self.number(scale))
        except KernelError as error:
            # The reader's own errors name their line already.
            if str(error).startswith(f"{self.name}:"):
                raise
            self.fail(str(error))
        return kernel

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
            self.fail(f"'origin' wants a row and a column, found {quoted(' '.join(arguments))}")
        self.said[word] = self.line, arguments

    def number(self, word: str) -> Fraction:
        number = exact(word)
        if number is None:
            if re.fullmatch("[+-]?[0-9]+/[+-]?0+", word):
                self.fail(f"the denominator of {word} is zero")
            self.fail(
                f"{quoted(word)} is not a number or a fraction a/b"
                if word
                else "a number is missing"
            )
        return number

    def fail(self, what: str) -> NoReturn:
        raise KernelError(f"{self.name}:{self.line}: {what}")


def format_text(kernel: Kernel) -> str:
    """Return the text that parse_text reads back to the same kernel."""
    numerators, denominator = kernel.rational
    rows, columns = kernel.shape
    lines = []
    cells = [str(numerator) for numerator in numerators]
    # Whole numbers with a common scale read best; what they'd make too long goes by fractions.
    if all(exact(cell) is not None for cell in (*cells, f"1/{denominator}")):
        lines += [f"scale 1/{denominator}"] if denominator != 1 else []
    else:
        cells = [str(weight) for row in kernel.fractions for weight in row]
    if kernel.origin != (rows // 2, columns // 2):
        lines.append("origin {} {}".format(*kernel.origin))
    width = max(map(len, cells))
    for start in range(0, len(cells), columns):
        lines.append(" ".join(f"{cell:>{width}}" for cell in cells[start : start + columns]))
    return "\n".join(lines) + "\n"
