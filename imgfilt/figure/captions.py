"""The captions of cells and the notes below them, as words and as lines."""

from __future__ import annotations

import string
from collections.abc import Sequence

from . import Cell, Layout, Span
from .fonts import Fonts
from .scene import Colour
from .text import Line, split_notes, split_words, wrap

Words = tuple[Sequence[Span], Sequence[Span]]  # of a caption and of notes


def split_captions(cells: Sequence[Cell], layout: Layout, columns: int) -> list[Words]:
    """Return the words of each cell's caption and notes.

    If rows have labels, the cells of one row have captions, and the others notes only.

    Parameters
    ----------
    cells : sequence of Cell
    layout : Layout
    columns : int
    """
    if layout.captions == "none":
        return [([], [])] * len(cells)
    captioned = range(len(cells))
    if layout.labels:
        captioned = captioned[:columns] if layout.captions == "above" else captioned[-columns:]
    return [
        (split_words(cell.caption) if number in captioned else [], split_notes(cell.notes))
        for number, cell in enumerate(cells)
    ]


def wrap_captions(
    captions: Sequence[Words],
    fonts: Fonts,
    size: float,
    width: float,
    inks: tuple[Colour, Colour],
) -> list[list[tuple[Line, Colour]]]:
    """Return the lines of each cell's caption and notes, and their colours.

    Parameters
    ----------
    captions : sequence of Words
        Of each cell.
    fonts : Fonts
    size, width : float
        The font's height and the greatest width of a line, in one unit.
    inks : (Colour, Colour)
        Of captions and of notes.
    """
    return [
        [
            (line, ink)
            for words, ink in zip(parts, inks, strict=True)
            for line in wrap(words, fonts, size, width)
        ]
        for parts in captions
    ]


def letter_mark(number: int) -> str:
    """Return the mark of a cell: (a) to (z), then (aa), (ab) ..."""
    letters = ""
    number += 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = string.ascii_lowercase[place] + letters
    return f"({letters})"
