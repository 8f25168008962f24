"""Separable: two passes with the factors of a kernel of rank 1 (the lecture's "Separability")."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from ..scratch import borrow
from . import band
from .taps import Array, Taps, Weights

_OUTPUTS = 16, 64  # fewest and most of one product; between, as many as half of the taps


def run(padded: Array, taps: Taps, dtype: DTypeLike, out_dtype: DTypeLike | None = None) -> Array:
    """Return the (h, w, C) sums Σ weights · padded, computed in a float.

    In another dtype, if asked for, they are rounded. Rounding on the way is within
    (rows + columns) · eps/2 · Σ|w| · max|I|.
    """
    assert taps.factors is not None
    (height, width), channels = taps.output(padded), padded.shape[2]
    sums = borrow("sums", (height, width, channels), out_dtype or dtype)
    down, across = (band.toeplitz(one, _outputs(one), dtype) for one in taps.factors)
    (rows, outputs), more = (len(down), len(across)), len(taps.factors[0]) - 1
    count = -(-width // outputs)
    together = max(band.together(rows, channels * padded.shape[1]), -(-more // rows))
    slab = together * rows
    block = band.planes("block", slab, channels, padded.shape[1] + outputs, dtype)
    between = band.planes("between", slab + more, channels, count * outputs, dtype)
    found = band.planes("found", slab, channels, count * outputs, dtype)
    block[...] = between[...] = 0
    sources = band.windows(block, 0, count, outputs, across.shape[1])
    targets = band.windows(between, 0, count, outputs, outputs)
    parts, results = (
        band.blocks(between, together, rows, rows + more),
        band.blocks(found, together, rows, rows),
    )
    along = across.T.copy()

    def pass_across(first: int, last: int, place: int) -> None:
        """Put rows of the padded block into `between`, from a place on."""
        some = last - first
        band.take_apart(padded[first:last], block[:some, :, : padded.shape[1]])
        np.matmul(sources[:, :, :some], along, out=targets[:, :, place : place + some])

    pass_across(0, more, slab)
    for top in range(0, height, slab):
        between[:more] = between[slab : slab + more]
        some = min(slab, height - top)
        pass_across(top + more, top + more + some, more)
        np.matmul(down, parts, out=results)
        band.put_together(found[:some, :, :width], sums[top : top + some])
    return sums


def _outputs(factor: Weights) -> int:
    return min(max(_OUTPUTS[0], len(factor) // 2), _OUTPUTS[1])


def operations(taps: Taps) -> float:
    """Return the multiplications and additions of an output pixel."""
    factors = taps.factors or ()
    return sum(2.0 * (_outputs(one) + len(one) - 1) for one in factors)
