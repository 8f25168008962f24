"""Convolution: which method suits a kernel, and in which dtype its sums are right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from . import box, direct, fft, separable
from .taps import Array, Taps

_MOST_DIRECT = 150  # weights; above, tiles through the FFT take less time
_LARGEST_GAIN = 2.0  # Σ|w| to which float32 is right to a few 1e-5 of a level of uint8


class Method(NamedTuple):
    """One way to sum: `run` wants a float block unless `integers`, in the dtype it sums in."""

    run: Callable[[Array, Taps], Array]
    operations: Callable[[Taps], float]
    integers: bool = False


METHODS = {
    "box": Method(box.run, box.operations, integers=True),
    "separable": Method(separable.run, separable.operations),
    "direct": Method(direct.run, direct.operations),
    "fft": Method(fft.run, fft.operations, integers=True),
}


def method(taps: Taps) -> str:
    """Return the key in METHODS of the method that is fastest for a kernel."""
    if taps.uniform is not None:
        return "box"
    if taps.factors is not None and min(taps.shape) > 1:
        return "separable"
    return "direct" if taps.count <= _MOST_DIRECT else "fft"


def run(padded: Array, taps: Taps, name: str | None = None) -> Array:
    """Return the (h, w, C) values of a padded block, float32 or float64, divided once.

    With whole weights on integers the sums are exact, and the value is the float64 closest to the
    true one. Otherwise uint8 is summed in float32 if the weights are no larger than a mean's, and
    everything else in float64.
    """
    chosen = METHODS[name or method(taps)]
    dtype = accumulator(padded.dtype, taps)
    sums = chosen.run(padded if chosen.integers else padded.astype(dtype), taps)
    if taps.divisor == 1:
        return sums.astype(dtype, copy=False)
    return np.divide(sums, taps.divisor, dtype=np.float64)


def accumulator(dtype: np.dtype[Any], taps: Taps) -> type[np.floating[Any]]:
    """Return the float in which the sums of a picture of this dtype are right."""
    if dtype.kind == "f":
        return np.float64
    largest = int(np.iinfo(dtype).max)
    if taps.whole:
        return np.float32 if taps.magnitude * largest < 2**24 else np.float64
    # Large weights that cancel would leave float32's rounding of them in the small result.
    gentle = taps.magnitude <= _LARGEST_GAIN * taps.divisor
    return np.float32 if largest < 256 and gentle else np.float64
