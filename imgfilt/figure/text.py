"""Break captions into lines that fit a width."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from . import Span
from .fonts import Fonts, clean
from .scene import Colour, Text

# In font heights. A longer word is broken; a shorter word makes its column wider instead.
LONGEST_WORD = 16
LABEL_GAP = 0.25  # between a row's label and its cells, in font heights

Line = list[Span]  # with a blank between two spans


def split_words(caption: str) -> list[Span]:
    r"""Split a caption at its blanks and line breaks into words.

    >>> [word.string for word in split_words("café\n5 × 5, 高")]
    ['café', '5', '×', '5,', '高']
    """
    return [Span(word) for word in clean(caption).split()]


def split_notes(notes: Sequence[Span]) -> list[Span]:
    """Return each note as a word, as lines end between notes; a comma follows each but the last.

    >>> split_notes([Span("31.4 dB", bold=True), Span("0.91")])
    [Span(string='31.4 dB,', bold=True), Span(string='0.91', bold=False)]
    """
    last = len(notes) - 1
    words = (" ".join(clean(note.string).split()) for note in notes)
    return [
        Span(word + "," * (number < last), note.bold)
        for number, (word, note) in enumerate(zip(words, notes, strict=True))
    ]


def min_width(words: Iterable[Span], fonts: Fonts, size: float) -> float:
    """Return the width of the longest word, or of `LONGEST_WORD` if that is less.

    Parameters
    ----------
    words : iterable of Span
    fonts : Fonts
    size : float
        The font's height; the width has the same unit.
    """
    longest = max((fonts.width(word.string, size) for word in words), default=0.0)
    return min(longest, LONGEST_WORD * size)


def line_width(line: Line, fonts: Fonts, size: float) -> float:
    """Return the width of a line.

    Parameters
    ----------
    line : Line
    fonts : Fonts
    size : float
        The font's height; the width has the same unit.
    """
    blanks = (len(line) - 1) * fonts.width(" ", size)
    return sum(fonts.width(span.string, size) for span in line) + blanks


def wrap(words: Sequence[Span], fonts: Fonts, size: float, width: float) -> list[Line]:
    """Return words as lines of at most a width; a single word that is wider is broken.

    Words with blanks, such as notes, are broken there.

    Parameters
    ----------
    words : sequence of Span
    fonts : Fonts
    size, width : float
        The font's height and the greatest width of a line, in one unit.

    Returns
    -------
    list of Line
        Neighbours of one weight are one span.
    """
    lines: list[Line] = []
    parts = chain.from_iterable(_split_wide(word, fonts, size, width) for word in words)
    for word in parts:
        longer = _append(lines[-1], word) if lines else []
        if lines and line_width(longer, fonts, size) <= width:
            lines[-1] = longer
        else:
            pieces = _break_word(word.string, fonts, size, width)
            lines.extend([Span(piece, word.bold)] for piece in pieces)
    return lines


def _split_wide(word: Span, fonts: Fonts, size: float, width: float) -> list[Span]:
    """Return a word, or its parts between blanks if it is wider than a line."""
    if fonts.width(word.string, size) <= width:
        return [word]
    return [Span(part, word.bold) for part in word.string.split()]


def _append(line: Line, word: Span) -> Line:
    *before, last = line
    if last.bold == word.bold:
        return [*before, Span(f"{last.string} {word.string}", word.bold)]
    return [*line, word]


def _break_word(word: str, fonts: Fonts, size: float, width: float) -> Iterator[str]:
    """Give pieces of a word, each of at most a width but of at least one letter."""
    while word:
        counts = range(1, len(word) + 1)
        fitting = bisect_right(counts, width, key=lambda count: fonts.width(word[:count], size))
        yield word[: max(fitting, 1)]
        word = word[max(fitting, 1) :]


def wrap_label(label: str, fonts: Fonts) -> list[Line]:
    """Return the lines of a row's label."""
    return wrap(split_words(label), fonts, 1, LONGEST_WORD)


def place_line(
    line: Line, fonts: Fonts, middle: float, baseline: float, size: float, colour: Colour
) -> list[Text]:
    """Return a centred line as texts, one for each span.

    Parameters
    ----------
    line : Line
    fonts : Fonts
    middle, baseline, size : float
    colour : Colour
    """
    if len(line) == 1:  # stays centred in a program that has other fonts
        return [Text(line[0].string, middle, baseline, size, 0.5, colour, line[0].bold)]
    left, texts = middle - line_width(line, fonts, size) / 2, []
    for span in line:
        texts.append(Text(span.string, left, baseline, size, 0, colour, span.bold))
        left += fonts.width(span.string + " ", size)
    return texts


def measure_labels(labels: Sequence[str], fonts: Fonts) -> float:
    """Return the width of the row labels and of the space beside them, in font heights."""
    lines = max((len(wrap_label(label, fonts)) for label in labels), default=0)
    return lines and lines * sum(fonts.extent(labels)) + LABEL_GAP
