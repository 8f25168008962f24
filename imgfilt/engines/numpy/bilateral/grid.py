"""Cells: squares of pixels, the lower resolution of the fast bilateral filter, and the way back.

All is done to a band of cells at a time, by products of matrices: few calls, and long ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from ....dtypes import Array

_BLOCK = 3 << 15  # pixels of a band: calls are long, and what they take stays in the cache
_CHUNK = 20  # cells beside each other that are one product's


class Band(NamedTuple):
    """Rows of cells, and of pixels in them; of these the inner are asked for, as rows of out."""

    cells: slice
    pixels: slice
    inner: slice
    out: slice


class Cells:
    """The cells of a block of pixels; those beyond its right and lower edge are like the edge.

    Attributes
    ----------
    side : int
        Of a cell, in pixels.
    down, across : int
        How many there are.
    width : int
        The pixels of a row of them.
    """

    def __init__(self, block: Array, side: int):
        height, width = block.shape[:2]
        self.side, self.down = side, -(-height // side)
        self.across = -(-width // (side * _CHUNK)) * _CHUNK
        self.width = self.across * side
        self._at_once = max(1, _BLOCK // (self.width * side))

    def filled(self, plane: Array, empty: Callable[..., Array] = np.empty) -> Array:
        """Return a (height, width) plane as float32, of whole cells, where a call gives memory."""
        height, width = plane.shape
        whole = empty((self.down * self.side, self.width), np.float32)
        whole[:height, :width] = plane
        whole[:height, width:] = whole[:height, width - 1, np.newaxis]
        whole[height:] = whole[height - 1]
        return whole

    def bands(self, top: int, bottom: int) -> Iterator[Band]:
        """Cut rows of pixels into bands of whole cells."""
        last = -(-bottom // self.side)
        for first in range(top // self.side, last, self._at_once):
            end = min(first + self._at_once, last)
            start, stop = first * self.side, end * self.side
            above, below = max(top, start), min(bottom, stop)
            yield Band(
                slice(first, end),
                slice(start, stop),
                slice(above - start, below - start),
                slice(above - top, below - top),
            )

    def gather(self, values: Array, out: Array) -> None:
        """Write the (..., n, across) sums over cells of (..., n * side, width) values."""
        lines = _sums(out.shape[-2], self.side).T @ values
        sums = _sums(_CHUNK, self.side)
        out[:] = (lines.reshape(-1, len(sums)) @ sums).reshape(out.shape)

    @staticmethod
    def framed(planes: Array) -> Array:
        """Return (..., down, across) cells and one more beyond each edge, for `widened`."""
        return np.pad(planes, [(0, 0)] * (planes.ndim - 2) + [(1, 1)] * 2, "edge")

    def widened(self, framed: Array, cells: slice) -> Array:
        """Return the (..., n + 2, width) values between the columns of cells, for `lengthened`.

        Those of n rows of them, and of a row beyond at either end.
        """
        lines = framed[..., cells.start : cells.stop + 2, :].copy()
        count, step = lines.size // lines.shape[-1], lines.itemsize
        # Chunks lie beside each other, each with a cell of those beside it.
        chunks: Array = np.ndarray(
            (self.across // _CHUNK, count, _CHUNK + 2),
            np.float32,
            lines,
            strides=(_CHUNK * step, lines.shape[-1] * step, step),
        )
        wide = np.empty((count, len(chunks), _CHUNK * self.side), np.float32)
        np.matmul(chunks, _shares(_CHUNK, self.side).T, out=wide.swapaxes(0, 1))
        return wide.reshape(*lines.shape[:-1], self.width)

    def lengthened(self, lines: Array, out: Array) -> None:
        """Write the (..., n * side, width) pixels between (..., n + 2, width) rows of cells."""
        np.matmul(_shares(lines.shape[-2] - 2, self.side), lines, out=out)


@cache
def _sums(count: int, side: int) -> Array:
    """Return the (count * side, count) matrix that sums the pixels of each cell of a line."""
    return np.repeat(np.eye(count, dtype=np.float32), side, axis=0)


@cache
def _shares(count: int, side: int) -> Array:
    """Return the (count * side, count + 2) shares that cells have in the pixels of inner ones."""
    places = (np.arange(count * side) + 0.5) / side + 0.5
    steps = np.abs(places[:, np.newaxis] - np.arange(count + 2))
    shares: Array = np.maximum(1 - steps, 0).astype(np.float32)
    return shares
