"""Run the program of a sorting network on a picture, in blocks that stay in the cache.

A block is split into one plane for each pixel of the tile, so that an operation is one call on all
tiles of a block, and a shift is an offset in a flat plane.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from ....dtypes import Array
from .network import MINIMUM, PIXEL, ROW
from .schedule import Program

# Bytes of a plane. Smaller planes fit into a faster cache, but threads wait for each other between
# shorter calls: against 16 KB, with 128 KB two threads take 0.6 of the time, and one thread 1.1.
_PLANE = 1 << 17

_thread_local = threading.local()


def inner_shape(padded: Array, sides: tuple[int, int]) -> tuple[int, int]:
    """Return how many windows of (rows, columns) fit a padded block, down and across."""
    return padded.shape[0] - sides[0] + 1, padded.shape[1] - sides[1] + 1


def run(padded: Array, program: Program) -> Array:
    """Return the (h, w, C) medians of a padded block, in its dtype."""
    rows, columns = program.tile
    height, width = inner_shape(padded, program.sides)
    found = np.empty((height, width, padded.shape[2]), padded.dtype)
    pitch = -(-padded.shape[1] // columns)
    tiles = -(-height // rows)
    most = max(1, _PLANE // (padded.itemsize * pitch))
    step = -(-tiles // -(-tiles // most))
    block = _get_block(program, padded.dtype, step, pitch)
    # The last block begins so early that it is full, and computes some medians again.
    for top in [*range(0, tiles - step, step), tiles - step]:
        for channel in range(padded.shape[2]):
            below = slice(top * rows, None)
            block.run(padded[below, :, channel], found[below, :, channel])
    return found


def _get_block(program: Program, dtype: np.dtype[Any], tiles: int, pitch: int) -> _Block:
    """Return a block of `tiles` rows of tiles: the thread's last block if its shape is the same."""
    key = program.sides, program.tile, dtype, tiles, pitch
    if getattr(_thread_local, "key", None) != key:
        _thread_local.key, _thread_local.block = None, None
        _thread_local.block = _Block(program, dtype, tiles, pitch)
        _thread_local.key = key
    block: _Block = _thread_local.block
    return block


class _Block:
    """The slots of a program for blocks of one shape, and its steps as calls on parts of slots."""

    def __init__(self, program: Program, dtype: np.dtype[Any], tiles: int, pitch: int) -> None:
        self.tile = program.tile
        self.tiles = tiles

        def flat(shift: Any) -> Any:
            """Return the offset in a plane of a shift; its columns may be negative."""
            down = (shift + ROW // 2) // ROW
            return down * pitch + (shift - down * ROW)

        steps = program.steps.copy()
        steps[:, 4:] = flat(steps[:, 4:])
        steps[:, 6] += tiles * pitch
        longest = -(-int(steps[:, 6].max()) // pitch)
        slots = np.zeros((program.slots, longest * pitch), dtype)
        self.steps: list[tuple[Callable[..., Any] | None, Any, Any, Array]] = []
        for kind, first, second, slot, first_from, second_from, length in steps.tolist():
            if kind == PIXEL:
                plane = slots[slot, :length].reshape(-1, pitch)
                self.steps.append((None, first, second, plane))
                continue
            operands = (
                slots[first, first_from : first_from + length],
                slots[second, second_from : second_from + length],
            )
            call = np.minimum if kind == MINIMUM else np.maximum
            self.steps.append((call, *operands, slots[slot, :length]))
        self.outputs = []
        for row, column, slot, shift in program.outputs:
            start = flat(shift)
            plane = slots[slot, start : start + tiles * pitch].reshape(tiles, pitch)
            self.outputs.append((row, column, plane))

    def run(self, padded: Array, found: Array) -> None:
        """Write the medians of the first tiles of a (h, w) plane."""
        rows, columns = self.tile
        for call, first, second, result in self.steps:
            if call is None:
                plane = padded[first::rows, second::columns][: len(result)]
                result[: plane.shape[0], : plane.shape[1]] = plane
            else:
                call(first, second, out=result)
        for row, column, plane in self.outputs:
            place = found[row : self.tiles * rows : rows, column::columns]
            place[...] = plane[: place.shape[0], : place.shape[1]]
