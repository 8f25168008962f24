"""Convolution by FFT in overlapping tiles, for kernels so large that the definition is slow.

The inverse transform of the product of two transforms holds circular sums: beyond the end of the
tile, they take its beginning. Those are dropped, and the next tile begins at the first of them.

Example: the row 1 2 3 4 5 6, the weights 1 1, and tiles of 4 numbers. The circular sums of 1 2 3 4
are 3 5 7 and 4 + 1 = 5, which is dropped. The next tile is 4 5 6 and any number: 9 11 are right.

Source: Oppenheim & Schafer, Discrete-Time Signal Processing, "overlap-save".
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from ....buffers import borrow
from ....dtypes import Array
from .taps import Taps

_SMALLEST_TILE, _LARGEST_TILE = 128, 512  # larger ones leave the cache,
_GROWTH = 5  # but they may be this many times as large as the kernel
_OUTPUTS = 500  # along an axis, to count operations


def run(padded: Array, taps: Taps) -> Array:
    """Return the (h, w, C) sums Σ weights · padded, float64.

    The error is about 1e-15 · Σ|w| · max|I| of the tile, so that rounding makes sums of whole
    numbers exact.
    """
    rows, columns = taps.shape
    height, width = taps.output(padded)
    tile = _tile_side(rows, height), _tile_side(columns, width)
    kernel = np.conj(np.fft.rfft2(taps.weights, tile))
    sums = borrow("sums", (height, width, padded.shape[2]), np.float64)
    down, across = tile[0] - rows + 1, tile[1] - columns + 1
    # Fresh memory for each tile would take half of the time. NumPy would transform float32 in
    # single precision, so the levels are copied to float64.
    levels, found = (borrow(name, tile, np.float64) for name in ("levels", "found"))
    spectrum = borrow("spectrum", kernel.shape, np.complex128)
    levels[...] = 0
    for top in range(0, height, down):
        for left in range(0, width, across):
            for channel in range(padded.shape[2]):
                # Beyond the last part, levels of the one before have no effect on the sums.
                part = padded[top : top + tile[0], left : left + tile[1], channel]
                levels[: len(part), : part.shape[1]] = part
                np.fft.rfft2(levels, out=spectrum)
                np.multiply(spectrum, kernel, out=spectrum)
                np.fft.ifft(spectrum, axis=0, out=spectrum)
                target = sums[top : top + down, left : left + across, channel]
                np.fft.irfft(spectrum[: len(target)], tile[1], out=found[: len(target)])
                target[...] = found[: len(target), : target.shape[1]]
    return np.rint(sums, out=sums) if taps.whole and padded.dtype.kind != "f" else sums


@cache
def _tile_side(side: int, outputs: int) -> int:
    """Return a side of a tile: the length with a fast FFT with which all tiles are shortest.

    With 333 outputs and a kernel of 31, one tile of 384 takes less time than two of 256.
    """
    lengths = [(1 << twos) * factor for factor in (1, 3, 5, 9, 15) for twos in range(24)]
    least = max(side, min(_SMALLEST_TILE, outputs + side - 1))
    most = max(_LARGEST_TILE, _GROWTH * side)
    able = [length for length in lengths if least <= length <= most]
    _, best = min((-(-outputs // (length - side + 1)) * length, length) for length in able)
    return best


def operations(taps: Taps) -> float:
    """Return the operations of an output pixel: 2.5·log2 of a tile for each of two transforms."""
    sides = [(_tile_side(side, _OUTPUTS), side) for side in taps.shape]
    share = math.prod(tile / (tile - side + 1) for tile, side in sides)
    return share * (5 * sum(math.log2(tile) for tile, _ in sides) + 3)
