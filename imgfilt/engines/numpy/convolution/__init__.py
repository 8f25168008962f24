"""Linear filters with NumPy: the method for a kernel and a picture, and the dtype of its sums."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....buffers import borrow
from ....dtypes import Array
from ...method import Method
from ..block_info import BlockInfo, is_finite
from . import rounding_repair, row_products
from .methods import METHODS, Float
from .taps import Taps

_LARGEST_GAIN = 2.0  # Σ|w| up to which float32 is within a few 1e-5 of a level of uint8


def suitable_methods(taps: Taps, block_info: BlockInfo) -> list[str]:
    """Return the keys in METHODS of the methods that can compute a kernel on a picture."""
    return [name for name, entry in METHODS.items() if entry.suits(taps, block_info)]


def nanoseconds(name: str, taps: Taps, block_info: BlockInfo) -> float:
    """Return about how many nanoseconds a method takes for a value.

    Parameters
    ----------
    name : str
        Key of METHODS.
    taps : Taps
    block_info : BlockInfo
    """
    entry, dtype = METHODS[name], block_info.dtype
    cost = entry.nanoseconds(taps, block_info.channels)
    if entry.own_dtype or entry.rounded:
        return cost
    if accumulator_dtype(dtype, taps, name) == np.float64:
        return 2 * cost
    return cost + rounding_repair.nanoseconds(
        taps, _error_bound(taps, entry, dtype)
    ) * _needs_repair(taps, dtype)


def choose_method(taps: Taps, block_info: BlockInfo) -> str:
    """Return the key in METHODS of the fastest method for a kernel and a picture."""
    return min(
        suitable_methods(taps, block_info), key=lambda name: nanoseconds(name, taps, block_info)
    )


def run(padded: Array, taps: Taps, name: str | None = None, may_round: bool = False) -> Array:
    """Return the (h, w, C) sums, divided once, as floats or in an integer dtype.

    On integers at most 1 in 10 000 values rounds (half to even) differently from the exact value
    (of whole weights) or from the definition in float64. On floats the error is within
    2^-20 · Σ|w| · max|I|. The values may lie in scratch memory that the next call writes to.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    taps : Taps
    name : str, optional
        Key of METHODS; the fastest by default.
    may_round : bool
        Whether the values may be rounded, because they will only be rounded and clipped.
    """
    name = name or choose_method(taps, BlockInfo.of(padded))
    entry = METHODS[name]
    dtype = accumulator_dtype(padded.dtype, taps, name)
    values = _compute_values(padded, taps, entry, dtype)
    if values.dtype != np.float32:
        return values

    def recompute() -> Array:
        return _compute_values(padded, taps, entry, np.float64)

    if padded.dtype.kind == "f":
        # A sum past the range of float32 is infinity, or NaN if infinities of both signs met.
        return values if is_finite(values) else recompute()
    if not _needs_repair(taps, padded.dtype):
        return values
    return rounding_repair.repair(
        values, padded, taps, _error_bound(taps, entry, padded.dtype), recompute, may_round
    )


def _needs_repair(taps: Taps, dtype: np.dtype[Any]) -> bool:
    return dtype.kind == "u" and not taps.whole and rounding_repair.is_affordable(taps)


def _compute_values(padded: Array, taps: Taps, entry: Method, dtype: Float) -> Array:
    sums = entry.run(padded, taps, dtype)
    if entry.rounded:
        return sums
    if entry.nearly_whole and taps.whole and padded.dtype.kind == "u":
        np.rint(sums, out=sums)
    if taps.divisor == 1:
        return sums if sums.dtype.kind == "f" or sums.dtype == np.int16 else sums.astype(dtype)
    narrow = dtype == np.float32 and _divides_in_float32(padded.dtype, taps)
    out = borrow("values", sums.shape, np.float32 if narrow else np.float64)
    return np.divide(sums, taps.divisor, out=out, dtype=out.dtype, casting="unsafe")


def _divides_in_float32(dtype: np.dtype[Any], taps: Taps) -> bool:
    """Return whether float32 division by d makes halves only of halves.

    Other quotients lie 1/2d or more from a half.
    """
    return dtype.kind == "f" or taps.divisor * (int(np.iinfo(dtype).max) + 1) < 2**24


def _error_bound(taps: Taps, entry: Method, dtype: np.dtype[Any]) -> float:
    """Return the bound of the error of float32 values, with the rounding of the weights."""
    largest = 1.0 if dtype.kind == "f" else float(np.iinfo(dtype).max)
    return (entry.rounding(taps) + 1) * 2.0**-24 * taps.magnitude / taps.divisor * largest


def accumulator_dtype(dtype: np.dtype[Any], taps: Taps, name: str) -> Float:
    """Return the smallest float dtype whose sums are exact enough; see run.

    Parameters
    ----------
    dtype : dtype
        The picture's.
    taps : Taps
    name : str
        Key of METHODS.
    """
    entry = METHODS[name]
    if entry.rounded:
        return np.float32
    if dtype.kind == "f":
        within = name == "multirate" or entry.rounding(taps) <= row_products.DEEPEST
        return np.float32 if dtype == np.float32 and within else np.float64
    bound = _error_bound(taps, entry, dtype)
    if taps.whole and entry.nearly_whole:
        return np.float32 if bound * taps.divisor < 0.25 else np.float64
    largest = int(np.iinfo(dtype).max)
    if taps.whole:
        return np.float32 if taps.magnitude * largest < 2**24 else np.float64
    # If large weights cancel, their float32 rounding errors are large against the small result.
    gentle = largest < 256 and taps.magnitude <= _LARGEST_GAIN * taps.divisor
    gentle = gentle and rounding_repair.is_rarely_near(taps)
    repair = rounding_repair.is_affordable(taps) and bound <= rounding_repair.LARGEST_BOUND
    return np.float32 if gentle or repair else np.float64
