"""ImageMagick's kernel text: `WIDTHxHEIGHT+X+Y:`, then the numbers row by row.

The numbers are weights as they stand: ImageMagick scales a kernel only where it is told to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from ..numbers import quote
from .kernel import Kernel
from .rows import Place, Rows, Word, words_of
from .weights import MOST_WEIGHTS

_SIZE = re.compile(
    r"(?P<width>[0-9]{1,9})(?:x(?P<height>[0-9]{1,9}))?"
    r"(?:\+(?P<column>[0-9]{1,9})\+(?P<row>[0-9]{1,9}))?"
)
_NO_WEIGHT = "nan", "-"


def has_size(place: Place) -> bool:
    """Return whether a line begins as ImageMagick's text does: with a size and a colon."""
    return ":" in place.content


def parse_imagemagick(written: Iterable[tuple[Place, list[Word]]]) -> Kernel:
    """Return the kernel that a text in ImageMagick's form writes.

    As there, X is the origin's column and Y its row, `3:` is `3x3:`, and the origin of an even side
    is the cell before its middle: 1 of the 4 cells 0 to 3. Line ends are blanks. One comma
    may stand between two numbers.

    Parameters
    ----------
    written : iterable of (Place, list of Word)
        The lines on which anything is written; the first has the size.

    Raises
    ------
    KernelError
        With name, line, column and what was found.
    """
    lines = iter(written)
    place, words = next(lines)
    colon = place.content.index(":") + 1
    width, height, origin = _size(place, colon)
    rows, numbers = Rows(), list[Fraction]()
    # No number is missing where a line begins or ends with a comma.
    words = words_of(place.content, colon)
    ends_in_comma = False
    while True:
        if not words[0].text and not ends_in_comma:
            words = words[1:]
        ends_in_comma = bool(words) and not words[-1].text
        words = words[: len(words) - ends_in_comma]
        numbers += rows.read(place, [_checked(place, word) for word in words])
        following = next(lines, None)
        if following is None:
            break
        place, words = following
    if len(numbers) != width * height:
        found = "1 number" if len(numbers) == 1 else f"{len(numbers)} numbers"
        said = f"{width}x{height} has {width * height}"
        raise place.error_of_line(f"{found} found, but a kernel of {said}", place.end)
    cells = [numbers[start : start + width] for start in range(0, len(numbers), width)]
    return Kernel(cells, origin)


def _size(place: Place, colon: int) -> tuple[int, int, tuple[int, int]]:
    """Return width, height and the origin's (row, column)."""
    text = place.content[: colon - 1]
    start = len(text) - len(text.lstrip(" \t")) + 1
    size = _SIZE.fullmatch(text.strip(" \t"))
    if size is None:
        raise place.error(
            f"{quote(text.strip())} before the colon is not WIDTHxHEIGHT or WIDTHxHEIGHT+X+Y",
            start,
        )
    width, height = int(size["width"]), int(size["height"] or size["width"])
    if not 1 <= width * height <= MOST_WEIGHTS:
        raise place.error(
            f"a size of {width}x{height}; a kernel has 1 to {MOST_WEIGHTS:,} weights", start
        )
    if size["row"] is None:
        return width, height, ((height - 1) // 2, (width - 1) // 2)
    row, column = int(size["row"]), int(size["column"])
    if row >= height or column >= width:
        raise place.error(
            f"the origin +{column}+{row} is outside the kernel of {width}x{height}: "
            f"X is 0 to {width - 1}, Y 0 to {height - 1}",
            start,
        )
    return width, height, (row, column)


def _checked(place: Place, word: Word) -> Word:
    """Return a word that ImageMagick, too, reads as a weight of this kernel."""
    if word.text.lower() in _NO_WEIGHT:
        raise place.error(
            f"{quote(word.text)} is a cell without a weight, as morphology has them; "
            "a convolution needs a number there, such as 0",
            word.column,
        )
    if ":" in word.text:
        raise place.error("another kernel begins here; a text may hold one only", word.column)
    return word
