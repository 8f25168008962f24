"""The layout of help: as wide as the terminal up to 100 columns; lines break between words only.

Click breaks long words, and the names of options at their hyphens.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

import click

_WIDEST = 100
_WIDE = 76  # columns from which options have a column of their own
_COLUMN, _NARROW_COLUMN = 24, 10  # the widest column of terms
_AS_IT_IS = "\b"  # Click's sign for a paragraph whose lines stay apart
_WORD = re.compile(r"""(?<!\S)(?:'[^']*'|"[^"]*")\S*|\S+""")  # one in quotes may hold blanks
# An option and its value, or one word.
_SHELL_WORD = re.compile(r"""(?:-\S+ (?=[^-\s]))?(?:"[^"]*"|'[^']*'|\S)+""")
_BETWEEN_COLUMNS = re.compile(r"(?<=\S) {2,}(?=\S)")


class Paragraph(NamedTuple):
    """A paragraph of a help text.

    Attributes
    ----------
    lines : list of str
        One if the paragraph is a text, else commands or the rows of a table.
    is_text : bool
    """

    lines: list[str]
    is_text: bool

    def wrap(self, width: int) -> list[str]:
        """Return lines of a width; only a word that is longer exceeds it."""
        if self.is_text:
            return _fill(_WORD.findall(self.lines[0]), width)
        return [part for line in self.lines for part in _wrap_line(line, width)]


def split_paragraphs(text: str) -> list[Paragraph]:
    r"""Return the paragraphs of a text; blank lines separate them.

    >>> split_paragraphs("One\nand two.")
    [Paragraph(lines=['One and two.'], is_text=True)]
    """
    paragraphs = []
    for has_words, lines in groupby(text.splitlines(), lambda line: bool(line.strip(" "))):
        if has_words:
            first, *rest = lines
            is_text = first.strip(" ") != _AS_IT_IS
            paragraphs.append(Paragraph([" ".join([first, *rest])] if is_text else rest, is_text))
    return paragraphs


def table_rows(rows: Iterable[tuple[str, str]]) -> str:
    """Return a paragraph for the end of a help text: a word and its meaning on each line."""
    pairs = list(rows)
    width = max(len(word) for word, _ in pairs)
    return "\n".join(["\n", _AS_IT_IS, *(f"{word:{width}}  {text}" for word, text in pairs)])


def add_range(help: str, limits: str) -> str:
    """Return a help text with the range of the values in the brackets at its end.

    >>> add_range("How many.  [default: 3]", "1..400")
    'How many.  [1..400; default: 3]'
    """
    text, _, default = help.partition("  [")
    return f"{text}  [{'; '.join(filter(None, (limits, default.rstrip(']'))))}]" if limits else help


def wrap_for_terminal(line: str) -> list[str]:
    """Return the row of a table as lines that fit stdout; where that is no terminal, as it is."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    if not (is_terminal or os.environ.get("COLUMNS")):
        return [line]
    import shutil  # late: few commands print tables

    return _wrap_line(line, min(shutil.get_terminal_size().columns, _WIDEST))


def _wrap_line(line: str, width: int) -> list[str]:
    """Return a command or the row of a table as lines of a width.

    All lines of a command but the last end in a backslash: a shell takes them for one.
    """
    if len(line) <= width:
        return [line]
    columns = list(_BETWEEN_COLUMNS.finditer(line))
    if columns:
        end = columns[-1].end()
        return _fill(_WORD.findall(line[end:]), width, line[:end], end)
    indent = len(line) - len(line.lstrip())
    return _fill(_SHELL_WORD.findall(line), width, " " * indent, indent + 4, " \\")


def _fill(
    words: Iterable[str], width: int, start: str = "", hanging: int = 0, tail: str = ""
) -> list[str]:
    """Return words as lines of a width.

    Parameters
    ----------
    words : iterable of str
    width : int
    start : str
        What the first line begins with.
    hanging : int
        The indent of the other lines.
    tail : str
        What all lines but the last end in.
    """
    lines, line = [], start
    for word in words:
        more = word if not line.strip() or line.endswith(" ") else f" {word}"
        if len(line + more + tail) > width and line.strip():
            lines.append(line.rstrip() + tail)
            line, more = " " * hanging, word
        line += more
    return [*lines, line]


class HelpFormatter(click.HelpFormatter):
    """Writes help; commands and the rows of tables have a line each if they fit."""

    def write_text(self, text: str) -> None:
        """Write paragraphs with a blank line between two."""
        for number, paragraph in enumerate(split_paragraphs(text)):
            self.write("\n" if number else "")
            self._write_lines(paragraph.wrap(self.width - self.current_indent))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 0, col_spacing: int = 2
    ) -> None:
        """Write a list of terms and texts.

        Parameters
        ----------
        rows : iterable of (str, str)
        col_max, col_spacing : int
            Not used, and the columns between a term and its text.
        """
        rows = list(rows)
        most = _COLUMN if self.width >= _WIDE else _NARROW_COLUMN
        widest = max(len(term) for term, _ in rows)
        has_options = rows[0][0].startswith("-")  # they have several lists, which are aligned
        column = (most if has_options else min(widest, most)) + col_spacing
        for term, text in rows:
            width = self.width - self.current_indent - column
            lines = [line for part in split_paragraphs(text) for line in part.wrap(width)]
            first = lines.pop(0) if len(term) + col_spacing <= column else ""
            self._write_lines([f"{term:{column}}{first}"])
            self._write_lines([" " * column + line for line in lines])

    def _write_lines(self, lines: Iterable[str]) -> None:
        indent = " " * self.current_indent
        self.write("".join(f"{indent}{line}".rstrip() + "\n" for line in lines))


class HelpContext(click.Context):
    """The context of a command whose help has this layout."""

    formatter_class = HelpFormatter

    def __init__(self, command: click.Command, *given: Any, **settings: Any):
        # Not in the settings of the group: a command keeps the option of its first context, which
        # may have no parent.
        settings.setdefault("help_option_names", ["-h", "-?", "--help"])
        super().__init__(command, *given, **settings)

    def make_formatter(self) -> click.HelpFormatter:
        """Return the formatter of help."""
        self.max_content_width = _WIDEST
        return super().make_formatter()
