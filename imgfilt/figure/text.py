"""Captions as lines of text, drawn in the font that Pillow contains.

The font has ASCII and a few other characters; captions are spelled with these. So a figure looks
the same on every machine, whatever fonts are installed there.
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

# In font heights. A longer word is broken; a shorter word makes its column wider instead.
LONGEST_WORD = 16

_BEYOND_ASCII = "«»°±´·"
_SPELLED = {"×": "x", "−": "-", "–": "-", "—": "-", "σ": "sigma"}
_SPELLED |= {"‘": "'", "’": "'", "“": '"', "”": '"'}


@dataclass(frozen=True)
class Line:
    """A line of text and its place in the figure.

    Attributes
    ----------
    text : str
        Characters of the font.
    size : int
        The font's height in pixels.
    baseline : int
        The row of the baseline.
    box : Rect
        The smallest rectangle that holds all ink of the line.
    """

    text: str
    size: int
    baseline: int
    box: Rect


def split_caption(caption: str) -> list[str]:
    r"""Split a caption at its blanks into words that the font can show.

    >>> split_caption("café\n5 × 5, 高")
    ['cafe', '5', 'x', '5,', '?']
    """
    return "".join(map(_spell, caption)).split()


def min_width(captions: Iterable[Sequence[str]], size: int) -> int:
    """Return the width in pixels of the longest word, or of `LONGEST_WORD` if that is less."""
    longest = max(
        (_measure_ink(word, size).width for words in captions for word in words), default=0
    )
    return min(longest, LONGEST_WORD * size)


def wrap(words: Sequence[str], size: int, width: int) -> list[str]:
    """Return words as lines of at most a width; a single word that is wider is broken.

    Parameters
    ----------
    words : sequence of str
    size : int
        The font's height in pixels.
    width : int
        The most pixels of a line.

    Returns
    -------
    list of str
    """
    lines: list[str] = []
    for word in words:
        if lines and _measure_ink(f"{lines[-1]} {word}", size).width <= width:
            lines[-1] += f" {word}"
        else:
            lines.extend(_break_word(word, size, width))
    return lines


def line_height(size: int) -> int:
    """Return the distance in pixels from one line to the next; no glyph is taller."""
    return sum(_ascent_and_descent(size))


def place_lines(
    lines: Sequence[str], size: int, top: int, left: int, width: int
) -> tuple[Line, ...]:
    """Place lines one below the other, each centred in a column.

    Parameters
    ----------
    lines : sequence of str
    size : int
        The font's height in pixels.
    top, left, width : int
        The first row of the first line, and the column, in pixels.

    Returns
    -------
    tuple of Line
    """
    ascent, _ = _ascent_and_descent(size)
    placed = []
    for text in lines:
        ink = _measure_ink(text, size)
        box = ink.moved(top, left + (width - ink.width) // 2 - ink.left)
        placed.append(Line(text, size, top + ascent, box))
        top += line_height(size)
    return tuple(placed)


def place_line(caption: str, size: int, row: float, column: float, anchor: float) -> Line | None:
    """Place one line so that its digits are centred on a row.

    Parameters
    ----------
    caption : str
    size : int
        The font's height in pixels.
    row, column : float
    anchor : float
        The point of the line that lies on `column`: 0 is its left end, 0.5 its middle, 1 its right
        end.

    Returns
    -------
    Line or None
        None if the line has no ink.
    """
    text = " ".join(split_caption(caption))
    if not text:
        return None
    ascent, _ = _ascent_and_descent(size)
    digits, ink = _measure_ink("0", size), _measure_ink(text, size)
    top = round(row - (digits.top + digits.bottom) / 2)
    left = round(column - anchor * ink.width) - ink.left
    return Line(text, size, top + ascent, ink.moved(top, left))


def text_width(caption: str, size: int) -> int:
    """Return the width of a line in pixels."""
    return _measure_ink(" ".join(split_caption(caption)), size).width


def render_line(line: Line) -> NDArray[np.uint8]:
    """Return the line's ink as an array of the size of its box: 0 for none, 255 for full."""
    ink = _measure_ink(line.text, line.size)
    image = Image.new("L", (ink.width, ink.height))
    draw = ImageDraw.Draw(image)
    draw.text((-ink.left, -ink.top), line.text, fill=255, font=_load_font(line.size))
    return np.asarray(image)


@cache
def _load_font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    # A Pillow without FreeType has one bitmap font, of one size.
    return ImageFont.load_default(size if features.check("freetype2") else None)


def _measure_ink(text: str, size: int) -> Rect:
    """Return the rectangle of a text's ink, if its line begins at row 0 and column 0."""
    left, top, right, bottom = _load_font(size).getbbox(text)
    return Rect(int(top), int(left), int(bottom), int(right))


def _ascent_and_descent(size: int) -> tuple[int, int]:
    """Return the font's greatest heights above and below the baseline, in pixels."""
    font = _load_font(size)
    if isinstance(font, ImageFont.FreeTypeFont):
        return font.getmetrics()
    return _measure_ink("A", size).bottom, 0


def _spell(character: str) -> str:
    """Return a character that the font has: itself, without its accent, or else a question mark."""
    if character in _BEYOND_ASCII or (character.isascii() and character.isprintable()):
        return character
    if unicodedata.category(character) == "Cs":  # a byte of a file name that is no UTF-8
        return "?"
    if not character.isprintable():
        return " "
    parts = unicodedata.normalize("NFKD", character)
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return _SPELLED.get(character, plain if plain.isascii() else "?")


def _break_word(word: str, size: int, width: int) -> Iterator[str]:
    """Yield pieces of a word, each of at most `width` pixels but of at least one character."""
    while word:
        lengths = range(1, min(len(word), width) + 1)
        count = bisect_right(lengths, width, key=lambda n: _measure_ink(word[:n], size).width)
        yield word[: max(count, 1)]
        word = word[max(count, 1) :]
