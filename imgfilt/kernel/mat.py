"""libvips' matrix, `.mat`: a line `width height [scale [offset]]`, then the rows.

The scale divides, as in libvips.
"""

from __future__ import annotations

from fractions import Fraction

from ..errors import KernelError
from ..numbers import format_brief, format_exact, quote
from .kernel import Kernel
from .rows import Place, Rows, Word, lines
from .weights import MOST_WEIGHTS

_FIRST = "width height [scale [offset]]"


def parse_mat(text: str, name: str) -> Kernel:
    """Return the kernel that a matrix of libvips holds.

    Raises
    ------
    KernelError
        With name, line, column and what was found. An offset other than 0 is one: a kernel has
        none, and `--values offset` adds mid-grey.
    """
    written = lines(text, name)
    first = next(written, None)
    if first is None:
        raise KernelError(f"{name}:1: nothing found; wanted {_FIRST}")
    place, words = first
    width, height, scale = _first_line(place, words)
    rows = Rows()
    for row_place, row in written:
        rows.add(row_place, row, (width, "the first line"))
        if len(rows.numbers) > height:
            raise row_place.error_of_line(f"row {height + 1}, but the first line says {height}")
    if len(rows.numbers) < height:
        found = "1 row" if len(rows.numbers) == 1 else f"{len(rows.numbers)} rows"
        raise place.error(f"{found} found, but here stands {height}", words[1].column)
    try:
        return Kernel(rows.numbers).scaled(1 / scale)
    except KernelError as error:
        raise place.error(str(error), words[2].column) from None


def _first_line(place: Place, words: list[Word]) -> tuple[int, int, Fraction]:
    """Return width, height and scale."""
    if not 2 <= len(words) <= 4:
        column = words[4].column if len(words) > 4 else place.end
        raise place.error(f"{quote(place.line.strip())} is not {_FIRST}", column)
    numbers = [place.number_of(word) for word in words]
    for number, word, side in zip(numbers, words, ("width", "height"), strict=False):
        if number.denominator != 1 or number < 1:
            raise place.error(f"the {side} {word.text} is not a whole number from 1", word.column)
    width, height, scale, offset = numbers + [Fraction(1), Fraction(0)][len(numbers) - 2 :]
    if width * height > MOST_WEIGHTS:
        size = f"{format_brief(width)} x {format_brief(height)}"
        raise place.error(f"a size of {size}; at most {MOST_WEIGHTS:,} weights", words[0].column)
    if offset:
        raise place.error(
            f"an offset of {words[3].text}; --values offset adds mid-grey", words[3].column
        )
    if not scale:
        raise place.error("the scale is zero", words[2].column)
    return int(width), int(height), scale


def format_mat(kernel: Kernel) -> str:
    """Return a kernel as a matrix of libvips; its origin is not in it."""
    rows, columns = kernel.shape
    numerators, divisor = kernel.rational
    # What has too many digits is read back as something else.
    cells = [format_exact(numerator) or "0" for numerator in numerators]
    starts = range(0, len(cells), columns)
    lines = [" ".join(cells[start : start + columns]) for start in starts]
    return "\n".join([f"{columns} {rows} {format_exact(divisor) or 1} 0", *lines]) + "\n"
