"""The median, the bilateral filter and the weighted mean: one function of cv2 each.

cv2 can't be told that the outer rows of a block are only there to be read: it filters them, too. A
bilateral filter of diameter 35 on two strips of 256 rows takes 2 · (256 + 17) / 512 = 1.07 of the
time for the picture of 512 x 512. If the strips were padded by 17 pixels on all sides, it would be
2 · (256 + 34) · (512 + 34) / 512² = 1.21.
"""

from __future__ import annotations

import numpy as np

from ...buffers import borrow
from ...dtypes import Array
from ...geometry import EngineBorder
from .module import BORDERS, call_by_channels, crop, cv2, raises_memory_error

# The largest diameter for which cv2 cuts the means of 8-bit grey instead of rounding them: the
# picture becomes half a level darker.
_LARGEST_CUT = 5
_MIDDLE = 127.5  # 8-bit levels


@raises_memory_error
def median(padded: Array, size: int) -> Array:
    """Return the (h, w, C) medians of a (h + size - 1, w + size - 1, C) block, in its dtype."""
    return crop(call_by_channels(padded, lambda block: cv2().medianBlur(block, size)), size // 2)


@raises_memory_error
def bilateral(
    block: Array, diameter: int, sigma_color: float, sigma_space: float, engine_border: EngineBorder
) -> Array:
    """Return the (h, w, C) weighted means of the inner pixels of a block, in 8-bit levels.

    Parameters
    ----------
    block : (H, W, C) array
        uint8 or float32. float64 is computed in float32, with mid-grey as 0.
    diameter : int
        In pixels, odd.
    sigma_color, sigma_space : float
        In levels, and in pixels.
    engine_border : EngineBorder
        Which pixels are inner ones, and how cv2 continues the block.
    """
    levels, wide = block, block.dtype == "float64"
    is_cut = block.dtype == "uint8" and block.shape[2] == 1 and diameter <= _LARGEST_CUT
    if is_cut:
        levels = block.astype(np.float32)
    if wide:
        levels = borrow("centred", block.shape, "float32")
        np.subtract(block, _MIDDLE, out=levels, casting="same_kind")
    border = BORDERS[engine_border.border]
    values: Array = cv2().bilateralFilter(
        levels, diameter, sigma_color, sigma_space, borderType=border
    )
    values = values.reshape(block.shape)[engine_border.inner.slices]
    if wide:
        values += _MIDDLE
    return np.rint(values).astype(np.uint8) if is_cut else values


def lut_too_coarse(padded: Array, sigma_color: float) -> bool:
    """Return whether cv2's lookup table of weights is too coarse for a block of floats.

    The table has 4096 steps over the range of the block; between two steps, cv2 interpolates.
    """
    if padded.dtype == "uint8":
        return False
    return float(padded.max() - padded.min()) / 4096 > sigma_color / 32


@raises_memory_error
def window_mean(values: Array, weights: Array, target: Array) -> Array:
    """Return the weighted means under a square window at every pixel of a block.

    Parameters
    ----------
    values : (h, w, C) array of int16, uint16 or float64
        With at most 4 channels.
    weights : (size,) float64 array
        The factors of rows and of columns, symmetric, with the sum 1; the size is odd.
    target : (h, w, C) float64 array
        It gets the means.
    """
    means: Array = cv2().sepFilter2D(
        values, cv2().CV_64F, weights, weights, target, borderType=BORDERS["replicate"]
    )
    return means.reshape(values.shape)
