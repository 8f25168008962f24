"""NaN and infinity: where in the output they arrive, found apart from the method in use.

Methods run on blocks that are finite; what is marked here is put over their values afterwards, so
that no method can spread a NaN over a tile.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...dtypes import Array
from . import convolution
from .convolution.taps import Signs, Taps


def reached(marked: NDArray[np.bool_], window: NDArray[np.bool_]) -> NDArray[np.bool_]:
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


def linear_marks(padded: Array, signs: Signs) -> Array:
    """Return (h, w, C) float64: what IEEE sums make of the window's NaNs and infinities, else 0.

    NaN for a NaN, for infinity times 0 and for infinities of both signs; ±infinity otherwise.
    """
    positive, negative, nothing = signs
    up, down = padded == np.inf, padded == -np.inf
    rising = reached(up, positive) | reached(down, negative)
    falling = reached(up, negative) | reached(down, positive)
    undefined = reached(np.isnan(padded), np.ones(nothing.shape, bool))
    undefined |= reached(up | down, nothing) | (rising & falling)
    marks = np.where(rising, np.inf, np.where(falling, -np.inf, 0.0))
    marks[undefined] = np.nan
    return marks


def window_marks(padded: Array, window: NDArray[np.bool_]) -> Array:
    """Return (h, w, C) float64: NaN where the window holds a NaN or infinity in any channel."""
    bad = np.asarray(~np.isfinite(padded).all(axis=2, keepdims=True))
    marks = np.where(reached(bad, window), np.nan, 0.0)
    return np.repeat(marks, padded.shape[2], axis=2)


def square_marks(padded: Array, side: int) -> Array:
    """Return (h, w, C) float64: NaN where a square window holds a NaN; infinities are numbers."""
    return np.where(reached(np.isnan(padded), np.ones((side, side), bool)), np.nan, 0.0)
