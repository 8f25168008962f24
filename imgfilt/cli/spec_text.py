"""The text of a SPEC: a quoted filter command, or several joined by `|`.

Errors of the syntax show the SPEC with a caret under the place.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from ..errors import CommandError
from ..filters import FILTERS
from ..terminal import excerpt

# A step up to the next `|` that isn't in quotes.
_STEP = re.compile(r"""(?:[^|'"\\]|\\.|'[^']*'|"(?:\\.|[^"\\])*")*""", re.DOTALL)


class Spec(NamedTuple):
    """A SPEC, or a line of a recipe.

    Attributes
    ----------
    text : str
        As it was typed, for errors.
    start : int
        Where the command begins in `text`, after `NAME=`.
    place : str
        The file and the line of a recipe for errors; "" for a SPEC of the command line.
    """

    text: str
    start: int = 0
    place: str = ""

    @property
    def name(self) -> str:
        """The caption that `NAME=` gives, or ""."""
        return self.text[: self.start].rpartition("=")[0].strip()

    def error(self, message: str, index: int) -> CommandError:
        """Return an error that shows a place in the text."""
        error = CommandError(f"{self.place or repr(self.text)}: {message}")
        error.add_note(excerpt(self.text, index + 1))
        return error

    def split(self) -> list[tuple[int, str]]:
        """Return the start and the text of each step; CommandError for an empty one."""
        steps, start = [], self.start
        while True:
            match = _STEP.match(self.text, start)
            assert match is not None  # it matches an empty text
            step, end = match[0], match.end()
            if end < len(self.text) and self.text[end] != "|":
                message = "wanted every quotation mark closed, and no backslash at the end"
                raise self.error(message, end)
            if not step.strip():
                raise self.error("a filter is missing here", min(start, len(self.text)))
            steps.append((start + len(step) - len(step.lstrip()), step.strip()))
            if end == len(self.text):
                return steps
            start = end + 1


def find_spec(argument: str) -> Spec | None:
    """Return the SPEC that an argument is, or None if it is an input.

    A SPEC's first word, after `NAME=`, is a filter. A text with `|` that is no file is one, too.
    """
    if first_word(argument) in FILTERS:
        return Spec(argument)
    # A name may contain `=`: the name ends before the first `=` that a filter's name follows.
    for place, character in enumerate(argument):
        if character == "=" and first_word(argument[place + 1 :]) in FILTERS:
            return Spec(argument, place + 1)
    return Spec(argument) if "|" in argument and not os.path.lexists(argument) else None


def first_word(text: str) -> str:
    """Return the first word of a text, or ""."""
    return next(iter(text.split(maxsplit=1)), "")
