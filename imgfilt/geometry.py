"""Rectangles of a picture, how far a filter reads around a pixel, and rows cut into blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

# Of a picture, where no other limit is given: Pillow's. As 24-bit colour it takes half a gigabyte.
MAX_PIXELS = 178_956_970


class Rect(NamedTuple):
    """Rows from `top` to before `bottom`, columns from `left` to before `right`."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of the rectangle in an array of shape (H, W, ...)."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def around(self, mask: Any) -> Rect:
        """Return the smallest rectangle that holds the True pixels of a mask (height, width)."""
        import numpy as np

        (rows,), (columns,) = np.nonzero(mask.any(axis=1)), np.nonzero(mask.any(axis=0))
        return Rect(
            self.top + int(rows[0]),
            self.left + int(columns[0]),
            self.top + int(rows[-1]) + 1,
            self.left + int(columns[-1]) + 1,
        )

    def moved(self, rows: int, columns: int) -> Rect:
        """Return the rectangle some rows further down and columns further right."""
        return Rect(self.top + rows, self.left + columns, self.bottom + rows, self.right + columns)


class Reach(NamedTuple):
    """How many rows and columns beyond itself an output pixel depends on."""

    top: int
    bottom: int
    left: int
    right: int


def row_blocks(rows: int, row_size: int, block_size: int = 1 << 20) -> Iterator[slice]:
    """Cut rows into slices of about `block_size`, in the unit of `row_size`: at least one row each.

    Examples
    --------
    >>> list(row_blocks(5, 400, 1000))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    step = max(1, block_size // max(1, row_size))
    for top in range(0, rows, step):
        yield slice(top, min(top + step, rows))


def disjoint(rects: Sequence[Rect]) -> tuple[Rect, ...]:
    """Return rectangles that cover what these cover, each pixel once, from top to bottom.

    Examples
    --------
    >>> disjoint([Rect(0, 0, 2, 2), Rect(1, 1, 3, 3)])[1]
    Rect(top=1, left=0, bottom=2, right=3)
    """
    edges = sorted({edge for rect in rects for edge in (rect.top, rect.bottom)})
    bands: list[tuple[int, int, list[tuple[int, int]]]] = []
    for top, bottom in pairwise(edges):
        within = (rect for rect in rects if rect.top <= top < rect.bottom)
        columns = _merged((rect.left, rect.right) for rect in within)
        if bands and bands[-1][1:] == (top, columns):
            top = bands.pop()[0]
        bands.append((top, bottom, columns))
    return tuple(
        Rect(top, left, bottom, right) for top, bottom, columns in bands for left, right in columns
    )


def _merged(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return intervals that don't touch, in order, which cover what these cover."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            start, last = merged.pop()
            end = max(end, last)
        merged.append((start, end))
    return merged


def outside(region: Sequence[Rect], height: int, width: int) -> tuple[Rect, ...]:
    """Return rectangles that cover once the pixels outside a region, which `disjoint` returned."""
    rows = {(rect.top, rect.bottom): [(0, 0)] for rect in region}
    for rect in region:
        rows[rect.top, rect.bottom].append((rect.left, rect.right))
    found, end = [], 0
    for (top, bottom), columns in [*rows.items(), ((height, height), [])]:
        if end < top:
            found.append(Rect(end, 0, top, width))
        gaps = pairwise([*columns, (width, width)])
        found += [Rect(top, left, bottom, right) for (_, left), (right, _) in gaps if left < right]
        end = bottom
    return tuple(found)
