"""Fill the template of an output: `{stem}`, `{index:04}` and other words become texts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from ..errors import CommandError
from ..spelling import nearest_word

# `{size}` in a template; `{size:03}` is found, too, and refused.
WORD = re.compile(r"\{([A-Za-z][^{}]*)\}")
_COUNTER = re.compile(r"\{(index|frame)(?::0?([1-9][0-9]?))?\}")
_WIDTH = re.compile(r":0?([1-9][0-9]?)")

# Words of other programs -> the word here.
_SYNONYMS = {
    **dict.fromkeys(("name", "file", "filename", "base", "basename", "f", "input"), "stem"),
    **dict.fromkeys(("n", "i", "num", "number", "count", "counter", "id"), "index"),
    **dict.fromkeys(("suffix", "extension", "format", "type"), "ext"),
    **dict.fromkeys(("dir", "dirname", "folder", "path", "relative"), "parent"),
    **dict.fromkeys(("page", "p"), "frame"),
}


def counts_frames(template: str) -> bool:
    """Return whether a template has the word `{frame}`."""
    return any(match[1] == "frame" for match in _COUNTER.finditer(template))


def fill_template(
    template: str,
    words: Mapping[str, str],
    numbers: Mapping[str, int],
    parameters: Mapping[str, str],
) -> str:
    """Return a template with texts in place of its words.

    Parameters
    ----------
    template : str
    words : mapping of str to str
        The texts of words that stand for paths, or parts of paths.
    numbers : mapping of str to int
        The numbers of `{index}` and `{frame}`, which may have a width.
    parameters : mapping of str to str
        The texts of parameters. Slashes in them (1/9, masks/edge.txt) would make folders.

    Raises
    ------
    CommandError
        For an unknown word; the message names the known ones.

    Examples
    --------
    >>> fill_template("{stem}-{index:03}-{size}.png", {"stem": "a"}, {"index": 7}, {"size": "5"})
    'a-007-5.png'
    """
    texts = {name: re.sub(r"[/\\]", "_", text) for name, text in parameters.items()} | dict(words)

    def replace_word(match: re.Match[str]) -> str:
        if counter := _COUNTER.fullmatch(match[0]):
            return f"{numbers[counter[1]]:0{counter[2] or 1}}"
        word = match[1].replace("-", "_")
        if word not in texts:
            known = [*words, *numbers, *(name for name in texts if name not in words)]
            message = f"output: unknown word {match[0]}; {_suggest(match[1], known)}"
            raise CommandError(message, parameters=("output",))
        return texts[word]

    return WORD.sub(replace_word, template)


def _suggest(word: str, known: list[str]) -> str:
    """Return which word of a template is meant, or all known ones."""
    name, colon, width = word.partition(":")
    near = _SYNONYMS.get(name.lower(), name if name in known else nearest_word(name, known))
    if near is None:
        return f"known are {', '.join(f'{{{name}}}' for name in known)}"
    digits = _WIDTH.match(colon + width)
    counted = f":0{digits[1]}" if digits and near in ("index", "frame") else ""
    return f"did you mean {{{near}{counted}}}?"


def suggest_template(name: str) -> str:
    """Return a template that is much like the name of a file, for several inputs.

    >>> suggest_template("soft.png"), suggest_template("%04d.png"), suggest_template("%f-b.png")
    ('{stem}-soft.png', '{index:04}.png', '{stem}-b.png')
    >>> suggest_template("slips/soft.png")
    'slips/{stem}-soft.png'
    """
    folder, base = os.path.split(name)
    numbered = re.sub(r"%0?([1-9]?)[di]", lambda match: _number_word(match[1]), base)
    made = re.sub(r"%[a-z]", "{stem}", numbered)
    return os.path.join(folder, made if made != base else f"{{stem}}-{base}")


def _number_word(width: str) -> str:
    return f"{{index:0{width}}}" if width else "{index}"


def to_pattern(template: str) -> str:
    """Return the pattern of all names that a template makes.

    >>> to_pattern("{stem}-soft.{ext}")
    '*-soft.*'
    """
    return WORD.sub("*", template)
