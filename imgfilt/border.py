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
    growth : int
        By how much the result is larger than the picture, in units of the filter's reach: -1, 0 or
        1.
    """

    example: str
    meaning: str
    indices: Indices | None = None
    period: Callable[[int], int] | None = None
    growth: int = 0

    @property
    def uses_fill(self) -> bool:
        """Whether the pixels beyond the edge are all one given pixel."""
        return self.indices is None and self.growth >= 0


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
    # An approximation may need pixels beyond the edge even where the kernel fits.
    "valid": Border(
        "    | a b c d |    ",
        "none: only where the kernel fits, the picture shrinks",
        _reflect,
        growth=-1,
    ),
    "full": Border(
        "0 0 | a b c d | 0 0",
        "zero: every place that the kernel touches, the picture grows",
        growth=1,
    ),
}
# Border -> its names in other programs.
_OTHER_NAMES = {
    "zero": "black zeros none background",
    "constant": "grid-constant fill",
    "replicate": "edge nearest clamp extend copy",
    "reflect": "mirror reflect-101 default",
    "symmetric": "grid-mirror half-sample",
    "wrap": "tile circular periodic grid-wrap cyclic",
    "valid": "crop shrink",
}
# Those of every filter: `full` makes sense for weighted sums only, because it adds zeros.
COMMON_BORDERS = tuple(name for name, border in BORDERS.items() if border.growth <= 0)


def find_border(word: str) -> str | None:
    """Return the border that another program calls so, such as `BORDER_REFLECT_101`, or None."""
    name = word.lower().replace("_", "-").removeprefix("border-")
    return next((key for key, others in _OTHER_NAMES.items() if name in others.split()), None)


def output_shape(border: str, height: int, width: int, reach: Reach) -> tuple[int, int]:
    """Return the height and width of the result for a picture; with `valid` they may be 0.

    Parameters
    ----------
    border : str
        A key of BORDERS; `valid` makes the result smaller, and `full` larger.
    height, width : int
        The picture's, in pixels.
    reach : Reach
        The filter's.

    Returns
    -------
    (height, width) of int
    """
    growth = BORDERS[border].growth
    return (
        max(0, height + growth * (reach.top + reach.bottom)),
        max(0, width + growth * (reach.left + reach.right)),
    )


def to_picture(border: str, rect: Rect, reach: Reach) -> Rect:
    """Return where the pixels of a rectangle of the result lie in the picture.

    Parameters
    ----------
    border : str
        A key of BORDERS. The first pixel of the result is the first on which the kernel fits
        (`valid`), or that the kernel touches (`full`), else the picture's first pixel.
    rect : Rect
        Rows and columns of the result.
    reach : Reach
        The filter's.
    """
    rows, columns = {
        -1: (reach.top, reach.left),
        0: (0, 0),
        1: (-reach.bottom, -reach.right),
    }[BORDERS[border].growth]
    return rect.moved(rows, columns)


def fold_offsets(border: str, before: int, after: int, length: int) -> Array:
    """Return, for each offset along an axis, a small offset that reads the same pixel.

    Beyond the picture, a border repeats or is constant. So a kernel that is larger than the picture
    need not cost more than one of the picture's size.

    Parameters
    ----------
    border : str
        A key of BORDERS with which the result has the picture's size.
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
    margin: Reach | None = None,
) -> Array:
    """Return the pixels that the output pixels of a rectangle depend on.

    Parameters
    ----------
    pixels : (H, W, C) array
        The whole picture, of any dtype.
    rect : Rect
        Output rows and columns (h, w); `to_picture` says where they lie in the picture.
    reach : Reach
        It may be larger than the picture.
    border : str
        A key of BORDERS.
    fill : (C,) array
        The pixel beyond the edge for `zero`, `constant` and `full`, in the picture's dtype.
    allocate : callable, optional
        (shape, dtype) -> an array for the result; by default `numpy.empty`.
    margin : Reach, optional
        How many more rows and columns are returned than the rectangle has; by default the reach.

    Returns
    -------
    (h + top + bottom, w + left + right, C) array
        In the picture's dtype; a view if all of it lies inside the picture.
    """
    import numpy as np

    height, width, channels = pixels.shape
    rect, margin = to_picture(border, rect, reach), margin or reach
    top, bottom = rect.top - margin.top, rect.bottom + margin.bottom
    left, right = rect.left - margin.left, rect.right + margin.right
    inside = Rect(max(0, top), max(0, left), min(bottom, height), min(right, width))
    if inside == (top, left, bottom, right):
        return pixels[inside.slices]
    padded = (allocate or np.empty)((bottom - top, right - left, channels), pixels.dtype)
    # The part inside the picture is copied as a slice: an index of all pixels would take longer
    # than a small filter.
    inner = inside.moved(-top, -left)
    padded[inner.slices] = pixels[inside.slices]
    indices = BORDERS[border].indices
    if indices is None:
        padded[: inner.top] = padded[inner.bottom :] = fill
        padded[:, : inner.left] = padded[:, inner.right :] = fill
        return padded
    rows = indices(np.arange(top, bottom), height)
    columns = indices(np.arange(left, right), width)
    for outer in (slice(inner.top), slice(inner.bottom, None)):
        padded[outer, inner.slices[1]] = pixels[rows[outer], inside.slices[1]]
    for outer in (slice(inner.left), slice(inner.right, None)):
        if inner.width == width:
            # All columns of the picture are in the result: a third of the time of an index.
            padded[:, outer] = np.take(padded, inner.left + columns[outer], axis=1)
        else:
            padded[:, outer] = pixels[np.ix_(rows, columns[outer])]
    return padded
