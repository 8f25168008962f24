"""Rectangles of a picture, the reach of a filter, and blocks of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

# The default limit for a picture, as in Pillow: half a gigabyte of 24-bit colour.
MAX_PIXELS = 178_956_970

# Pictures of more bytes are large: they are read, filtered and written by rows where that can be
# done, and very wide ones are also cut into columns.
LARGE = 256 << 20


class Rect(NamedTuple):
    """A rectangle: rows from `top` to before `bottom`, columns from `left` to before `right`."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """How many rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """How many columns."""
        return self.right - self.left

    @property
    def slices(self) -> tuple[slice, slice]:
        """The index of the rectangle in an array of shape (H, W, ...)."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def intersection(self, other: Rect) -> Rect:
        """Return the rectangle that lies in both; it is empty if its end isn't behind its start."""
        return Rect(
            max(self.top, other.top),
            max(self.left, other.left),
            min(self.bottom, other.bottom),
            min(self.right, other.right),
        )

    def bounding_rect(self, mask: Any) -> Rect:
        """Return the smallest rectangle around the True pixels of a mask (height, width)."""
        import numpy as np

        (rows,), (columns,) = np.nonzero(mask.any(axis=1)), np.nonzero(mask.any(axis=0))
        return Rect(
            self.top + int(rows[0]),
            self.left + int(columns[0]),
            self.top + int(rows[-1]) + 1,
            self.left + int(columns[-1]) + 1,
        )

    def moved(self, rows: int, columns: int) -> Rect:
        """Return the rectangle moved down by some rows and to the right by some columns."""
        return Rect(self.top + rows, self.left + columns, self.bottom + rows, self.right + columns)


class Reach(NamedTuple):
    """How far from an output pixel its window reaches.

    Attributes
    ----------
    top, bottom : int
        Rows above and below the pixel.
    left, right : int
        Columns to the left and to the right of it.
    """

    top: int
    bottom: int
    left: int
    right: int


class EngineBorder(NamedTuple):
    """How an engine continues a block that isn't padded.

    Attributes
    ----------
    border : str
        A key of `border.BORDERS`: how the picture goes on beyond its edges.
    inner : Rect
        The rows and columns of the block whose results are wanted.
    """

    border: str
    inner: Rect


def view_around(pixels: Any, rect: Rect, reach: Reach) -> tuple[Any, Rect]:
    """Return a view of the pixels around a rectangle, and where the rectangle lies in it.

    The view ends where the picture ends. It holds what the mirroring and replicating borders
    take from it for the pixels beyond that edge.

    Parameters
    ----------
    pixels : (H, W, C) array
        The whole picture.
    rect : Rect
        Rows and columns of the picture.
    reach : Reach
        The filter's.

    Returns
    -------
    block : (h, w, C) array
    inner : Rect
    """
    # As far on both sides: the reach above is also the number of rows that are mirrored at the top.
    rows, columns = max(reach.top, reach.bottom), max(reach.left, reach.right)
    outer = Rect(rect.top - rows, rect.left - columns, rect.bottom + rows, rect.right + columns)
    outer = outer.intersection(Rect(0, 0, *pixels.shape[:2]))
    return pixels[outer.slices], rect.moved(-outer.top, -outer.left)


def equal_reach(pixels: int) -> Reach:
    """Return the reach of so many rows and columns on each side."""
    return Reach(pixels, pixels, pixels, pixels)


def square_reach(size: int) -> Reach:
    """Return the reach of an odd square window around its centre."""
    return centred_reach(size, size)


def centred_reach(rows: int, columns: int) -> Reach:
    """Return the reach of a window of odd sides around its centre."""
    return Reach(rows // 2, rows // 2, columns // 2, columns // 2)


def row_blocks(rows: int, row_size: int, block_size: int = 1 << 20) -> Iterator[slice]:
    """Yield slices that cut rows into blocks of equal size; the last block may be smaller.

    Parameters
    ----------
    rows : int
    row_size : int
        The size of a row in any unit, such as bytes.
    block_size : int
        The greatest size of a block in the same unit; but a block has at least one row.

    Examples
    --------
    >>> list(row_blocks(5, 400, 1000))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    step = max(1, block_size // max(1, row_size))
    for top in range(0, rows, step):
        yield slice(top, min(top + step, rows))


def pixel_blocks(pixels: Any, block_size: int = 1 << 20) -> Iterator[slice]:
    """Yield slices that cut the rows of a picture, or of a RowSource, into blocks of some bytes.

    Parameters
    ----------
    pixels : (H, W, ...) array
    block_size : int
        As for `row_blocks`, in bytes.
    """
    return row_blocks(len(pixels), pixels.nbytes // len(pixels), block_size)


def disjoint_rects(rects: Sequence[Rect]) -> tuple[Rect, ...]:
    """Return rectangles, from top to bottom, that cover each pixel of the given ones once.

    Examples
    --------
    >>> disjoint_rects([Rect(0, 0, 2, 2), Rect(1, 1, 3, 3)])[1]
    Rect(top=1, left=0, bottom=2, right=3)
    """
    edges = sorted({edge for rect in rects for edge in (rect.top, rect.bottom)})
    bands: list[tuple[int, int, list[tuple[int, int]]]] = []
    for top, bottom in pairwise(edges):
        within = (rect for rect in rects if rect.top <= top < rect.bottom)
        columns = _merge_intervals((rect.left, rect.right) for rect in within)
        if bands and bands[-1][1:] == (top, columns):
            top = bands.pop()[0]
        bands.append((top, bottom, columns))
    return tuple(
        Rect(top, left, bottom, right) for top, bottom, columns in bands for left, right in columns
    )


def _merge_intervals(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the union of intervals as intervals that don't touch, in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            start, last = merged.pop()
            end = max(end, last)
        merged.append((start, end))
    return merged


def rects_outside(region: Sequence[Rect], height: int, width: int) -> tuple[Rect, ...]:
    """Return rectangles that cover each pixel outside a region once.

    Parameters
    ----------
    region : sequence of Rect
        A result of `disjoint_rects`.
    height, width : int
        The picture's.
    """
    rows = {(rect.top, rect.bottom): [(0, 0)] for rect in region}
    for rect in region:
        rows[rect.top, rect.bottom].append((rect.left, rect.right))
    rects, end = [], 0
    for (top, bottom), columns in [*rows.items(), ((height, height), [])]:
        if end < top:
            rects.append(Rect(end, 0, top, width))
        gaps = pairwise([*columns, (width, width)])
        rects += [Rect(top, left, bottom, right) for (_, left), (right, _) in gaps if left < right]
        end = bottom
    return tuple(rects)
