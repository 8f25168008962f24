"""The command line as it was typed, and commands made of it that can be pasted into a shell."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise

from ..errors import CommandError

_words: list[str] = []


def remember_words(arguments: Sequence[str] | None) -> None:
    """Remember the arguments of the command that begins; None stands for those of the program."""
    _words[:] = ["imgfilt", *(sys.argv[1:] if arguments is None else arguments)]


def typed_words() -> tuple[str, ...]:
    """Return the words of the command that runs; none if Python runs the jobs."""
    return tuple(_words)


def replace_value(names: Sequence[str], old: str, new: str) -> list[str] | None:
    """Return the typed words with another value of an option, or None if it wasn't typed.

    Parameters
    ----------
    names : sequence of str
        The option's.
    old, new : str
    """
    words = list(_words)
    for place, (before, word) in enumerate(pairwise(["", *words])):
        name, _, value = word.partition("=")
        if before in names and word == old:
            words[place] = new
        elif name in names and value == old:
            words[place] = f"{name}={new}"
    return None if words == _words else words


class AnsweredError(CommandError):
    """An error that shows a command to run below its line.

    Parameters
    ----------
    message : str
    words : sequence of str
        The command; if Click can't read it, its help is shown instead.
    """

    def __init__(self, message: str, words: Sequence[str]):
        super().__init__(message)
        self.words = words


def format_command(words: Sequence[str]) -> str:
    """Return the line that shows a command below an error."""
    from ..files import quote_for_shell  # late: the help needs no files

    return "  " + " ".join(map(quote_for_shell, words))


def answer(message: str, words: Sequence[str] | None) -> CommandError:
    """Return an error with a command below its line.

    Parameters
    ----------
    message : str
    words : sequence of str or None
        The command; None if there is none to show.
    """
    return CommandError(message) if words is None else AnsweredError(message, words)
