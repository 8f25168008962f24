"""The table of methods for linear filters: what each can compute, its error and its cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ....dtypes import Array
from ...method import Method
from ..block_info import BlockInfo
from . import (
    box,
    direct,
    fft,
    int16,
    lowrank,
    multirate,
    rounding_repair,
    row_products,
    separable,
)
from .taps import Taps

# Nanoseconds of an operation in float32 (twice that in float64): one thread, AVX2 and AVX-512, with
# sides of 3 to 101. Their ratios decide.
_PASS, _SHORT_PASS = 0.15, 0.065  # multiply and add, over a block; in 16 bits
_PRODUCT, _ROW_PRODUCT = 0.011, 0.017  # in a matrix product; in those of `rows`
_FOURIER = 0.16  # in a transform; as much in float64, which it always is
_ADD = 0.35  # an addition of the sums of two terms
_DIVISION = 0.4  # of whole numbers, and rounding afterwards

# Of a value in addition, on AVX2, with what all methods of OpenCV need left out.
_DIRECT, _INT16, _ROWS, _PART = 1.9, 0.6, 2.0, 0.25  # and for each part of `rows`
_FACTORS, _GRIDS = 2.2, 3.1  # by factors and by two grids,
_CHANNEL = 0.45  # in a picture of several channels,
_FLOATS = 0.2  # and for values that are rounded later, or are floats

Float = type[np.floating[Any]]


def _drop_dtype(run: Callable[[Array, Taps], Array]) -> Callable[[Array, Taps, Float], Array]:
    return lambda padded, taps, dtype: run(padded, taps)


def _round_to_uint8(run: Callable[..., Array]) -> Callable[[Array, Taps, Float], Array]:
    def run_rounded(padded: Array, taps: Taps, dtype: Float) -> Array:
        assert taps.factors is not None
        down, across = taps.factors
        found: Array = run(padded, Taps((down / taps.divisor, across)), dtype, np.uint8)
        return found

    return run_rounded


def _count_additions(taps: Taps) -> float:
    return float(sum(taps.shape))


def _is_product(taps: Taps, block_info: BlockInfo) -> bool:
    return taps.factors is not None and min(taps.shape) > 1


def _is_wide_gaussian(taps: Taps, block_info: BlockInfo) -> bool:
    # For uint16 2 values in 10 000 would round to another level.
    able = not taps.whole and block_info.dtype.name != "uint16"
    return able and multirate.suits(taps, "float32", "float64")


def _is_rounded_gaussian(taps: Taps, block_info: BlockInfo) -> bool:
    return _may_round_to_uint8(taps, block_info) and multirate.suits(taps, "uint8")


def _may_round_to_uint8(taps: Taps, block_info: BlockInfo) -> bool:
    """Return whether values may be rounded in the method, need no repair and can't clip."""
    unrepaired = not taps.whole and not rounding_repair.is_affordable(taps)
    near_enough = rounding_repair.is_rarely_near(taps) or not block_info.strict_rounding
    return block_info.uint8_result and taps.bounded and unrepaired and near_enough


def _box_cost(taps: Taps) -> float:
    return 0.8 + _SHORT_PASS * box.operations(taps)


def _int16_cost(taps: Taps, channels: int) -> float:
    return _INT16 + _SHORT_PASS * (3 + int16.operations(taps)) + _DIVISION * (taps.divisor != 1)


def _uint8_factor_cost(taps: Taps, channels: int) -> float:
    strided = _CHANNEL if channels > 1 else 0
    return strided + _FACTORS + _PRODUCT * separable.operations(taps)


def _factor_cost(taps: Taps, channels: int) -> float:
    return _FLOATS + _uint8_factor_cost(taps, channels)


def _uint8_grid_cost(taps: Taps, channels: int) -> float:
    strided = _CHANNEL if channels > 1 else 0
    return strided + _GRIDS + _PRODUCT * multirate.operations(taps, "uint8")


def _grid_cost(taps: Taps, channels: int) -> float:
    strided = 2 * _CHANNEL if channels > 1 else 0
    return _FLOATS + strided + _GRIDS + _PRODUCT * multirate.operations(taps, "float32")


def _low_rank_cost(taps: Taps, channels: int) -> float:
    return sum(_factor_cost(term, channels) + _ADD for term in lowrank.terms(taps) or ())


def _row_products_cost(taps: Taps, channels: int) -> float:
    parts, _ = row_products.cut(taps)
    return _ROWS + _ROW_PRODUCT * row_products.operations(taps) + _PART * parts


METHODS = {
    "box": Method(
        _drop_dtype(box.run),
        box.operations,
        lambda taps, channels: _box_cost(taps) + _DIVISION,
        lambda taps, block_info: taps.uniform is not None and block_info.dtype.kind == "u",
        own_dtype=True,
        strip_values=1 << 20,
    ),
    "box uint8": Method(
        lambda padded, taps, dtype: box.run(padded, taps, rounded=True),
        box.operations,
        lambda taps, channels: _box_cost(taps),
        lambda taps, block_info: block_info.uint8_result and box.is_mean(taps),
        rounded=True,
        strip_values=1 << 20,
    ),
    "integers": Method(
        _drop_dtype(int16.run),
        int16.operations,
        _int16_cost,
        lambda taps, block_info: block_info.dtype.name == "uint8" and int16.holds(taps, 255),
        own_dtype=True,
        strip_values=1 << 20,
        block=1 << 18,
    ),
    "separable": Method(
        separable.run,
        separable.operations,
        _factor_cost,
        _is_product,
        _count_additions,
        strip_values=3 << 20,
    ),
    "multirate": Method(
        multirate.run,
        lambda taps: multirate.operations(taps, "float32"),
        _grid_cost,
        _is_wide_gaussian,
        lambda taps: _count_additions(taps) + multirate.residual(taps, "float32") * 2**24,
        nearly_whole=True,
        strip_values=3 << 20,
    ),
    "separable uint8": Method(
        _round_to_uint8(separable.run),
        separable.operations,
        _uint8_factor_cost,
        lambda *seen: _is_product(*seen) and _may_round_to_uint8(*seen),
        _count_additions,
        rounded=True,
        strip_values=3 << 20,
    ),
    "multirate uint8": Method(
        _round_to_uint8(multirate.run),
        lambda taps: multirate.operations(taps, "uint8"),
        _uint8_grid_cost,
        _is_rounded_gaussian,
        _count_additions,
        rounded=True,
        strip_values=3 << 20,
    ),
    "low rank": Method(
        lowrank.run,
        lowrank.operations,
        _low_rank_cost,
        lambda taps, block_info: taps.factors is None and lowrank.terms(taps) is not None,
        lambda taps: lowrank.gain(taps) * _count_additions(taps),
        nearly_whole=True,
        strip_values=1 << 19,
    ),
    "rows": Method(
        row_products.run,
        row_products.operations,
        _row_products_cost,
        lambda taps, block_info: taps.count > 0,
        row_products.depth,
        strip_values=1 << 20,
        block=1 << 18,
    ),
    "direct": Method(
        direct.run,
        direct.operations,
        lambda taps, channels: _DIRECT + _PASS * direct.operations(taps),
        rounding=lambda taps: float(taps.count),
        strip_values=1 << 20,
        block=1 << 17,
    ),
    "fft": Method(
        _drop_dtype(fft.run),
        fft.operations,
        lambda taps, channels: _FOURIER * fft.operations(taps),
        nearly_whole=True,
        own_dtype=True,
        strip_values=1 << 20,
    ),
}
