"""Box: sums over a rectangle by doubling, exact on integers, at a cost that grows by log size."""

from __future__ import annotations

from typing import Any

import numpy as np

from .taps import Array, Taps

_BLOCK = 1 << 17  # elements: what the passes over a block touch stays in the cache


def run(padded: Array, taps: Taps) -> Array:
    """Return the (h, w, C) sums of each rectangle, times its weight; unsigned integers or float64.

    A sum of 2n neighbours is the sum of n and the n beside them, so a window of any size takes
    about 2·log2(size) additions along each axis. Unlike running sums these have no drift: a float
    result depends on its own window alone.
    """
    rows, columns = taps.shape
    height, width = taps.output(padded)
    kind = _accumulator(padded, rows * columns)
    sums = np.empty((height, width, padded.shape[2]), kind)
    step = max(rows, _BLOCK // (padded.shape[1] * padded.shape[2]), 1)
    for top in range(0, height, step):
        block = padded[top : top + step + rows - 1].astype(kind)
        down = sliding_sum(block, rows, axis=0)
        sums[top : top + step] = sliding_sum(down, columns, axis=1)
    assert taps.uniform is not None
    return sums if taps.uniform == 1 else sums * taps.uniform


def _accumulator(padded: Array, area: int) -> type[np.floating[Any] | np.unsignedinteger[Any]]:
    """Return the smallest dtype that holds the sum of so many of the block's largest values."""
    if padded.dtype.kind == "f":
        return np.float64
    largest = area * int(np.iinfo(padded.dtype).max)
    kinds: tuple[type[np.unsignedinteger[Any]], ...] = (np.uint16, np.uint32, np.uint64)
    return next(kind for kind in kinds if largest <= np.iinfo(kind).max)


def sliding_sum(values: Array, size: int, axis: int) -> Array:
    """Return the sums of `size` neighbours along an axis, which gets size - 1 shorter."""
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
    """Return the additions that an output pixel costs, the division included."""
    return 1.0 + sum((side.bit_length() - 1) + (side.bit_count() - 1) for side in taps.shape)
