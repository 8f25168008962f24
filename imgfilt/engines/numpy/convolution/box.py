"""Box filter: exact sums of whole numbers over a rectangle, at a cost that hardly grows with it.

Along a row, the sum of n neighbours is built up from the binary digits of n, first digit first:
twice as many are the sum of neighbours and of those n further on, and one more is added to them.
With n = 5 = 101b and the row 1 2 3 4 5 6 7 8:

    n = 2   3  5  7  9 11 13 15     each number and the next one
    n = 4  10 14 18 22 26           each of these and the one 2 further on
    n = 5  15 20 25 30              each of these and the number 4 further on

Down the columns small sums are made alike. A large one is the sum above it, plus the row that joins
the window and minus the row that leaves it: the differences are added up, in groups of rows at once
so that there are few calls. Modulo 2^n this is exact.

Sources: the first is exponentiation by repeated squaring (Knuth, The Art of Computer Programming,
volume 2, 4.6.3), with addition for multiplication; the second McDonnell, Box-filtering techniques,
Computer Graphics and Image Processing 17 (1981).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from ....buffers import borrow, cast
from ....dtypes import Array
from .taps import Taps

_BLOCK = 1 << 18  # elements: a block and its sums stay in the cache
_FEW = 16  # rows that are added up for each block anew
_GROUP = 8  # rows in which differences are added up


def is_mean(taps: Taps) -> bool:
    """Return whether the values are means that `run` can round.

    A mean of an odd number of levels is never a half, so small errors of its weight don't matter.
    """
    return taps.is_box_mean and (taps.whole or taps.count % 2 == 1)


def run(padded: Array, taps: Taps, rounded: bool = False) -> Array:
    """Return the (h, w, C) sums of rectangles of a block of whole numbers, times the one weight.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    taps : Taps
        All weights are equal.
    rounded : bool
        Whether to return means instead, rounded half to even, in the dtype of the block.
    """
    (rows, columns), (height, width) = taps.shape, taps.output(padded)
    across, channels = padded.shape[1:]
    row, area = across * channels, rows * columns
    largest = int(np.iinfo(padded.dtype).max)
    down_kind, kind = _kind(largest * rows), _kind(largest * area + area // 2)
    sums = borrow("sums", (height, width, channels), padded.dtype if rounded else kind)
    step = _BLOCK // row // _GROUP * _GROUP or _GROUP
    source, slides = padded.reshape(len(padded), row), rows > _FEW
    first = source[:rows].sum(axis=0, dtype=down_kind) if slides else None
    for top in range(0, height, step):
        count = min(step, height - top)
        if first is not None:
            slid = _slide_down(source[top:], count, rows, first)
            down = cast("wide", slid, kind).reshape(-1)
        else:
            block = cast("short", source[top : top + count + rows - 1], kind)
            down = _sum_neighbours(block.reshape(-1), rows, row, "down")[: count * row]
        found = _sum_neighbours(down, columns, channels, "along")
        if rounded:
            found = _divide(found, area)
        found = found.reshape(count, across, channels)[:, :width]
        np.copyto(sums[top : top + count], found, casting="unsafe")
    return sums if rounded or taps.uniform == 1 else sums * taps.uniform


def _kind(largest: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest dtype of 16 bits or more that holds sums up to a number."""
    kinds: tuple[type[np.unsignedinteger[Any]], ...] = (np.uint16, np.uint32, np.uint64)
    return next(kind for kind in kinds if largest <= np.iinfo(kind).max)


def _sum_neighbours(values: Array, size: int, step: int, name: str) -> Array:
    """Return the sums of `size` values that are `step` apart, each at the place of the first.

    Parameters
    ----------
    values : (n,) array
    size, step : int
    name : str
        Of the scratch memory for the result.

    Returns
    -------
    (n,) array
        The last (size - 1) · step numbers have no meaning.
    """
    sums, span = values, 1
    for number, digit in enumerate(f"{size:b}"[1:]):
        target = borrow(f"{name} {number % 2}", values.shape, values.dtype)
        length = len(values) - (2 * span - 1) * step
        np.add(sums[:length], sums[span * step :][:length], out=target[:length])
        sums, span = target, 2 * span
        if digit == "1":
            length -= step
            np.add(sums[:length], values[span * step :], out=sums[:length])
            span += 1
    return sums


def _slide_down(source: Array, count: int, rows: int, first: Array) -> Array:
    """Return the (count, n) sums of `rows` rows, from each of the first rows of a block on.

    `first` is the first row of sums; it becomes the one after the last, if there is one.
    """
    sums = borrow("slid", (-(-count // _GROUP) * _GROUP, len(first)), first.dtype)
    sums[0], gained = first, sums[1:count]
    left = borrow("left", gained.shape, first.dtype)
    np.copyto(gained, source[rows : rows + count - 1])
    np.copyto(left, source[: count - 1])
    np.subtract(gained, left, out=gained)
    groups = sums.reshape(-1, _GROUP, len(first))
    for row in range(1, _GROUP):
        np.add(groups[:, row], groups[:, row - 1], out=groups[:, row])
    for above, below in pairwise(groups):
        np.add(below, above[-1], out=below)
    if count + rows <= len(source):
        np.add(sums[count - 1], source[count + rows - 1], out=first)
        np.subtract(first, source[count - 1], out=first)
    return sums[:count]


def _divide(sums: Array, area: int) -> Array:
    """Return sums over a number, rounded half to even, in scratch memory; changes the sums."""
    np.add(sums, area // 2, out=sums)
    means = np.floor_divide(sums, area, out=borrow("means", sums.shape, sums.dtype))
    if area % 2 == 0:
        # Half a level was added, so the sum is a multiple where it was a half.
        was_half = sums == means * sums.dtype.type(area)
        np.subtract(means, was_half & (means & 1).astype(bool), out=means)
    return means


def operations(taps: Taps) -> float:
    """Return the additions of an output pixel, the division included."""
    rows, columns = (side.bit_length() - 1 + side.bit_count() - 1 for side in taps.shape)
    return 1.0 + columns + (rows if taps.shape[0] <= _FEW else 2)


def sliding_sum(values: Array, size: int, axis: int) -> Array:
    """Return the sums of `size` neighbours along an axis, which gets size - 1 shorter.

    They lie in scratch memory that the next call with this axis writes to.

    Parameters
    ----------
    values : array of int
    size : int
    axis : int
        From 0 on.
    """
    step = math.prod(values.shape[axis + 1 :])
    flat = np.ascontiguousarray(values).reshape(-1)
    sums = _sum_neighbours(flat, size, step, f"axis {axis}").reshape(values.shape)
    # Further on along the axis, the sums have no meaning.
    found: Array = sums[(slice(None),) * axis + (slice(values.shape[axis] - size + 1),)]
    return found
