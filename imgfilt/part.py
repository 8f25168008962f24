"""Parts: few rows of a picture at once, so that no step on them needs memory for all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from .border import Span
from .region import beside
from .working import Array

Part = tuple[slice, slice]  # rows and columns

_SAMPLES, _SAMPLE, _SAMPLE_ROWS = 16, 1 << 16, 5
# Values at once.
FEW = 3 << 17  # their float64 copies stay in the cache
MANY = 1 << 21  # of which few copies are made: short operations have threads wait for each other


def parts(span: Span, channels: int, values: int = FEW) -> Iterator[Part]:
    """Cut a span of a picture into parts of about so many values, from top to bottom."""
    rows = max(1, values // ((span.right - span.left) * channels))
    for top in range(span.top, span.bottom, rows):
        yield slice(top, min(top + rows, span.bottom)), slice(span.left, span.right)


def parts_of(pixels: Array) -> Iterator[Array]:
    """Give a (H, W, C) picture in parts."""
    height, width, channels = pixels.shape
    return (pixels[part] for part in parts(Span(0, height, 0, width), channels))


def samples_of(pixels: Array) -> Iterator[Array]:
    """Give rows of a (H, W, C) picture, evenly spread from top to bottom: all of a small one."""
    height, width, channels = pixels.shape
    rows = max(_SAMPLE_ROWS, _SAMPLE // (width * channels))
    count = min(_SAMPLES, -(-height // rows))
    edges = [number * height // count for number in range(count + 1)]
    for top, bottom in pairwise(edges):
        top += max(0, bottom - top - rows) // 2
        yield pixels[top : min(top + rows, bottom)]


def parts_beside(region: Sequence[Span], shape: tuple[int, int, int]) -> Iterator[Part]:
    """Cut what lies beside a region of a (H, W, C) picture into parts."""
    height, width, channels = shape
    return chain.from_iterable(parts(span, channels) for span in beside(region, height, width))
