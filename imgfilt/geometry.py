"""A region: rectangles of a picture, as spans that don't overlap, and what lies beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from .border import Span


def disjoint(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans that cover what these cover, each pixel once, from top to bottom.

    Examples
    --------
    >>> disjoint([Span(0, 2, 0, 2), Span(1, 3, 1, 3)])[1]
    Span(top=1, bottom=2, left=0, right=3)
    """
    edges = sorted({edge for span in spans for edge in (span.top, span.bottom)})
    bands: list[tuple[int, int, list[tuple[int, int]]]] = []
    for top, bottom in pairwise(edges):
        within = (span for span in spans if span.top <= top < span.bottom)
        columns = _merged((span.left, span.right) for span in within)
        if bands and bands[-1][1:] == (top, columns):
            top = bands.pop()[0]
        bands.append((top, bottom, columns))
    return tuple(Span(top, bottom, *sides) for top, bottom, columns in bands for sides in columns)


def _merged(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return intervals that don't touch, in order, which cover what these cover."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            start, last = merged.pop()
            end = max(end, last)
        merged.append((start, end))
    return merged


def beside(region: Sequence[Span], height: int, width: int) -> tuple[Span, ...]:
    """Return spans that cover once what lies beside a region, as `disjoint` returns it."""
    rows = {(span.top, span.bottom): [(0, 0)] for span in region}
    for span in region:
        rows[span.top, span.bottom].append((span.left, span.right))
    found, end = [], 0
    for (top, bottom), columns in [*rows.items(), ((height, height), [])]:
        if end < top:
            found.append(Span(end, top, 0, width))
        gaps = pairwise([*columns, (width, width)])
        found += [Span(top, bottom, left, right) for (_, left), (right, _) in gaps if left < right]
        end = bottom
    return tuple(found)
