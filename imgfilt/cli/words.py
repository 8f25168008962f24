"""Divide the words of a command line into inputs and options with their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import click

from ..numbers import DECIMAL
from ..spelling import nearest_word
from .synonyms import OPTIONS


class Part(NamedTuple):
    """An input or an option of a command line.

    Attributes
    ----------
    words : tuple of str
        The input, or the option and, if it stands in a word of its own, the option's value.
    option : str
        As it was typed, without a value; "" for an input.
    """

    words: tuple[str, ...]
    option: str = ""

    @property
    def value(self) -> str | None:
        """The option's value, or None."""
        if len(self.words) > 1:
            return self.words[1]
        name, equals, value = self.words[0].partition("=")
        return value if equals and name == self.option else None


def split_words(words: Sequence[str], parameters: Iterable[click.Parameter]) -> list[Part]:
    """Return the parts of the words after a command's name.

    An unknown option takes the next word as its value if it seems to mean an option that takes one,
    or if the word is a number.
    """
    options = {
        name: option
        for option in parameters
        if isinstance(option, click.Option)
        for name in option.opts
    }
    parts: list[Part] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return parts + [Part((word,)) for word in rest]
        if not word.startswith("-") or word == "-":
            parts.append(Part((word,)))
            continue
        name = word.partition("=")[0]
        long = add_dash(name)
        option = options.get(long)
        likely = option or options.get(_find_likely(long, options))
        takes_next = "=" not in word and bool(rest) and _takes(likely, rest[0])
        is_known = option is not None or long in OPTIONS
        if not is_known and not word.startswith("--") and word[:2] in options:
            name, takes_next = word[:2], False  # -s5, or several letters
        parts.append(Part((word, rest.pop(0)) if takes_next else (word,), name))
    return parts


def add_dash(name: str) -> str:
    """Return the name of a long option with two dashes: `--sigma` for `-sigma` and `--sigma`."""
    return f"-{name}" if len(name) > 3 and not name.startswith("--") else name


def _find_likely(name: str, options: Mapping[str, click.Option]) -> str:
    """Return the option that an unknown one seems to mean, or "" if it has a value of its own."""
    targets = [meaning.target for meaning in OPTIONS.get(name, ())]
    known = next((target for target in targets if target in options), "")
    return known or ("" if targets else nearest_word(name, options) or "")


def _takes(option: click.Option | None, word: str) -> bool:
    """Return whether an option takes the word after it as its value."""
    if option is None or option._flag_needs_value:
        return bool(DECIMAL.fullmatch(word))
    return not option.is_flag
