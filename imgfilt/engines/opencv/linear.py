"""The functions of cv2 for linear filters, by the dtype of their sums.

Each takes a block (H, W) or (H, W, C), taps, and cv2's number of the border beyond the block. The
(H, W) or (H, W, C) sums, divided, lie in scratch memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...buffers import borrow, cast
from .module import cv2

if TYPE_CHECKING:
    from ...dtypes import Array
    from ..numpy.convolution.taps import Taps

# Up to this number of weights filter2D's own sums of uint8 are faster than floats, the conversion
# included: 2000 x 3000 pixels, one thread, milliseconds: 9 weights 5.7 and 5.9, 25 weights 15 and
# 10.
FEW = 9

_DEPTHS = {"uint8": 0, "int16": 3, "float32": 5, "float64": 6}  # cv2.CV_8U and so on


def mean(block: Array, taps: Taps, border: int) -> Array:
    """Return means in the dtype of the block, halves rounded up."""
    target = _target(block, block.dtype)
    found: Array = cv2().boxFilter(block, -1, taps.shape[::-1], target, borderType=border)
    return found


def box(block: Array, taps: Taps, border: int) -> Array:
    """Return float64: sums of one weight, exact of integers."""
    depth = cv2().CV_32S if block.dtype.kind == "u" else cv2().CV_64F
    sides = taps.shape[::-1]
    found: Array = cv2().boxFilter(block, depth, sides, normalize=False, borderType=border)
    return found * ((taps.uniform or 0) / taps.divisor)


def product_in_16_bits(block: Array, taps: Taps, border: int) -> Array:
    """Return int16: the whole sums of two factors."""
    return _product(block, taps, "int16", border)


def product_in_8_bits(block: Array, taps: Taps, border: int) -> Array:
    """Return uint8: the sums of two factors, rounded."""
    if taps.whole:
        # cv2 would take them for fixed-point numbers, and round halves up.
        return _rounded(product(block, taps, border))
    return _product(block, taps, "uint8", border)


def product(block: Array, taps: Taps, border: int) -> Array:
    """Return floats: the sums of two factors."""
    if block.dtype == np.uint16:
        # cv2 takes a third of the time for floats.
        block = _in_floats(block)
    return _product(block, taps, _float(block), border)


def _product(block: Array, taps: Taps, dtype: str, border: int) -> Array:
    assert taps.factors is not None
    down, across = taps.factors
    found: Array = cv2().sepFilter2D(
        block,
        _DEPTHS[dtype],
        across,
        down / taps.divisor,
        _target(block, dtype),
        borderType=border,
    )
    return found


def general_in_16_bits(block: Array, taps: Taps, border: int) -> Array:
    """Return int16: the sums of a kernel, rounded."""
    return _general(block, taps, "int16", border)


def general_in_8_bits(block: Array, taps: Taps, border: int) -> Array:
    """Return uint8: the sums of a kernel, rounded."""
    if taps.count > FEW:
        return _rounded(general(block, taps, border))
    return _general(block, taps, "uint8", border)


def general(block: Array, taps: Taps, border: int) -> Array:
    """Return floats: the sums of a kernel."""
    block = _in_floats(block)
    return _general(block, taps, block.dtype.name, border)


def _general(block: Array, taps: Taps, dtype: str, border: int) -> Array:
    weights, target = taps.weights / taps.divisor, _target(block, dtype)
    found: Array = cv2().filter2D(block, _DEPTHS[dtype], weights, target, borderType=border)
    return found


def _rounded(sums: Array) -> Array:
    # The sums aren't negative, so that their absolute values are the sums: one pass.
    found: Array = cv2().convertScaleAbs(sums, borrow("narrow", sums.shape, np.uint8))
    return found


def _in_floats(block: Array) -> Array:
    return cast("floats", block, _float(block))


def _float(block: Array) -> str:
    return "float64" if block.dtype == "float64" else "float32"


def _target(block: Array, dtype: Any) -> Array:
    return borrow("sums", block.shape, dtype)
