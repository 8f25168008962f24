"""Parts: few rows of a picture at once, so that no step on them needs memory for all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from ..dtypes import Array
from ..geometry import Rect, outside, row_blocks

Part = tuple[slice, slice]  # rows and columns

_SAMPLES, _SAMPLE, _SAMPLE_ROWS = 16, 1 << 16, 5
# Values at once.
FEW = 3 << 17  # their float64 copies stay in the cache
MANY = 1 << 21  # of which few copies are made: short operations have threads wait for each other


def parts(span: Rect, channels: int, values: int = FEW) -> Iterator[Part]:
    """Cut a span of a picture into parts of about so many values, from top to bottom."""
    for rows in row_blocks(span.height, span.width * channels, values):
        yield slice(span.top + rows.start, span.top + rows.stop), slice(span.left, span.right)


def parts_of(pixels: Array) -> Iterator[Array]:
    """Give a (H, W, C) picture in parts."""
    return (pixels[rows] for rows in row_blocks(len(pixels), pixels[0].size, FEW))


def samples_of(pixels: Array) -> Iterator[Array]:
    """Give rows of a (H, W, C) picture, evenly spread from top to bottom: all of a small one."""
    height, width, channels = pixels.shape
    rows = max(_SAMPLE_ROWS, _SAMPLE // (width * channels))
    count = min(_SAMPLES, -(-height // rows))
    edges = [number * height // count for number in range(count + 1)]
    for top, bottom in pairwise(edges):
        top += max(0, bottom - top - rows) // 2
        yield pixels[top : min(top + rows, bottom)]


def parts_outside(region: Sequence[Rect], shape: tuple[int, int, int]) -> Iterator[Part]:
    """Cut what lies beside a region of a (H, W, C) picture into parts."""
    height, width, channels = shape
    return chain.from_iterable(parts(span, channels) for span in outside(region, height, width))
