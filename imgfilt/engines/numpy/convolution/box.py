"""Box filter: exact sums of whole numbers over a rectangle, at a cost that hardly grows with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....buffers import borrow
from ....dtypes import Array
from .taps import Taps

_BLOCK = 1 << 17  # elements: a block and its sums stay in the cache


def run(padded: Array, taps: Taps) -> Array:
    """Return the (h, w, C) sums of rectangles of a block of whole numbers, times the one weight.

    Down the columns a sum is the sum above it, plus the next row, minus the first row; modulo 2^n
    this is exact. Along the rows a sum of 2n neighbours is the sum of n neighbours plus the sum of
    the next n, so that any size takes at most 2·log2(size) additions.
    """
    rows, columns = taps.shape
    height, width = taps.output(padded)
    across, channels = padded.shape[1:]
    kind = _accumulator_dtype(padded, rows * columns)
    sums = borrow("sums", (height, width, channels), kind)
    flat = padded.reshape(len(padded), -1)
    last = flat[:rows].sum(axis=0, dtype=kind)
    step = max(1, _BLOCK // (across * channels))
    for top in range(0, height, step):
        count = min(step, height - top)
        down = borrow("box down", (count, across * channels), kind)
        down[0] = last
        if count > 1:
            next_rows = flat[top + rows : top + rows + count - 1]
            gained = borrow("box gained", next_rows.shape, kind)
            np.subtract(next_rows, flat[top : top + count - 1], out=gained, dtype=kind)
            for row in range(1, count):
                np.add(down[row - 1], gained[row - 1], out=down[row])
        if top + count < height:
            np.add(down[-1], flat[top + count + rows - 1], out=last, dtype=kind)
            np.subtract(last, flat[top + count - 1], out=last, dtype=kind)
        sums[top : top + count] = sliding_sum(down.reshape(count, across, channels), columns, 1)
    assert taps.uniform is not None
    return sums if taps.uniform == 1 else sums * taps.uniform


def _accumulator_dtype(padded: Array, area: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest dtype that holds sums of `area` values of the block's dtype."""
    largest = area * int(np.iinfo(padded.dtype).max)
    kinds: tuple[type[np.unsignedinteger[Any]], ...] = (np.uint16, np.uint32, np.uint64)
    return next(kind for kind in kinds if largest <= np.iinfo(kind).max)


def sliding_sum(values: Array, size: int, axis: int) -> Array:
    """Return the sums of `size` neighbours along an axis, which gets size - 1 shorter.

    Parameters
    ----------
    values : array
    size : int
    axis : int
    """
    values = np.moveaxis(values, axis, 0)
    length = len(values) - size + 1
    total: Array | None = None
    offset, doubled, span = 0, values, 1
    while True:
        if size & span:
            part = doubled[offset : offset + length]
            total = part if total is None else total + part
            offset += span
        if offset == size:
            break
        doubled = doubled[:-span] + doubled[span:]
        span *= 2
    assert total is not None
    return np.moveaxis(total, 0, axis)


def operations(taps: Taps) -> float:
    """Return the additions of an output pixel, the division included."""
    side = taps.shape[1]
    return 3.0 + (side.bit_length() - 1) + (side.bit_count() - 1)
