"""Borders: the rules for pixels beyond the edge of a picture, and padding by them.

A strip is padded from the whole picture, so that the rows of its neighbours and the border of the
picture are one operation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from .dtypes import Array
from .geometry import Reach, Rect

if TYPE_CHECKING:
    Indices = Callable[[Array, int], Array]


class Border(NamedTuple):
    """A rule for pixels beyond the edge.

    Attributes
    ----------
    example : str
        The row `a b c d` with the pixels beyond its edges.
    meaning : str
        The rule in words, for `--explain`.
    indices : callable or None
        (positions, length) -> positions inside a row of that length, for positions that may lie
        beyond its edges. None if pixels beyond the edge aren't copies of pixels of the picture.
    period : callable or None
        length -> after how many pixels a row of that length repeats. None if it doesn't repeat.
    """

    example: str
    meaning: str
    indices: Indices | None = None
    period: Callable[[int], int] | None = None


def _replicate(positions: Array, length: int) -> Array:
    return positions.clip(0, length - 1)


def _reflect(positions: Array, length: int) -> Array:
    last = length - 1
    period = max(2 * last, 1)
    return last - abs(last - positions % period)


def _symmetric(positions: Array, length: int) -> Array:
    twice = 2 * (positions % (2 * length)) + 1
    return (2 * length - abs(2 * length - twice)) // 2


def _wrap(positions: Array, length: int) -> Array:
    return positions % length


BORDERS: dict[str, Border] = {
    "zero": Border("0 0 | a b c d | 0 0", "black; transparent where the picture has alpha"),
    "constant": Border("v v | a b c d | v v", "the value of border_value"),
    "replicate": Border("a a | a b c d | d d", "the nearest pixel", _replicate),
    "reflect": Border(
        "c b | a b c d | c b", "mirrored at the edge pixel", _reflect, lambda n: max(2 * n - 2, 1)
    ),
    "symmetric": Border(
        "b a | a b c d | d c", "mirrored with the edge pixel", _symmetric, lambda n: 2 * n
    ),
    "wrap": Border("c d | a b c d | a b", "from the other side", _wrap, lambda n: n),
    "valid": Border("    | a b c d |    ", "none: only where the kernel fits, the picture shrinks"),
}


def output_shape(border: str, height: int, width: int, reach: Reach) -> tuple[int, int]:
    """Return the height and width of the result for a picture; with `valid` they may be 0."""
    if border != "valid":
        return height, width
    return (
        max(0, height - reach.top - reach.bottom),
        max(0, width - reach.left - reach.right),
    )


def fold_offsets(border: str, before: int, after: int, length: int) -> Array:
    """Return, for each offset along an axis, a small offset that reads the same pixel.

    Beyond the picture, a border repeats or is constant. So a kernel that is larger than the picture
    need not cost more than one of the picture's size.

    Parameters
    ----------
    border : str
        A key of BORDERS other than `valid`.
    before, after : int
        The offsets are -before to after.
    length : int
        The picture's height or width, along this axis.

    Returns
    -------
    (before + 1 + after,) array of int
    """
    import numpy as np

    offsets = np.arange(-before, after + 1)
    period = BORDERS[border].period
    if period is None:
        return offsets.clip(-length, length)
    if len(offsets) <= period(length):
        return offsets
    half = period(length) // 2
    return (offsets + half) % period(length) - half


def pad(
    pixels: Array,
    rect: Rect,
    reach: Reach,
    border: str,
    fill: Array,
    allocate: Callable[[tuple[int, ...], Any], Array] | None = None,
) -> Array:
    """Return the pixels that the output pixels of a rectangle depend on.

    Parameters
    ----------
    pixels : (H, W, C) array
        The whole picture, of any dtype.
    rect : Rect
        Output rows and columns (h, w). With `valid`, output row 0 is the picture's row `reach.top`,
        the first row at which the kernel fits.
    reach : Reach
        It may be larger than the picture.
    border : str
        A key of BORDERS.
    fill : (C,) array
        The pixel beyond the edge for `zero` and `constant`, in the picture's dtype.
    allocate : callable, optional
        (shape, dtype) -> an array for the result; by default `numpy.empty`.

    Returns
    -------
    (h + top + bottom, w + left + right, C) array
        In the picture's dtype; a view if all of it lies inside the picture.
    """
    import numpy as np

    if border == "valid":
        return pixels[
            rect.top : rect.bottom + reach.top + reach.bottom,
            rect.left : rect.right + reach.left + reach.right,
        ]
    height, width, channels = pixels.shape
    top, bottom = rect.top - reach.top, rect.bottom + reach.bottom
    left, right = rect.left - reach.left, rect.right + reach.right
    if min(top, left) >= 0 and bottom <= height and right <= width:
        return pixels[top:bottom, left:right]
    rows, columns = np.arange(top, bottom), np.arange(left, right)
    padded = (allocate or np.empty)((len(rows), len(columns), channels), pixels.dtype)
    # The part inside the picture: [first_row:end_row, first_column:end_column] of the result. It is
    # copied as a slice: an index of all pixels would take longer than a small filter.
    first_row, end_row = np.searchsorted(rows, (0, height))
    first_column, end_column = np.searchsorted(columns, (0, width))
    inner_rows = slice(rows[first_row], rows[end_row - 1] + 1)
    inner_columns = slice(columns[first_column], columns[end_column - 1] + 1)
    padded[first_row:end_row, first_column:end_column] = pixels[inner_rows, inner_columns]
    indices = BORDERS[border].indices
    if indices is None:
        padded[:first_row] = padded[end_row:] = fill
        padded[:, :first_column] = padded[:, end_column:] = fill
        return padded
    source_rows, source_columns = indices(rows, height), indices(columns, width)
    for outer in (slice(first_row), slice(end_row, None)):
        padded[outer, first_column:end_column] = pixels[source_rows[outer], inner_columns]
    for outer in (slice(first_column), slice(end_column, None)):
        if end_column - first_column == width:
            # All columns of the picture are in the result: a third of the time of an index.
            inside = source_columns[outer] - inner_columns.start
            padded[:, outer] = np.take(padded, first_column + inside, axis=1)
        else:
            padded[:, outer] = pixels[np.ix_(source_rows, source_columns[outer])]
    return padded
