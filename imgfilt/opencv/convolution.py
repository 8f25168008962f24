"""Convolution with OpenCV: which of its functions suits a kernel, and what its sums come in.

filter2D ignores a kernel's structure. Sums of uint8 come in 16 bits where that is exact or nearly
so, and elsewhere in floats, so that what clips is known afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..numerics import direct, fft
from ..scratch import borrow
from . import by_channels, cv2, short_of_memory

if TYPE_CHECKING:
    from ..numerics.taps import Array, Taps

_LARGEST_INT16 = 32767
_LARGEST_INT32 = 2**31 - 1
_SUMMED = 2.0**-44

# Weights from which floats are faster than filter2D's own sums of uint8, the conversion included:
# 2000 x 3000 pixels, one thread, milliseconds: 9 weights 5.7 and 5.9, 25 weights 15 and 10.
_FEW = 9


# Nanoseconds of a value, found likewise. Only their ratios to those of numerics decide.
_CALL = 0.3  # besides: padding, and the conversion of what isn't float32
_MEAN, _BOX = 0.7, 1.0
_FACTOR = 0.055  # a weight of a factor
_WEIGHT, _SHORT_WEIGHT = 0.043, 0.1  # a weight of filter2D, with sums in floats and in 16 bits
_FOURIER = 0.12  # an operation of filter2D's transform, which it turns to at so many weights:
_MANY = 130


class Method(NamedTuple):
    """A function of cv2 and the dtype that its sums come in.

    Attributes
    ----------
    run : callable
    operations : callable
        Of taps: an output pixel's.
    nanoseconds : callable
        Of taps: about what a value takes.
    suits : callable
        Of taps, the dtype of the picture, and whether values already rounded will do.
    strip : int
        How many values of a strip suit it.
    """

    run: Callable[[Array, Taps], Array]
    operations: Callable[[Taps], float]
    nanoseconds: Callable[[Taps], float]
    suits: Callable[[Taps, np.dtype[Any], bool], bool]
    strip: int = 1 << 18


def method(taps: Taps, dtype: np.dtype[Any], rounded: bool) -> str:
    """Return the key in METHODS of the first that suits a kernel and the dtype of its blocks.

    `rounded` says that values already rounded will do.
    """
    return next(name for name, entry in METHODS.items() if entry.suits(taps, dtype, rounded))


@short_of_memory
def run(padded: Array, taps: Taps, name: str) -> Array:
    """Return the (h, w, C) sums of a linear filter, divided; float64 from float64.

    The kernel's anchor is its middle: cv2 takes half the time for symmetric factors then.
    """
    height, width = taps.output(padded)
    top, left = (side // 2 for side in taps.shape)
    call = METHODS[name].run
    return by_channels(
        padded, lambda block: call(block, taps)[top : top + height, left : left + width]
    )


def _mean(block: Array, taps: Taps) -> Array:
    found: Array = cv2().boxFilter(block, -1, taps.shape[::-1], _target(block, block.dtype))
    return found


def _box(block: Array, taps: Taps) -> Array:
    depth = cv2().CV_32S if block.dtype.kind == "u" else cv2().CV_64F
    sums: Array = cv2().boxFilter(block, depth, taps.shape[::-1], None, (-1, -1), False)
    return sums * ((taps.uniform or 0) / taps.divisor)


def _separable_short(block: Array, taps: Taps) -> Array:
    assert taps.factors is not None
    down, across = taps.factors
    target = _target(block, np.int16)
    found: Array = cv2().sepFilter2D(block, cv2().CV_16S, across, down, target)
    return found


def _separable(block: Array, taps: Taps) -> Array:
    assert taps.factors is not None
    down, across = taps.factors
    dtype = _float(block)
    found: Array = cv2().sepFilter2D(
        block, _DEPTHS[dtype], across, down / taps.divisor, _target(block, dtype)
    )
    return found


def _short(block: Array, taps: Taps) -> Array:
    weights = taps.weights / taps.divisor
    found: Array = cv2().filter2D(block, cv2().CV_16S, weights, _target(block, np.int16))
    return found


def _general(block: Array, taps: Taps) -> Array:
    dtype = _float(block)
    if block.dtype != dtype:
        floats = borrow("floats", block.shape, dtype)
        np.copyto(floats, block)
        block = floats
    found: Array = cv2().filter2D(block, -1, taps.weights / taps.divisor, _target(block, dtype))
    return found


def _narrow(block: Array, taps: Taps) -> Array:
    if taps.count > _FEW:
        return _rounded(_general(block, taps))
    weights = taps.weights / taps.divisor
    found: Array = cv2().filter2D(block, -1, weights, _target(block, np.uint8))
    return found


def _separable_narrow(block: Array, taps: Taps) -> Array:
    return _rounded(_separable(block, taps))


def _rounded(sums: Array) -> Array:
    """Return uint8 of sums that are no less than 0, in one pass."""
    found: Array = cv2().convertScaleAbs(sums, borrow("narrow", sums.shape, np.uint8))
    return found


def _float(block: Array) -> str:
    return "float64" if block.dtype == "float64" else "float32"


def _target(block: Array, dtype: Any) -> Array:
    return borrow("sums", block.shape, dtype)


_DEPTHS = {"float32": 5, "float64": 6}  # cv2.CV_32F and CV_64F


def _is_mean(taps: Taps, dtype: np.dtype[Any], rounded: bool) -> bool:
    """Tell whether it is a mean that cv2 may round: an odd count has no halves, which go up."""
    # As near to 1 as floats sum: no more than rounding hides, where there are no halves.
    total = (taps.uniform or 0) * taps.count / taps.divisor
    mean = abs(total - 1) <= _SUMMED
    return mean and (dtype.kind == "f" or (rounded and taps.count % 2 == 1))


def _is_box(taps: Taps, dtype: np.dtype[Any], rounded: bool) -> bool:
    largest = taps.count * (1 if dtype.kind == "f" else np.iinfo(dtype).max)
    return taps.uniform is not None and largest <= _LARGEST_INT32


def _is_short(taps: Taps, dtype: np.dtype[Any], rounded: bool) -> bool:
    """Tell whether 16 bits hold every sum, and rounded ones will do."""
    largest = 255 * taps.magnitude / taps.divisor
    return rounded and dtype.name == "uint8" and largest <= _LARGEST_INT16


def _is_separable(taps: Taps, dtype: np.dtype[Any], rounded: bool) -> bool:
    return taps.factors is not None and min(taps.shape) > 1


def _is_whole_product(taps: Taps, dtype: np.dtype[Any], rounded: bool) -> bool:
    whole = taps.whole and taps.divisor == 1
    return whole and _is_separable(taps, dtype, rounded) and _is_short(taps, dtype, rounded)


def _is_few(taps: Taps, dtype: np.dtype[Any], rounded: bool) -> bool:
    return taps.count <= _FEW and _is_short(taps, dtype, rounded)


def _is_bounded(taps: Taps, dtype: np.dtype[Any], rounded: bool) -> bool:
    """Tell whether nothing can clip: the weights are a mean's, or less."""
    within = taps.total == taps.magnitude <= taps.divisor * (1 + 2.0**-20)
    return within and rounded and dtype.name == "uint8"


def _is_bounded_product(taps: Taps, dtype: np.dtype[Any], rounded: bool) -> bool:
    return _is_separable(taps, dtype, rounded) and _is_bounded(taps, dtype, rounded)


def _running(taps: Taps) -> float:
    return 5.0


def _passes(taps: Taps) -> float:
    return 2.0 * sum(taps.shape) - 2


def _general_operations(taps: Taps) -> float:
    return direct.operations(taps) if taps.count < _MANY else fft.operations(taps)


def _factor_cost(taps: Taps) -> float:
    return _CALL + _FACTOR * sum(taps.shape)


def _short_cost(taps: Taps) -> float:
    return _CALL + _SHORT_WEIGHT * taps.count


def _general_cost(taps: Taps) -> float:
    if taps.count < _MANY:
        return _CALL + _WEIGHT * taps.count
    return _CALL + _FOURIER * fft.operations(taps)


METHODS = {
    "boxFilter mean": Method(_mean, _running, lambda taps: _MEAN, _is_mean, 1 << 20),
    "boxFilter": Method(_box, _running, lambda taps: _BOX, _is_box, 1 << 20),
    "sepFilter2D int16": Method(
        _separable_short, _passes, _factor_cost, _is_whole_product, 1 << 20
    ),
    "sepFilter2D uint8": Method(
        _separable_narrow, _passes, _factor_cost, _is_bounded_product, 1 << 20
    ),
    "sepFilter2D": Method(_separable, _passes, _factor_cost, _is_separable, 1 << 20),
    "filter2D uint8": Method(_narrow, _general_operations, _general_cost, _is_bounded, 1 << 20),
    "filter2D int16": Method(_short, direct.operations, _short_cost, _is_few, 1 << 20),
    "filter2D": Method(_general, _general_operations, _general_cost, lambda *seen: True, 1 << 20),
}
