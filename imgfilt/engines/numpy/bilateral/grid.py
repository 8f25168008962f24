"""The grid of the fast bilateral filter: downsample pixels to square cells, and upsample cells.

A band of rows of cells is processed at once by matrix products, which makes few and long calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from ....dtypes import Array

_BLOCK = 3 << 15  # pixels of a band: long calls whose operands stay in the cache
_CHUNK = 20  # cells of a row in one product


class Band(NamedTuple):
    """A band of rows of cells.

    Attributes
    ----------
    cells : slice
        The rows of cells.
    pixels : slice
        The rows of pixels in these cells.
    inner : slice
        The wanted rows, counted from the first row of `pixels`.
    out : slice
        The wanted rows, counted from the first wanted row of all bands.
    """

    cells: slice
    pixels: slice
    inner: slice
    out: slice


class BilateralGrid:
    """The cells of a block of pixels, which is extended at its right and lower edge to whole cells.

    Attributes
    ----------
    side : int
        Side of a cell in pixels.
    down, across : int
        Rows and columns of cells.
    width : int
        Pixels of a row of cells.
    """

    def __init__(self, block: Array, side: int):
        height, width = block.shape[:2]
        self.side, self.rows = side, -(-height // side)
        self.columns = -(-width // (side * _CHUNK)) * _CHUNK
        self.width = self.columns * side
        self._at_once = max(1, _BLOCK // (self.width * side))

    def fill_cells(self, plane: Array, empty: Callable[..., Array] = np.empty) -> Array:
        """Return a (height, width) plane as float32, extended to whole cells.

        Parameters
        ----------
        plane : (height, width) array
        empty : callable
            (shape, dtype) -> an array for the result.
        """
        height, width = plane.shape
        whole = empty((self.rows * self.side, self.width), np.float32)
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

    def downsample(self, values: Array, out: Array) -> None:
        """Write the (..., n, across) sums over cells of (..., n * side, width) values."""
        lines = _summing_matrix(out.shape[-2], self.side).T @ values
        sums = _summing_matrix(_CHUNK, self.side)
        out[:] = (lines.reshape(-1, len(sums)) @ sums).reshape(out.shape)

    @staticmethod
    def pad_edge(planes: Array) -> Array:
        """Return (..., down, across) cells with one more at each edge, for upsample_columns."""
        return np.pad(planes, [(0, 0)] * (planes.ndim - 2) + [(1, 1)] * 2, "edge")

    def upsample_columns(self, padded_cells: Array, cells: slice) -> Array:
        """Return (..., n + 2, width): n rows of cells, one more at each end, interpolated."""
        lines = padded_cells[..., cells.start : cells.stop + 2, :].copy()
        count, step = lines.size // lines.shape[-1], lines.itemsize
        # Adjacent chunks overlap by a cell on each side.
        chunks: Array = np.ndarray(
            (self.columns // _CHUNK, count, _CHUNK + 2),
            np.float32,
            lines,
            strides=(_CHUNK * step, lines.shape[-1] * step, step),
        )
        wide = np.empty((count, len(chunks), _CHUNK * self.side), np.float32)
        np.matmul(chunks, _interpolation_matrix(_CHUNK, self.side).T, out=wide.swapaxes(0, 1))
        return wide.reshape(*lines.shape[:-1], self.width)

    def upsample_rows(self, lines: Array, out: Array) -> None:
        """Write the (..., n * side, width) pixels interpolated from upsample_columns' rows."""
        np.matmul(_interpolation_matrix(lines.shape[-2] - 2, self.side), lines, out=out)


@cache
def _summing_matrix(count: int, side: int) -> Array:
    """Return the (count * side, count) matrix that sums the pixels of each cell of a line."""
    return np.repeat(np.eye(count, dtype=np.float32), side, axis=0)


@cache
def _interpolation_matrix(count: int, side: int) -> Array:
    """Return the (count * side, count + 2) matrix that interpolates cells to the inner pixels."""
    places = (np.arange(count * side) + 0.5) / side + 0.5
    steps = np.abs(places[:, np.newaxis] - np.arange(count + 2))
    shares: Array = np.maximum(1 - steps, 0).astype(np.float32)
    return shares
