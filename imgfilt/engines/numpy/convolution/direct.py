"""The definition of convolution, one tap at a time over whole rows; exact if its dtype is."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....buffers import borrow, cast
from ....dtypes import Array
from .taps import Taps


def run(padded: Array, taps: Taps, dtype: type[np.floating[Any]]) -> Array:
    """Return the (h, w, C) sums Σ weights · padded.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    taps : Taps
    dtype : dtype
        The float of the computation and of the result.
    """
    height, width = taps.output(padded)
    across, channels = padded.shape[1:]
    block = np.ascontiguousarray(cast("floats", padded, dtype)).reshape(-1)
    sums = borrow("sums", (height, across, channels), dtype)
    # A tap is one offset into the flat block. Columns that wrap around at a row's end are dropped.
    total = sums.reshape(-1)[: sums.size - (taps.shape[1] - 1) * channels]
    product = borrow("product", total.shape, dtype)
    total[...] = 0
    for row, column in np.argwhere(taps.weights):
        offset = (row * across + column) * channels
        weight = taps.weights[row, column].astype(dtype)
        np.multiply(block[offset : offset + len(total)], weight, out=product)
        total += product
    return sums[:, :width]


def operations(taps: Taps) -> float:
    """Return the multiplications and additions of an output pixel: 2k² - 1 for a k x k kernel."""
    return 2.0 * taps.count - 1 if taps.count else 0.0
