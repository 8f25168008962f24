"""The command line as it was typed: the files of figures say which command made them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

_words: list[str] = []


def remember_words(arguments: Sequence[str] | None) -> None:
    """Remember the arguments of the command that begins; None stands for those of the program."""
    _words[:] = ["imgfilt", *(sys.argv[1:] if arguments is None else arguments)]


def typed_words() -> tuple[str, ...]:
    """Return the words of the command that runs; none if Python runs the jobs."""
    return tuple(_words)
