"""Cut pictures into blocks of rows that fit into the cache, and take some of them as samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..dtypes import Array
from ..geometry import Rect, rects_outside, row_blocks

# Values in a block.
CACHE_SIZED = 3 << 17  # their float64 copies stay in the cache
CALL_SIZED = 1 << 21  # for steps that copy little: with shorter calls, threads wait for each other

_MAX_SAMPLES, _SAMPLE_VALUES = 16, 1 << 16


def iter_blocks(rect: Rect, channels: int, values: int = CACHE_SIZED) -> Iterator[Rect]:
    """Cut a rectangle into blocks of rows, from top to bottom.

    Parameters
    ----------
    rect : Rect
    channels : int
    values : int
        About how many values a block has.
    """
    for rows in row_blocks(rect.height, rect.width * channels, values):
        yield Rect(rect.top + rows.start, rect.left, rect.top + rows.stop, rect.right)


def iter_rows(pixels: Array) -> Iterator[Array]:
    """Give a (H, W, C) picture in blocks of rows that fit into the cache."""
    height, width, channels = pixels.shape
    return (pixels[rows] for rows in row_blocks(height, width * channels, CACHE_SIZED))


def iter_outside(region: Sequence[Rect], shape: tuple[int, int, int]) -> Iterator[Rect]:
    """Cut the pixels of a (H, W, C) picture that are outside a region into blocks of rows."""
    height, width, channels = shape
    for rect in rects_outside(region, height, width):
        yield from iter_blocks(rect, channels)


def sample_rows(pixels: Array, least_rows: int) -> Iterator[Array]:
    """Give blocks of rows at equal distances from top to bottom; of a small picture, all rows.

    Parameters
    ----------
    pixels : (H, W, C) array
    least_rows : int
        A block has at least so many rows, if the picture has.
    """
    height, width, channels = pixels.shape
    rows = max(least_rows, _SAMPLE_VALUES // (width * channels))
    count = min(_MAX_SAMPLES, -(-height // rows))
    edges = [number * height // count for number in range(count + 1)]
    for top, bottom in pairwise(edges):
        top += max(0, bottom - top - rows) // 2
        yield pixels[top : min(top + rows, bottom)]
