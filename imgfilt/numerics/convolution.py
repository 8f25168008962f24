"""Convolution: the methods, which suits a kernel and a picture, and in which dtype it is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..scratch import borrow
from . import box, direct, exact, fft, integers, lowrank, multirate, rows, separable
from .taps import Array, Taps

_LARGEST_GAIN = 2.0  # Σ|w| to which float32 is right to a few 1e-5 of a level of uint8
_LONGEST_FLOAT32 = 128  # additions one after the other that are within 2^-20, as measured

# What an operation takes, in nanoseconds, one thread, AVX-512, found on blocks 3000 elements wide
# with sides of 3 to 101, in float32 (twice that in float64); and what a value takes besides. Only
# their ratios decide.
_PASS, _SHORT_PASS = 0.15, 0.065  # multiply and add, over a block; in 16 bits
_PRODUCT = 0.011  # in a matrix product
_FOURIER = 0.2  # in a transform; as much in float64, which it always is
_ADD = 0.35  # a shifted addition after the product of `rows`
_ROWS, _FACTORS, _BOTH_WAYS = 0.2, 4.3, 5.3  # besides: copies between passes
_PLANE = 0.7  # to take a channel apart and put it back


class Method(NamedTuple):
    """One way to sum.

    Attributes
    ----------
    run : callable
        Takes a block and taps; the block in the dtype of the sums, or as it is where `integral`.
    operations : callable
        Of taps: an output pixel's.
    nanoseconds : callable
        Of taps and the number of channels: what a value takes in float32.
    suits : callable
        Of taps and the dtype of the picture: whether it's a way at all.
    rounding : callable
        Of taps: the bound of its error, in halves of eps · Σ|w| · max|I|.
    nearly : bool
        Whole sums come out only nearly whole, since what is added up isn't.
    integral : bool
    strip : int
        How many values of a strip suit it: few stay in the cache, of many less is padding.
    """

    run: Callable[[Array, Taps], Array]
    operations: Callable[[Taps], float]
    nanoseconds: Callable[[Taps, int], float]
    suits: Callable[[Taps, np.dtype[Any]], bool]
    rounding: Callable[[Taps], float]
    nearly: bool = False
    integral: bool = False
    strip: int = 1 << 19


def _none(taps: Taps) -> float:
    return 0.0


def _levels(taps: Taps) -> float:
    return float(sum(taps.shape))


def _always(taps: Taps, dtype: np.dtype[Any]) -> bool:
    return True


def _is_product(taps: Taps, dtype: np.dtype[Any]) -> bool:
    return taps.factors is not None and min(taps.shape) > 1


def _factor_cost(taps: Taps, channels: int) -> float:
    apart = _PLANE if channels > 1 else 0
    return _FACTORS + apart + _PRODUCT / 2 * separable.operations(taps)


def _low_rank_cost(taps: Taps, channels: int) -> float:
    return sum(_factor_cost(term, channels) + _ADD for term in lowrank.terms(taps) or ())


def _two_way_cost(taps: Taps, channels: int) -> float:
    apart = 2 * _PLANE if channels > 1 else 0
    return _BOTH_WAYS + apart + _PRODUCT / 2 * multirate.operations(taps)


def _row_cost(taps: Taps, channels: int) -> float:
    columns = taps.shape[1]
    return _ROWS + _PRODUCT * rows.operations(taps) + _ADD * columns


METHODS = {
    "box": Method(
        box.run,
        box.operations,
        lambda taps, channels: 4 * _SHORT_PASS * box.operations(taps),
        lambda taps, dtype: taps.uniform is not None and dtype.kind == "u",
        _none,
        integral=True,
        strip=1 << 20,
    ),
    "integers": Method(
        integers.run,
        integers.operations,
        lambda taps, channels: _SHORT_PASS * (3 + integers.operations(taps)),
        lambda taps, dtype: dtype.name == "uint8" and integers.holds(taps, 255),
        _none,
        integral=True,
    ),
    "separable": Method(separable.run, separable.operations, _factor_cost, _is_product, _levels),
    "multirate": Method(
        multirate.run,
        multirate.operations,
        _two_way_cost,
        # A level of uint16 is too fine for it: it would round otherwise at 2 pixels in 10 000.
        lambda taps, dtype: not taps.whole and dtype.name != "uint16" and multirate.suits(taps),
        lambda taps: _levels(taps) + multirate.missed(taps) * 2**24,
        nearly=True,
        strip=1 << 21,
    ),
    "low rank": Method(
        lowrank.run,
        lowrank.operations,
        _low_rank_cost,
        lambda taps, dtype: taps.factors is None and lowrank.terms(taps) is not None,
        lambda taps: lowrank.gain(taps) * _levels(taps),
        nearly=True,
    ),
    "rows": Method(
        rows.run, rows.operations, _row_cost, lambda taps, dtype: taps.count > 0, _levels
    ),
    "direct": Method(
        direct.run,
        direct.operations,
        lambda taps, channels: 0.3 + _PASS * direct.operations(taps),
        _always,
        lambda taps: float(taps.count),
    ),
    "fft": Method(
        fft.run,
        fft.operations,
        lambda taps, channels: _FOURIER * fft.operations(taps),
        _always,
        _none,
        nearly=True,
        integral=True,
        strip=1 << 20,
    ),
}


def suiting(taps: Taps, dtype: np.dtype[Any]) -> list[str]:
    """Return the keys in METHODS of the methods that can do a kernel on a picture."""
    return [name for name, entry in METHODS.items() if entry.suits(taps, dtype)]


def nanoseconds(name: str, taps: Taps, dtype: np.dtype[Any], channels: int) -> float:
    """Return about what a value takes."""
    entry = METHODS[name]
    wide = not entry.integral and accumulator(dtype, taps, name) == np.float64
    return entry.nanoseconds(taps, channels) * (2 if wide else 1)


def method(taps: Taps, dtype: np.dtype[Any], channels: int = 1) -> str:
    """Return the key in METHODS of the fastest method for a kernel and a picture."""
    names = suiting(taps, dtype)
    return min(names, key=lambda name: nanoseconds(name, taps, dtype, channels))


def run(padded: Array, taps: Taps, name: str | None = None) -> Array:
    """Return the (h, w, C) values of a padded block, divided once: floats, or int16 as they are.

    On integers the values round, half to even, as the exact ones (weights that are whole) or as
    those of the definition in float64, but for at most 1 in 10 000; on floats they are within
    2^-20 · Σ|w| · max|I|. They may lie in scratch memory.
    """
    name = name or method(taps, padded.dtype, padded.shape[2])
    entry = METHODS[name]
    dtype = accumulator(padded.dtype, taps, name)
    values = _values(padded, taps, entry, dtype)
    if values.dtype != np.float32:
        return values

    def again() -> Array:
        return _values(padded, taps, entry, np.float64)

    if padded.dtype.kind == "f":
        # Past what float32 holds: infinity, or none of the numbers where two of them met.
        held = np.isfinite(values.max()) and np.isfinite(values.min())
        return values if held else again()
    if taps.whole or not _is_repaired(taps):
        return values
    return exact.repaired(values, padded, taps, _bound(taps, entry, padded.dtype), again)


def _values(padded: Array, taps: Taps, entry: Method, dtype: type[np.floating[Any]]) -> Array:
    block = padded
    if not entry.integral and padded.dtype != dtype:
        block = borrow("block", padded.shape, dtype)
        np.copyto(block, padded)
    sums = entry.run(block, taps)
    if entry.nearly and taps.whole and padded.dtype.kind == "u":
        np.rint(sums, out=sums)
    if taps.divisor == 1:
        return sums if sums.dtype.kind == "f" or sums.dtype == np.int16 else sums.astype(dtype)
    narrow = dtype == np.float32 and _divides_in_float32(padded.dtype, taps)
    out = borrow("values", sums.shape, np.float32 if narrow else np.float64)
    return np.divide(sums, taps.divisor, out=out, dtype=out.dtype, casting="unsafe")


def _divides_in_float32(dtype: np.dtype[Any], taps: Taps) -> bool:
    """Tell whether a quotient that is no half can't become one: halves lie 1/2d or more away."""
    return dtype.kind == "f" or taps.divisor * (int(np.iinfo(dtype).max) + 1) < 2**24


def _is_repaired(taps: Taps) -> bool:
    return taps.shape[0] * taps.shape[1] <= exact.MOST_CELLS


def _bound(taps: Taps, entry: Method, dtype: np.dtype[Any]) -> float:
    """Return the bound of the error of float32 values, the rounding of the weights included."""
    largest = float(np.iinfo(dtype).max)
    return (entry.rounding(taps) + 1) * 2.0**-24 * taps.magnitude / taps.divisor * largest


def accumulator(dtype: np.dtype[Any], taps: Taps, name: str) -> type[np.floating[Any]]:
    """Return the float in which the sums of a picture of this dtype are right."""
    entry = METHODS[name]
    if dtype.kind == "f":
        within = name == "multirate" or entry.rounding(taps) <= _LONGEST_FLOAT32
        return np.float32 if dtype == np.float32 and within else np.float64
    bound = _bound(taps, entry, dtype)
    if taps.whole and entry.nearly:
        return np.float32 if bound * taps.divisor < 0.25 else np.float64
    largest = int(np.iinfo(dtype).max)
    if taps.whole:
        return np.float32 if taps.magnitude * largest < 2**24 else np.float64
    # Large weights that cancel would leave float32's rounding of them in the small result.
    gentle = largest < 256 and taps.magnitude <= _LARGEST_GAIN * taps.divisor
    repaired = _is_repaired(taps) and bound <= exact.LARGEST_BOUND
    return np.float32 if gentle or repaired else np.float64
