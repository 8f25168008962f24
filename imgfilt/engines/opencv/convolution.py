"""Linear filters with OpenCV: which of its functions suits a kernel, and the dtype of its sums.

filter2D ignores the structure of a kernel. For a box of 9 x 9 it needs 161 operations a pixel, but
boxFilter 5: to move a sum on by a pixel, the next column's sum is added and the first one's taken
away. For a column of 9 weights times a row of 9, sepFilter2D needs 34: 9 products and 8 sums
down the column, and as many along the row.

filter2D also keeps to the dtype of the picture. But 5 x 5 weights take less time for floats, the
conversions included, and 15 x 15 weights, which it transforms, less for uint8:

    milliseconds for 2000 x 3000 pixels     3 x 3   5 x 5   9 x 9   15 x 15
    uint8, sums rounded to uint8             4.8    11.7      35       43
    uint8, sums in float32                    15      28      48       50
    float32, sums in float32                 4.6     8.4      22       65

Sums of uint8 are uint8 if none can lie outside 0..255, or if those outside needn't be counted;
16-bit integers if these are exact or nearly exact; else floats.

Source: OpenCV's filter.dispatch.cpp (what is transformed) and `crossCorr` in templmatch.cpp (how).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...geometry import EngineBorder, Rect
from ..method import Method
from ..numpy.block_info import BlockInfo
from ..numpy.convolution import direct, fft
from . import linear
from .module import BORDERS, call_by_channels, raises_memory_error

if TYPE_CHECKING:
    from ...dtypes import Array
    from ..numpy.convolution.taps import Taps

_LARGEST_INT16 = 32767
_LARGEST_INT32 = 2**31 - 1

# Nanoseconds for a value on 2000 x 3000 pixels, one thread. The engine is chosen by the ratios of
# these costs to the costs of NumPy's methods.
_CALL = 0.3  # in addition: the conversion of other dtypes than float32
_MEAN, _BOX = 0.7, 5.5
_FACTOR = 0.055  # a weight of a factor
_WEIGHT, _SHORT_WEIGHT = 0.043, 0.1  # a weight of filter2D, with sums in floats and in 16 bits
_FOURIER, _SHORT_FOURIER = 0.12, 0.08  # an operation of transforms of floats, and of uint8

# filter2D transforms tiles of 256 rows and more, of which only the last may be filled in part.
# With 2 strips for 2000 rows, it takes 0.8 to 0.85 of the time that it takes with 4.
_TRANSFORMED_ROWS = 1000


def choose_method(taps: Taps, block_info: BlockInfo) -> str:
    """Return the key in METHODS of the first method that suits a kernel and blocks."""
    return next(name for name, entry in METHODS.items() if entry.suits(taps, block_info))


@raises_memory_error
def run(
    padded: Array, taps: Taps, name: str | None = None, engine_border: EngineBorder | None = None
) -> Array:
    """Return the (h, w, C) sums of a linear filter, divided; float64 for a float64 block.

    The kernel's anchor is its middle: cv2 takes half the time for symmetric factors then.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    taps : Taps
    name : str, optional
        Key of METHODS; by default one whose sums aren't rounded.
    engine_border : EngineBorder, optional
        The block isn't padded, and cv2 continues it; by default, cv2's border has no effect.
    """
    name = name or choose_method(taps, BlockInfo.of(padded))
    if engine_border is None:
        inner = Rect(0, 0, *taps.output(padded)).moved(*(side // 2 for side in taps.shape))
        engine_border = EngineBorder("reflect", inner)
    call, border = METHODS[name].run, BORDERS[engine_border.border]
    places = engine_border.inner.slices
    return call_by_channels(padded, lambda block: call(block, taps, border)[places])


def _is_mean(taps: Taps, block_info: BlockInfo) -> bool:
    """Return whether the kernel is a mean that cv2 may round.

    cv2 rounds halves up. A mean of an odd number of integers is never a half.
    """
    if block_info.dtype.kind == "f":
        return taps.is_box_mean
    return taps.is_box_mean and block_info.may_round and taps.count % 2 == 1


def _is_box(taps: Taps, block_info: BlockInfo) -> bool:
    largest = taps.count * (1 if block_info.dtype.kind == "f" else np.iinfo(block_info.dtype).max)
    return taps.uniform is not None and largest <= _LARGEST_INT32


def _fits_int16(taps: Taps, block_info: BlockInfo) -> bool:
    """Return whether 16 bits hold every sum, and the sums may be rounded."""
    largest = 255 * taps.magnitude / taps.divisor
    return block_info.uint8_result and largest <= _LARGEST_INT16


def _is_separable(taps: Taps, block_info: BlockInfo) -> bool:
    return taps.factors is not None and min(taps.shape) > 1


def _is_whole_product(taps: Taps, block_info: BlockInfo) -> bool:
    whole = taps.whole and taps.divisor == 1
    return whole and _is_separable(taps, block_info) and _fits_int16(taps, block_info)


def _is_direct(taps: Taps) -> bool:
    """Return whether filter2D sums products; else it multiplies transforms."""
    return math.prod(taps.shape) < linear.MANY


def _has_few_taps(taps: Taps, block_info: BlockInfo) -> bool:
    return taps.count <= linear.FEW and _fits_int16(taps, block_info)


def _is_transformed(taps: Taps, block_info: BlockInfo) -> bool:
    return not _is_direct(taps)


def _may_transform_uint8(taps: Taps, block_info: BlockInfo) -> bool:
    """Return whether filter2D transforms the kernel, and float32 is fine enough for that."""
    is_small = taps.magnitude <= linear.MOST_GAIN * taps.divisor
    return block_info.uint8_result and is_small and not _is_direct(taps)


def _is_bounded(taps: Taps, block_info: BlockInfo) -> bool:
    """Return whether no value can clip, and the result may be uint8."""
    return taps.bounded and block_info.uint8_result


def _fits_uint8(taps: Taps, block_info: BlockInfo) -> bool:
    """Return whether no value can clip, or clipped values aren't counted and cv2 may clip."""
    return _is_bounded(taps, block_info) or (
        _has_few_taps(taps, block_info) and not block_info.count_clipped
    )


def _is_bounded_product(taps: Taps, block_info: BlockInfo) -> bool:
    return _is_separable(taps, block_info) and _is_bounded(taps, block_info)


def _box_operations(taps: Taps) -> float:
    return 5.0


def _factor_operations(taps: Taps) -> float:
    return 2.0 * sum(taps.shape) - 2


def _cost(each: float, count: Callable[[Taps], float]) -> Callable[[Taps, int], float]:
    return lambda taps, channels: _CALL + each * count(taps)


_factor_cost = _cost(_FACTOR, lambda taps: sum(taps.shape))
_direct_cost = _cost(_WEIGHT, lambda taps: taps.count)
_short_cost = _cost(_SHORT_WEIGHT, lambda taps: taps.count)
_transform = partial(Method, operations=fft.operations, rows=_TRANSFORMED_ROWS)


METHODS = {
    "boxFilter mean": Method(
        linear.average_box, _box_operations, lambda taps, channels: _MEAN, _is_mean
    ),
    "boxFilter": Method(linear.sum_box, _box_operations, lambda taps, channels: _BOX, _is_box),
    "sepFilter2D int16": Method(
        linear.sum_factors_int16, _factor_operations, _factor_cost, _is_whole_product
    ),
    "sepFilter2D uint8": Method(
        linear.sum_factors_uint8, _factor_operations, _factor_cost, _is_bounded_product
    ),
    "sepFilter2D": Method(linear.sum_factors, _factor_operations, _factor_cost, _is_separable),
    "filter2D transform uint8": _transform(
        linear.sum_transformed,
        nanoseconds=_cost(_SHORT_FOURIER, fft.operations),
        suits=_may_transform_uint8,
    ),
    "filter2D transform": _transform(
        linear.sum_kernel, nanoseconds=_cost(_FOURIER, fft.operations), suits=_is_transformed
    ),
    "filter2D uint8": Method(linear.sum_kernel_uint8, direct.operations, _direct_cost, _fits_uint8),
    "filter2D int16": Method(
        linear.sum_kernel_int16, direct.operations, _short_cost, _has_few_taps
    ),
    "filter2D": Method(linear.sum_kernel, direct.operations, _direct_cost),
}
