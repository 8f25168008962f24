"""What a terminal shows of a text: how wide it is, and a part of it with a caret below."""

from __future__ import annotations

import unicodedata

_BEFORE, _ROOM = 48, 72  # columns of an excerpt: before the caret, and of all
_INDENT = "    "
_CUT = "..."


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def excerpt(line: str, column: int) -> str:
    """Return a line, or as much of it as there is room for, and below it a caret; indented.

    Parameters
    ----------
    line : str
        Tabs are shown as blanks, and what can't be printed as question marks.
    column : int
        Of the character that the caret points at, from 1; one past the last is its end.

    Examples
    --------
    >>> print(excerpt("1 2 x", 5))
        1 2 x
            ^
    """
    before, after = (
        "".join(
            " " if character == "\t" else character if character.isprintable() else "?"
            for character in part
        )
        # One more than there is room for: a line may have millions.
        for part in (line[: column - 1][-_BEFORE - 1 :], line[column - 1 :][: _ROOM + 1])
    )
    if len(before) > _BEFORE or columns_of(before) > _BEFORE:
        before = before[-_BEFORE:]
        while columns_of(before) > _BEFORE - len(_CUT):
            before = before[1:]
        before = _CUT + before
    if len(after) > _ROOM or columns_of(before + after) > _ROOM:
        after = after[:_ROOM]
        while columns_of(before + after) > _ROOM - len(_CUT):
            after = after[:-1]
        after += _CUT
    return f"{_INDENT}{before}{after}".rstrip() + f"\n{_INDENT}{' ' * columns_of(before)}^"
