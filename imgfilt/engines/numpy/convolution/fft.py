"""Convolution by FFT in overlapping tiles, for kernels so large that the definition is slow."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from ....dtypes import Array
from .taps import Taps

_SMALLEST_TILE = 256
_GROWTH = 4  # a tile is this many times a kernel's side: most of it is output


def run(padded: Array, taps: Taps) -> Array:
    """Return the (h, w, C) sums Σ weights · padded, float64.

    Source: Oppenheim & Schafer, Discrete-Time Signal Processing, "overlap-save": the circular
    correlation of a tile is right wherever the kernel does not wrap around. The error is about
    1e-15 · Σ|w| · max|I| of the tile, so that rounding makes sums of whole numbers exact.
    """
    rows, columns = taps.shape
    height, width = taps.output(padded)
    tile = _tile_side(rows, padded.shape[0]), _tile_side(columns, padded.shape[1])
    kernel = np.conj(np.fft.rfft2(taps.weights, tile))
    sums = np.empty((height, width, padded.shape[2]))
    down, across = tile[0] - rows + 1, tile[1] - columns + 1
    for top in range(0, height, down):
        for left in range(0, width, across):
            for channel in range(padded.shape[2]):
                part = padded[top : top + tile[0], left : left + tile[1], channel]
                # NumPy would transform float32 in single precision.
                spectrum = np.fft.rfft2(part.astype(np.float64), tile)
                spectrum *= kernel
                found = np.fft.irfft2(spectrum, tile)
                target = sums[top : top + down, left : left + across, channel]
                target[...] = found[: target.shape[0], : target.shape[1]]
    return np.rint(sums, out=sums) if taps.whole and padded.dtype.kind != "f" else sums


@cache
def _tile_side(side: int, length: int) -> int:
    """Return a side of a tile: the shortest length from the wanted one up with a fast FFT."""
    wanted = min(max(_SMALLEST_TILE, _GROWTH * side), max(length, side))
    lengths = (2**twos * factor for factor in (1, 3, 5, 9, 15) for twos in range(32))
    return min(int(length) for length in lengths if length >= wanted)


def operations(taps: Taps) -> float:
    """Return the operations of an output pixel: 2.5·log2 of a tile for each of two transforms."""
    sides = [(_tile_side(side, _GROWTH * side + _SMALLEST_TILE), side) for side in taps.shape]
    share = math.prod(tile / (tile - side + 1) for tile, side in sides)
    return share * (5 * sum(math.log2(tile) for tile, _ in sides) + 3)
