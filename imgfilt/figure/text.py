"""Break captions into lines that fit a width."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from .fonts import Fonts, clean

# In font heights. A longer word is broken; a shorter word makes its column wider instead.
LONGEST_WORD = 16


def split_words(caption: str) -> list[str]:
    r"""Split a caption at its blanks and line breaks into words.

    >>> split_words("café\n5 × 5, 高")
    ['café', '5', '×', '5,', '高']
    """
    return clean(caption).split()


def min_width(captions: Iterable[Sequence[str]], fonts: Fonts, size: float) -> float:
    """Return the width of the longest word, or of `LONGEST_WORD` if that is less."""
    longest = max((fonts.width(word, size) for words in captions for word in words), default=0.0)
    return min(longest, LONGEST_WORD * size)


def wrap(words: Sequence[str], fonts: Fonts, size: float, width: float) -> list[str]:
    """Return words as lines of at most a width; a single word that is wider is broken.

    Parameters
    ----------
    words : sequence of str
    fonts : Fonts
    size, width : float
        The font's height and the greatest width of a line, in one unit.

    Returns
    -------
    list of str
    """
    lines: list[str] = []
    for word in words:
        if lines and fonts.width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.extend(_break_word(word, fonts, size, width))
    return lines


def _break_word(word: str, fonts: Fonts, size: float, width: float) -> Iterator[str]:
    """Give pieces of a word, each of at most a width but of at least one letter."""
    while word:
        counts = range(1, len(word) + 1)
        fitting = bisect_right(counts, width, key=lambda count: fonts.width(word[:count], size))
        yield word[: max(fitting, 1)]
        word = word[max(fitting, 1) :]


def wrap_label(label: str, fonts: Fonts) -> list[str]:
    """Return the lines of a row's label."""
    return wrap(split_words(label), fonts, 1, LONGEST_WORD)


def label_strip(labels: Sequence[str], fonts: Fonts) -> float:
    """Return the width of the row labels and of the space beside them, in font heights."""
    lines = max((len(wrap_label(label, fonts)) for label in labels), default=0)
    return lines and lines * sum(fonts.extent(labels)) + 0.25
