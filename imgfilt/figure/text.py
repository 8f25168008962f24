"""Captions as lines of text, in the font that Pillow carries; nothing is cut off or squeezed.

That font has ASCII and little else, so everything is spelled in it. In return a figure is the same
on every machine, with fonts or without.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, features

from ..geometry import Rect

# A word longer than this many font heights is broken rather than given a column of its length.
LONGEST_WORD = 16

_BEYOND_ASCII = "«»°±´·"
_SPELLED = {"×": "x", "−": "-", "–": "-", "—": "-", "σ": "sigma"}
_SPELLED |= {"‘": "'", "’": "'", "“": '"', "”": '"'}


@dataclass(frozen=True)
class Line:
    """A line of text in its place: `box` holds all of its ink, `size` is the font's height."""

    text: str
    size: int
    baseline: int
    box: Rect


def words(caption: str) -> list[str]:
    r"""Split a caption at its blanks into words that the font can show.

    >>> words("café\n5 × 5, 高")
    ['cafe', '5', 'x', '5,', '?']
    """
    return "".join(map(_shown, caption)).split()


def room(captions: Iterable[Sequence[str]], size: int) -> int:
    """Width in pixels that the longest word of all needs, unless it is one to be broken."""
    longest = max((_ink(word, size).width for words in captions for word in words), default=0)
    return min(longest, LONGEST_WORD * size)


def wrapped(words: Sequence[str], size: int, width: int) -> list[str]:
    """Fill lines of at most `width` pixels with words; only a word wider than that is broken."""
    lines: list[str] = []
    for word in words:
        if lines and _ink(f"{lines[-1]} {word}", size).width <= width:
            lines[-1] += f" {word}"
        else:
            lines.extend(_pieces(word, size, width))
    return lines


def line_height(size: int) -> int:
    """Distance in pixels from one line to the next; no glyph reaches out of it."""
    return sum(_ascent_and_descent(size))


def centred(lines: Sequence[str], size: int, top: int, left: int, width: int) -> tuple[Line, ...]:
    """Place lines one below the other, each in the middle of `width` pixels."""
    ascent, _ = _ascent_and_descent(size)
    placed = []
    for text in lines:
        ink = _ink(text, size)
        box = ink.moved(top, left + (width - ink.width) // 2 - ink.left)
        placed.append(Line(text, size, top + ascent, box))
        top += line_height(size)
    return tuple(placed)


def at(caption: str, size: int, row: float, column: float, anchor: float) -> Line | None:
    """Place one line so that the middle of its digits is at a row; None where it has no ink.

    An anchor of 0 has its left end at the column, 0.5 its middle, 1 its right end.
    """
    shown = " ".join(words(caption))
    if not shown:
        return None
    ascent, _ = _ascent_and_descent(size)
    digits, ink = _ink("0", size), _ink(shown, size)
    top = round(row - (digits.top + digits.bottom) / 2)
    left = round(column - anchor * ink.width) - ink.left
    return Line(shown, size, top + ascent, ink.moved(top, left))


def width_of(caption: str, size: int) -> int:
    """Return how many pixels wide a line is."""
    return _ink(" ".join(words(caption)), size).width


def drawn(line: Line) -> NDArray[np.uint8]:
    """Draw a line as an array of its box's height and width, 255 where the ink is full."""
    ink = _ink(line.text, line.size)
    image = Image.new("L", (ink.width, ink.height))
    draw = ImageDraw.Draw(image)
    draw.text((-ink.left, -ink.top), line.text, fill=255, font=_font(line.size))
    return np.asarray(image)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    # A Pillow built without FreeType has one bitmap font, of one size.
    return ImageFont.load_default(size if features.check("freetype2") else None)


def _ink(text: str, size: int) -> Rect:
    """Rect of a text's ink, if its line began at row 0 and column 0."""
    left, top, right, bottom = _font(size).getbbox(text)
    return Rect(int(top), int(left), int(bottom), int(right))


def _ascent_and_descent(size: int) -> tuple[int, int]:
    font = _font(size)
    if isinstance(font, ImageFont.FreeTypeFont):
        return font.getmetrics()
    return _ink("A", size).bottom, 0


def _shown(character: str) -> str:
    """Spell a character in the font's few: without its accent, or as a question mark at worst."""
    if character in _BEYOND_ASCII or (character.isascii() and character.isprintable()):
        return character
    if unicodedata.category(character) == "Cs":  # a byte of a file name that is no UTF-8
        return "?"
    if not character.isprintable():
        return " "
    parts = unicodedata.normalize("NFKD", character)
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return _SPELLED.get(character, plain if plain.isascii() else "?")


def _pieces(word: str, size: int, width: int) -> Iterator[str]:
    """Break a word into pieces as long as `width` pixels hold, but of one character at least."""
    while word:
        lengths = range(1, min(len(word), width) + 1)
        count = bisect_right(lengths, width, key=lambda n: _ink(word[:n], size).width)
        yield word[: max(count, 1)]
        word = word[max(count, 1) :]
