"""Separable: two passes with the factors of a kernel of rank 1 (the lecture's "Separability")."""

from __future__ import annotations

from ..scratch import borrow
from . import band
from .taps import Array, Taps, Weights

_OUTPUTS = 16, 256  # fewest and most outputs of one band matrix; between, half as many as taps


def run(padded: Array, taps: Taps) -> Array:
    """Return the (h, w, C) sums Σ weights · padded, in the dtype of the block (a float).

    Rounding is within (rows + columns) · eps/2 · Σ|w| · max|I|.
    """
    assert taps.factors is not None
    down, across = (band.toeplitz(one, _outputs(one), padded.dtype) for one in taps.factors)
    height, width = taps.output(padded)
    wide, channels = padded.shape[1:]
    between = borrow("between", (height, wide, channels), padded.dtype)
    down.down(padded.reshape(len(padded), -1), between.reshape(height, -1))
    sums = borrow("sums", (height, width, channels), padded.dtype)
    if channels == 1:
        across.across(between[..., 0], sums[..., 0])
        return sums
    for channel in range(channels):
        plane = borrow("plane", (height, wide), padded.dtype)
        plane[...] = between[..., channel]
        found = borrow("plane sums", (height, width), padded.dtype)
        sums[..., channel] = across.across(plane, found)
    return sums


def _outputs(factor: Weights) -> int:
    return min(max(_OUTPUTS[0], len(factor) // 2), _OUTPUTS[1])


def operations(taps: Taps) -> float:
    """Return the multiplications and additions of an output pixel."""
    factors = taps.factors or ()
    return sum(2.0 * (_outputs(one) + len(one) - 1) for one in factors)
