"""Borders: what lies beyond the edge of a picture, and the padding of a strip by it.

A strip is padded from the whole picture by index, so that its halo (rows of the strips beside it)
and the picture's border are one operation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]
    Index = Callable[[Array, int], Array]


class Reach(NamedTuple):
    """How many rows and columns beyond itself an output pixel depends on."""

    top: int
    bottom: int
    left: int
    right: int


class Span(NamedTuple):
    """The output pixels from row `top` and column `left` to before `bottom` and `right`."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Its rows and its columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def around(self, there: Array) -> Span:
        """Return the smallest span that holds all its pixels that a (h, w) mask of it has."""
        import numpy as np

        (rows,), (columns,) = np.nonzero(there.any(axis=1)), np.nonzero(there.any(axis=0))
        return Span(
            self.top + int(rows[0]),
            self.top + int(rows[-1]) + 1,
            self.left + int(columns[0]),
            self.left + int(columns[-1]) + 1,
        )


@dataclass(frozen=True)
class Border:
    """One way to go on beyond the edge of the row `a b c d`."""

    picture: str
    meaning: str
    index: Index | None = None  # (positions, length) -> positions inside; None: nothing to index
    period: Callable[[int], int] | None = None  # of length -> after how many pixels it repeats


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
    "constant": Border("v v | a b c d | v v", "the value of --border-value"),
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


def shape_out(border: str, height: int, width: int, reach: Reach) -> tuple[int, int]:
    """Return the height and width of what a filter of this reach makes of a picture.

    Neither is negative; with `valid` both can be 0.
    """
    if border != "valid":
        return height, width
    return (
        max(0, height - reach.top - reach.bottom),
        max(0, width - reach.left - reach.right),
    )


def folded(border: str, before: int, after: int, length: int) -> Array:
    """Return, for each offset -before..after along an axis, an offset that reads the same pixel.

    The fewest offsets that will do: a border repeats itself or, beyond the picture, stays the
    same, so a kernel larger than the picture need not cost more than the picture.
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
    span: Span,
    reach: Reach,
    border: str,
    fill: Array,
    empty: Callable[[tuple[int, ...], Any], Array] | None = None,
) -> Array:
    """Return all that the output pixels of a span depend on.

    Parameters
    ----------
    pixels : (H, W, C) array
        The whole picture, any dtype.
    span : Span
        Output rows and columns; with `valid` the output starts at the first pixel that the
        kernel fits, so that row 0 is the picture's row `reach.top`.
    reach : Reach
        May be larger than the picture.
    border : str
        A key of BORDERS.
    fill : (C,) array
        The pixel beyond the edge for `zero` and `constant`, in the picture's dtype.
    empty : callable, optional
        Gives the memory of a shape and dtype for the result; NumPy's own by default.

    Returns
    -------
    (h + top + bottom, w + left + right, C) array
        In the picture's dtype; a view where nothing is beyond the edge.
    """
    import numpy as np

    if border == "valid":
        rows = slice(span.top, span.bottom + reach.top + reach.bottom)
        return pixels[rows, span.left : span.right + reach.left + reach.right]
    height, width, channels = pixels.shape
    top, bottom = span.top - reach.top, span.bottom + reach.bottom
    first, last = span.left - reach.left, span.right + reach.right
    if min(top, first) >= 0 and bottom <= height and last <= width:
        return pixels[top:bottom, first:last]
    rows_at = np.arange(span.top - reach.top, span.bottom + reach.bottom)
    columns_at = np.arange(span.left - reach.left, span.right + reach.right)
    padded = (empty or np.empty)((len(rows_at), len(columns_at), channels), pixels.dtype)
    first, last = np.searchsorted(rows_at, (0, height))
    left, right = np.searchsorted(columns_at, (0, width))
    # An indexed copy of everything would cost more than a small filter: the interior is a slice.
    across = slice(columns_at[left], columns_at[right - 1] + 1)
    down = slice(rows_at[first], rows_at[last - 1] + 1)
    padded[first:last, left:right] = pixels[down, across]
    index = BORDERS[border].index
    if index is None:
        padded[:first] = padded[last:] = fill
        padded[:, :left] = padded[:, right:] = fill
        return padded
    rows_from = index(rows_at, height)
    columns_from = index(columns_at, width)
    padded[:first, left:right] = pixels[rows_from[:first], across]
    padded[last:, left:right] = pixels[rows_from[last:], across]
    for beyond in (slice(left), slice(right, None)):
        inside = columns_from[beyond] - across.start
        if right - left == width:
            # A third of the time of the same by an index.
            padded[:, beyond] = np.take(padded, left + inside, axis=1)
        else:
            padded[:, beyond] = pixels[np.ix_(rows_from, columns_from[beyond])]
    return padded
