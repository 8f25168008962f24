"""NaN and infinity: find which outputs they reach, whatever method filters the picture.

Methods run on finite blocks. The NaN and infinity found here are added afterwards, so that no
method can spread a NaN over a tile.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...dtypes import Array
from . import convolution
from .convolution.taps import Signs, Taps


def outputs_reached(marked: NDArray[np.bool_], window: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the (h, w, C) mask of outputs whose window holds a marked value.

    Parameters
    ----------
    marked : (h + rows - 1, w + columns - 1, C) bool array
    window : (rows, columns) bool array
        The cells that an output depends on.
    """
    if not window.any():
        rows, columns = window.shape
        return np.zeros_like(marked[rows - 1 :, columns - 1 :])
    counts = convolution.run(marked.astype(np.uint8), Taps(window.astype(np.float64), whole=True))
    return counts > 0


def propagate_linear(padded: Array, signs: Signs) -> Array:
    """Return (h, w, C) float64: the NaN or infinity that IEEE sums would give, else 0.

    NaN for a NaN in the window, for infinity times 0 and for infinities of both signs; ±infinity
    for other infinities in the window; 0 if all values of the window are finite.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    signs : Signs
        The signs of the (rows, columns) weights.
    """
    positive, negative, zero = signs
    up, down = padded == np.inf, padded == -np.inf
    rising = outputs_reached(up, positive) | outputs_reached(down, negative)
    falling = outputs_reached(up, negative) | outputs_reached(down, positive)
    undefined = outputs_reached(np.isnan(padded), np.ones(zero.shape, bool))
    undefined |= outputs_reached(up | down, zero) | (rising & falling)
    result = np.where(rising, np.inf, np.where(falling, -np.inf, 0.0))
    result[undefined] = np.nan
    return result


def propagate_window(
    padded: Array, window: NDArray[np.bool_], *, infinity: bool, mixes_channels: bool
) -> Array:
    """Return (h, w, C) float64: NaN for windows that hold a NaN, else 0.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    window : (rows, columns) bool array
        The cells that an output depends on.
    infinity : bool
        Whether infinity in the window makes NaN, too.
    mixes_channels : bool
        Whether an output depends on all channels.
    """
    bad = ~np.isfinite(padded) if infinity else np.isnan(padded)
    if mixes_channels:
        bad = np.any(bad, axis=2, keepdims=True)
    result = np.where(outputs_reached(bad, window), np.nan, 0.0)
    return np.repeat(result, padded.shape[2], axis=2) if mixes_channels else result
