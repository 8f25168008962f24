"""The definition of convolution, one tap at a time over whole rows; exact if its dtype is."""

from __future__ import annotations

import numpy as np

from ....dtypes import Array
from .taps import Taps

_BLOCK = 1 << 16  # elements: more don't fit into the cache, with fewer the calls take too long


def run(padded: Array, taps: Taps) -> Array:
    """Return the (h, w, C) sums Σ weights · padded, in the dtype of the block (a float)."""
    rows, columns = taps.shape
    height, width = taps.output(padded)
    across, channels = padded.shape[1:]
    stride = across * channels
    # A tap is one offset into the flat block. Columns that wrap around at a row's end are dropped.
    offsets = [
        (row * stride + column * channels, taps.weights[row, column].astype(padded.dtype))
        for row, column in np.argwhere(taps.weights)
    ]
    sums = np.empty((height, width, channels), padded.dtype)
    step = max(1, _BLOCK // stride)
    for top in range(0, height, step):
        count = min(step, height - top)
        block = np.ascontiguousarray(padded[top : top + count + rows - 1]).reshape(-1)
        length = count * stride - (columns - 1) * channels
        total = np.zeros(count * stride, padded.dtype)
        product = np.empty(length, padded.dtype)
        for offset, weight in offsets:
            np.multiply(block[offset : offset + length], weight, out=product)
            total[:length] += product
        sums[top : top + count] = total.reshape(count, across, channels)[:, :width]
    return sums


def operations(taps: Taps) -> float:
    """Return the multiplications and additions of an output pixel: 2k² - 1 for a k x k kernel."""
    return 2.0 * taps.count - 1 if taps.count else 0.0
