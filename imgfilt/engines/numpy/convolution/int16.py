"""Exact sums of small whole weights in 16 bits, several times as fast as in floats.

Weights 1 and -1 need no multiplication, and many kernels are made of such: 1 2 1 is 1 1 twice.

Example: 10 20 30 40 become 30 50 70, and these 80 120. By 1 2 1, 10 + 40 + 30 = 80 and 20 + 60 + 40
= 120: three operations each, one of them a multiplication, in place of two additions.

Source: Wells, "Efficient synthesis of Gaussian filters by cascaded uniform filters" (1986).
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import chain

import numpy as np

from ....buffers import borrow, cast
from ....dtypes import Array
from .taps import Taps, Weights

_LARGEST = 2**15 - 1


def holds(taps: Taps, largest: float) -> bool:
    """Return whether 16 bits hold the sums of levels up to `largest`.

    Partial sums may wrap around, which changes nothing.
    """
    return taps.whole and taps.magnitude * largest <= _LARGEST


def run(padded: Array, taps: Taps) -> Array:
    """Return the (h, w, C) sums Σ weights · padded, int16."""
    rows, columns = taps.shape
    height, width = taps.output(padded)
    across, channels = padded.shape[1:]
    stride = across * channels
    flat = np.ascontiguousarray(cast("short block", padded, np.int16)).reshape(-1)
    sums = borrow("sums", (height, across, channels), np.int16)
    # A tap is one offset into the flat block. Columns that wrap around at a row's end are dropped.
    target = sums.reshape(-1)[: sums.size - (columns - 1) * channels]
    if taps.factors is not None:
        down, along = _passes(taps)
        passes = [*((stride, part) for part in down), *((channels, part) for part in along)]
        for number, (step, weights) in enumerate(passes):
            length = len(flat) - (len(weights) - 1) * step
            is_last = number == len(passes) - 1
            out = target if is_last else borrow(f"between {number % 2}", (length,), np.int16)
            _sum(flat, weights, np.arange(len(weights)) * step, out)
            flat = out
    else:
        places = np.add.outer(np.arange(rows) * stride, np.arange(columns) * channels)
        _sum(flat, taps.weights.ravel(), places.ravel(), target)
    # A contiguous copy saves more time than it takes.
    return np.ascontiguousarray(sums[:, :width])


@lru_cache(maxsize=8)
def _passes(taps: Taps) -> tuple[list[Weights], ...]:
    """Return the weights of the passes down the columns, and of those along the rows."""
    return tuple(_split(weights) for weights in taps.factors or ())


def _split(weights: Weights) -> list[Weights]:
    """Return weights whose sums, made one after the other, are those of the weights, but cheaper.

    1 2 1 is 1 1 twice: two additions, where it would be two and a multiplication, which
    takes as long as two more.
    """
    rest, remainder = np.polydiv(weights, [1, 1])
    if len(weights) > 2 and not remainder.any():
        parts = [np.ones(2), *_split(rest.astype(np.float64))]
        if sum(map(_count_operations, parts)) < _count_operations(weights):
            return parts
    return [weights]


def _sum(flat: Array, weights: Weights, offsets: Array, out: Array) -> None:
    """Write Σ weights · flat[offsets + i].

    Values whose weights have the same magnitude are added up before they are multiplied.

    Parameters
    ----------
    flat : (n,) int16 array
    weights, offsets : (k,) arrays
    out : (m,) int16 array
    """
    added: dict[int, list[Array]] = defaultdict(list)
    taken: dict[int, list[Array]] = defaultdict(list)
    for weight, offset in zip(weights.astype(int).tolist(), offsets.tolist(), strict=True):
        if weight:
            parts = added if weight > 0 else taken
            parts[abs(weight)].append(flat[offset : offset + len(out)])
    sizes = sorted({*added, *taken}, reverse=True)
    if not sizes:
        out[...] = 0
    for size in sizes:
        # The first sum is written to `out` directly, and so is one that needs no multiplication.
        begun = size != sizes[0]
        if begun and size == 1:
            _add(out, added[1], taken[1], out)
            continue
        target = borrow("alike", out.shape, np.int16) if begun else out
        plus, minus, factor = added[size], taken[size], size
        if not plus:
            plus, minus, factor = minus, plus, -size
        alike = _add(plus[0], plus[1:], minus, target)
        if factor != 1 or alike is not target:
            np.multiply(alike, np.int16(factor), out=target)
        if begun:
            np.add(out, target, out=out)


def _add(first: Array, plus: list[Array], minus: list[Array], out: Array) -> Array:
    """Return first + Σ plus - Σ minus, in `out`; `first` itself if both lists are empty."""
    for part in plus:
        first = np.add(first, part, out=out)
    for part in minus:
        first = np.subtract(first, part, out=out)
    return first


def operations(taps: Taps) -> float:
    """Return the operations of an output pixel, the division included."""
    passes = chain(*_passes(taps)) if taps.factors is not None else [taps.weights]
    return float(sum(map(_count_operations, passes)) + (taps.divisor != 1))


def _count_operations(weights: Weights) -> int:
    sizes = np.unique(np.abs(weights[weights != 0]))
    additions = max(0, int(np.count_nonzero(weights)) - 1)
    multiplications = int(np.count_nonzero(sizes != 1))
    return additions + 2 * multiplications  # each takes as long as two additions
