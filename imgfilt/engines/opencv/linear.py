"""The functions of cv2 for linear filters, by the dtype of their sums.

Each takes a block (H, W) or (H, W, C), taps, and cv2's number of the border beyond the block, and
returns an array of the block's shape in scratch memory. The sums are divided by the taps' divisor.
Those near the edges of the block are right if the border is the picture's; otherwise callers crop.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...buffers import borrow, cast
from .module import cv2

if TYPE_CHECKING:
    from ...dtypes import Array
    from ..numpy.convolution.taps import Taps

# Up to this number of weights filter2D takes less time for uint8 than for floats, the conversion
# included.
FEW = 9

# From this number of weights on, zeros included, filter2D multiplies transforms (on x86-64).
MANY = 130

# Floats from 2^13 to 2^14 are multiples of 2^-10, and so are sums of uint8 once this was added. In
# transforms of uint8, which cv2 has in float32, errors were at most 2^-12.7 · Σ|w|.
_GRID = np.float32(3 * 2**12)
MOST_GAIN = 2  # Σ|w| up to which an error is less than half a step

_DEPTHS = {"uint8": 0, "int16": 3, "float32": 5, "float64": 6}  # cv2.CV_8U and so on


def average_box(block: Array, taps: Taps, border: int) -> Array:
    """Return means in the dtype of the block, halves rounded up.

    Parameters
    ----------
    block : (H, W) or (H, W, C) array
    taps : Taps
        Only its shape is used.
    border : int
        cv2's number of the border.

    Returns
    -------
    array of the block's shape and dtype
    """
    target = borrow("sums", block.shape, block.dtype)
    found: Array = cv2().boxFilter(block, -1, taps.shape[::-1], target, borderType=border)
    return found


def sum_box(block: Array, taps: Taps, border: int) -> Array:
    """Return float64 sums of a kernel whose weights are equal; they are exact for integers.

    Parameters
    ----------
    block : (H, W) or (H, W, C) array
    taps : Taps
        All weights are equal.
    border : int
        cv2's number of the border.

    Returns
    -------
    array of the block's shape, float64
        In memory of its own.
    """
    depth = cv2().CV_32S if block.dtype.kind == "u" else cv2().CV_64F
    sides = taps.shape[::-1]
    found: Array = cv2().boxFilter(block, depth, sides, normalize=False, borderType=border)
    return found * ((taps.uniform or 0) / taps.divisor)


def sum_factors_uint8(block: Array, taps: Taps, border: int) -> Array:
    """Return uint8: the sums of two factors, rounded.

    Parameters
    ----------
    block : (H, W) or (H, W, C) array, uint8
    taps : Taps
        With factors; no sum lies outside 0..255.
    border : int
        cv2's number of the border.

    Returns
    -------
    array of the block's shape, uint8
    """
    if taps.whole:
        # cv2 would take whole factors for fixed-point numbers, and round halves up.
        return _round_to_uint8(sum_factors(block, taps, border))
    return _call_sep_filter(block, taps, border, "uint8")


def sum_factors(block: Array, taps: Taps, border: int) -> Array:
    """Return floats: the sums of two factors.

    Parameters
    ----------
    block : (H, W) or (H, W, C) array
    taps : Taps
        With factors.
    border : int
        cv2's number of the border.

    Returns
    -------
    array of the block's shape
        float64 for a float64 block, else float32.
    """
    if block.dtype == np.uint16:
        # cv2 takes a third of the time for floats.
        block = cast("floats", block, "float32")
    return _call_sep_filter(block, taps, border, _float_name(block))


def _call_sep_filter(block: Array, taps: Taps, border: int, dtype: str) -> Array:
    assert taps.factors is not None
    down, across = taps.factors
    found: Array = cv2().sepFilter2D(
        block,
        _DEPTHS[dtype],
        across,
        down / taps.divisor,
        borrow("sums", block.shape, dtype),
        borderType=border,
    )
    return found


# int16: whole sums, of whole factors and the divisor 1.
sum_factors_int16 = partial(_call_sep_filter, dtype="int16")


def sum_kernel_uint8(block: Array, taps: Taps, border: int) -> Array:
    """Return uint8: the sums of a kernel, rounded.

    Parameters
    ----------
    block : (H, W) or (H, W, C) array, uint8
    taps : Taps
        No sum lies outside 0..255, or there are few weights and sums outside may be clipped.
    border : int
        cv2's number of the border.

    Returns
    -------
    array of the block's shape, uint8
    """
    if taps.count > FEW:
        return _round_to_uint8(sum_kernel(block, taps, border))
    return _call_filter(block, taps, border, "uint8")


def sum_kernel(block: Array, taps: Taps, border: int) -> Array:
    """Return floats: the sums of a kernel.

    Parameters
    ----------
    block : (H, W) or (H, W, C) array
    taps : Taps
    border : int
        cv2's number of the border.

    Returns
    -------
    array of the block's shape
        float64 for a float64 block, else float32.
    """
    block = cast("floats", block, _float_name(block))
    return _call_filter(block, taps, border, block.dtype.name)


def sum_transformed(block: Array, taps: Taps, border: int) -> Array:
    """Return the sums of a kernel by transforms, which take 3/4 of the time of those of floats.

    A sum that is a half, such as (1 + 2) / 2, comes as 1.50003 or 1.49998. The next multiple of
    2⁻¹⁰ is the half again, so that it is rounded in the same way however the picture is cut.

    Parameters
    ----------
    block : (H, W) or (H, W, C) array, uint8
    taps : Taps
        At least MANY weights, with Σ|w| up to MOST_GAIN.
    border : int
        cv2's number of the border.

    Returns
    -------
    array of the block's shape
        uint8 if no sum can lie outside 0..255, else multiples of 2⁻¹⁰ in float32.
    """
    sums = _call_filter(block, taps, border, "float32")
    np.add(sums, _GRID, out=sums)
    np.subtract(sums, _GRID, out=sums)
    return _round_to_uint8(sums) if taps.bounded else sums


def _call_filter(block: Array, taps: Taps, border: int, dtype: str) -> Array:
    weights, target = taps.weights / taps.divisor, borrow("sums", block.shape, dtype)
    found: Array = cv2().filter2D(block, _DEPTHS[dtype], weights, target, borderType=border)
    return found


# int16: rounded sums, none of which is beyond it.
sum_kernel_int16 = partial(_call_filter, dtype="int16")


def _round_to_uint8(sums: Array) -> Array:
    # The sums aren't negative, so that their absolute values are the sums: one pass.
    found: Array = cv2().convertScaleAbs(sums, borrow("narrow", sums.shape, np.uint8))
    return found


def _float_name(block: Array) -> str:
    return "float64" if block.dtype == "float64" else "float32"
