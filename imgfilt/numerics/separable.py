"""Separable: two passes with the factors of a kernel of rank 1 (the lecture's "Separability")."""

from __future__ import annotations

import numpy as np

from . import direct
from .taps import Array, Taps, Weights

_LONGEST_DIRECT = 11  # taps; above, a matrix product beats a pass over the block for each tap
_BAND = 64, 512  # fewest and most outputs of one band matrix; between, as many as taps


def run(padded: Array, taps: Taps) -> Array:
    """Return the (h, w, C) sums Σ weights · padded, in the dtype of the block (a float)."""
    assert taps.factors is not None
    down, across = taps.factors
    return _across(_down(padded, down), across)


def _down(padded: Array, factor: Weights) -> Array:
    """Return the (h, W, C) sums down the columns."""
    if len(factor) <= _LONGEST_DIRECT:
        return direct.run(padded, Taps(factor[:, np.newaxis]))
    flat = np.ascontiguousarray(padded).reshape(len(padded), -1)
    height = len(padded) - len(factor) + 1
    sums = np.empty((height, flat.shape[1]), padded.dtype)
    for top, band in _bands(factor, height, padded.dtype):
        np.matmul(band, flat[top : top + band.shape[1]], out=sums[top : top + len(band)])
    return sums.reshape(height, *padded.shape[1:])


def _across(padded: Array, factor: Weights) -> Array:
    """Return the (H, w, C) sums along the rows."""
    if len(factor) <= _LONGEST_DIRECT:
        return direct.run(padded, Taps(factor[np.newaxis]))
    width = padded.shape[1] - len(factor) + 1
    sums = np.empty((len(padded), width, padded.shape[2]), padded.dtype)
    for channel in range(padded.shape[2]):
        plane = np.ascontiguousarray(padded[..., channel])
        for left, band in _bands(factor, width, padded.dtype):
            part = plane[:, left : left + band.shape[1]] @ band.T
            sums[:, left : left + len(band), channel] = part
    return sums


def _bands(factor: Weights, length: int, dtype: np.dtype[np.generic]) -> list[tuple[int, Array]]:
    """Return (start, band) pairs: band @ inputs[start:] are the outputs from start on.

    A band is a Toeplitz matrix, a row an output, each holding the factor one column further.
    """
    step = min(_step(len(factor)), length)
    full = np.zeros((step, step + len(factor) - 1), dtype)
    for row in range(step):
        full[row, row : row + len(factor)] = factor
    starts = range(0, length, step)
    counts = [min(step, length - start) for start in starts]
    return [(s, full[:n, : n + len(factor) - 1]) for s, n in zip(starts, counts, strict=True)]


def _step(taps: int) -> int:
    return min(max(_BAND[0], taps), _BAND[1])


def operations(taps: Taps) -> float:
    """Return the multiplications and additions of an output pixel."""
    return sum(_pass(side) for side in taps.shape)


def _pass(side: int) -> float:
    if side <= _LONGEST_DIRECT:
        return 2.0 * side - 1
    return 2.0 * (_step(side) + side - 1)
