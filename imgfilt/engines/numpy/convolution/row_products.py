"""Sums of several rows as a matrix product with rows that are written several times, shifted.

An example with T = 2 rows of output at once, a kernel of three rows (a b c), (d e f), (g h i), and
four rows p, q, r, s of the block. Each row is written m = 3 times, each time one pixel further on,
so that a column of the matrix X holds all levels that two outputs below each other depend on:

    [ a b c d e f g h i 0 0 0 ]  @  [p₀ p₁ …]  =  [a·p₀ + b·p₁ + c·p₂ + d·q₀ + … + i·r₂  …]
    [ 0 0 0 a b c d e f g h i ]     [p₁ p₂ …]     [a·q₀ + b·q₁ + c·q₂ + d·r₀ + … + i·s₂  …]
                                    [p₂ p₃ …]
                                    [q₀ q₁ …]
                                        …

A kernel of more than m columns is cut into parts of m columns. The left matrix then has T rows for
each part, and the sums of the parts are added, those of the next part taken m pixels further on.

The product takes k · (T + k - 1) multiplications for a pixel, more than the k² of the definition,
but a matrix product does several times as many in a nanosecond as passes over the picture.

Source: "im2col" of Chellapilla, Puri & Simard, High Performance Convolutional Neural Networks for
Document Processing (2006), section 2.2; here T outputs share a column.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ....buffers import borrow
from ....dtypes import Array
from ..products import multiply
from .taps import Taps

# T and the largest m, measured on AVX2 with sides of 3 to 15 and rows of 3000 elements. If T is
# small, the left matrix has few zeros; if it has fewer than some 12 rows, BLAS is slow.
_ROWS, _SHIFTS = 4, 3
_VALUES = 3 << 15  # of the result at once
# Additions one after the other for which float32 is within 2^-20, even of equal numbers; m is so
# small that there are no more.
DEEPEST = 40


def run(padded: Array, taps: Taps, dtype: type[np.floating[Any]]) -> Array:
    """Return the (h, w, C) sums Σ weights · padded.

    Rounding is within `depth` · eps/2 · Σ|w| · max|I|.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    taps : Taps
    dtype : dtype
        The float of the computation and of the result.
    """
    rows, (height, width), channels = taps.shape[0], taps.output(padded), padded.shape[2]
    parts, shifts = cut(taps)
    matrix = _band_matrix(taps, np.dtype(dtype).name)
    source = padded.reshape(len(padded), -1)
    across, step = width * channels, shifts * channels  # elements of a row, and from part to part
    wide = across + (parts - 1) * step
    blocks = -(-height // _ROWS)
    # So many blocks at once that they stay in the cache, but not much fewer rows than the kernel's.
    some = min(blocks, max(_VALUES // (_ROWS * across), rows // _ROWS, 1))
    shifted = borrow("shifted", (some * _ROWS + rows - 1, shifts, wide), dtype)
    row, shift, element = shifted.strides
    shape = some, (_ROWS + rows - 1) * shifts, wide
    windows = as_strided(shifted, shape, (_ROWS * row, shift, element))
    found = borrow("parts", (some, parts * _ROWS, wide), dtype)
    block, row, element = found.strides
    strides = _ROWS * row + step * element, block, row, element
    aligned = as_strided(found, (parts, some, _ROWS, across), strides)
    sums = borrow("sums", (blocks, _ROWS, across), dtype)
    for first in range(0, blocks, some):
        target = sums[first : first + some]
        count = len(target)
        below = source[first * _ROWS :][: count * _ROWS + rows - 1]
        for number in range(shifts):
            taken = below[:, number * channels :][:, :wide]
            shifted[: len(taken), number, : taken.shape[1]] = taken
            # What lies beyond is multiplied by 0, so it must be finite.
            shifted[:, number, taken.shape[1] :] = shifted[len(taken) :, number] = 0
        if parts == 1:
            multiply(matrix, windows[:count], target)
            continue
        multiply(matrix, windows[:count], found[:count])
        np.add(aligned[0, :count], aligned[1, :count], out=target)
        for part in aligned[2:, :count]:
            np.add(target, part, out=target)
    return sums.reshape(-1, width, channels)[:height]


@lru_cache(maxsize=8)
def cut(taps: Taps) -> tuple[int, int]:
    """Return into how many parts a kernel is cut, and m, the columns of a part."""
    rows, columns = taps.shape
    return next(
        (-(-columns // shifts), shifts)
        for shifts in range(min(_SHIFTS, columns), 0, -1)
        if shifts == 1 or shifts * rows + -(-columns // shifts) <= DEEPEST
    )


@lru_cache(maxsize=8)
def _band_matrix(taps: Taps, dtype: str) -> Array:
    """Return the left matrix: for each part T rows, each with the part's weights one row on."""
    (rows, columns), (parts, shifts) = taps.shape, cut(taps)
    weights = np.zeros((rows, parts * shifts), dtype)
    weights[:, :columns] = taps.weights
    matrix = np.zeros((parts, _ROWS, _ROWS + rows - 1, shifts), dtype)
    for row in range(_ROWS):
        matrix[:, row, row : row + rows] = weights.reshape(rows, parts, shifts).swapaxes(0, 1)
    return matrix.reshape(parts * _ROWS, -1)


def depth(taps: Taps) -> float:
    """Return how many additions a sum goes through."""
    parts, shifts = cut(taps)
    return float(taps.shape[0] * shifts + parts)


def operations(taps: Taps) -> float:
    """Return the multiplications and additions of an output pixel."""
    parts, shifts = cut(taps)
    return 2.0 * parts * shifts * (_ROWS + taps.shape[0] - 1) + parts - 1
