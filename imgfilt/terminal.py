"""Text on a terminal: its width, a part of a line with a caret below it, words for a shell."""

from __future__ import annotations

import unicodedata

_BEFORE, _ROOM = 48, 72  # columns of an excerpt: before the caret, and of all
_INDENT = "    "
_CUT = "..."


def display_width(text: str) -> int:
    """Return the number of a terminal's columns that a text takes."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def excerpt(line: str, column: int) -> str:
    """Return a line, or the part of it around a column, with a caret below that; indented.

    Parameters
    ----------
    line : str
        Tabs are shown as blanks, and characters that can't be printed as question marks.
    column : int
        That of the character above the caret, from 1; one past the last is the line's end.

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
    if len(before) > _BEFORE or display_width(before) > _BEFORE:
        before = before[-_BEFORE:]
        while display_width(before) > _BEFORE - len(_CUT):
            before = before[1:]
        before = _CUT + before
    if len(after) > _ROOM or display_width(before + after) > _ROOM:
        after = after[:_ROOM]
        while display_width(before + after) > _ROOM - len(_CUT):
            after = after[:-1]
        after += _CUT
    return f"{_INDENT}{before}{after}".rstrip() + f"\n{_INDENT}{' ' * display_width(before)}^"
