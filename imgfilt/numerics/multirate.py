"""Multirate: wide bells at a cost that doesn't grow with them, on a grid as coarse as they allow.

With T the kernel's operator along an axis, m = B·A goes to a coarse grid and back (`grid`). What m
misses of T, mostly that T ends abruptly, is small, and

    Tv·Th = mv·Th + (Tv − mv)·mh + (Tv − mv)·(Th − mh)

has a last term that is the product of two small ones. The others cost little: in each, one axis is
on the coarse grid while the other is done at full length.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from ..scratch import borrow
from . import band
from .grid import FINENESS, MOST_MISSED, Grid, grid
from .taps import Array, Taps


def suits(taps: Taps) -> bool:
    """Tell whether both factors are wide bells."""
    if taps.factors is None:
        return False
    grids = [grid(factor, dtype) for factor in taps.factors for dtype in FINENESS]
    return all(one is not None and one.missed <= MOST_MISSED for one in grids)


def missed(taps: Taps) -> float:
    """Return the bound of the error in float32, relative to Σ|w| · max|I|, but for rounding."""
    grids = [grid(factor, "float32") for factor in taps.factors or ()]
    return math.prod(one.missed for one in grids if one is not None)


def run(padded: Array, taps: Taps, dtype: DTypeLike, out_dtype: DTypeLike | None = None) -> Array:
    """Return the (h, w, C) sums Σ weights · padded, computed in a float.

    In another dtype, if asked for, they are rounded. Their error is within 7e-7 · Σ|w| · max|I| in
    float32, hundreds of times less in float64, and the rounding of the dtype.
    """
    assert taps.factors is not None
    name = np.dtype(dtype).name
    down, across = (grid(factor, name) for factor in taps.factors)
    assert down is not None and across is not None
    (height, width), channels = taps.output(padded), padded.shape[2]
    sums = borrow("sums", (height, width, channels), out_dtype or dtype)
    low, few = _gathered(padded, down, across, height, width)

    count = -(-width // across.outputs)
    wide = max(count * across.outputs, band.rounded_up(width, across.columns))
    full = band.planes("full", len(low), channels, wide, low.dtype)
    full[..., count * across.outputs :] = 0
    np.matmul(
        band.windows(low, across.lead, count, across.outputs, len(across.full_across)),
        across.full_across,
        out=band.windows(full, 0, count, across.outputs, across.outputs),
    )
    _spread(full, few, down, across, sums)
    return sums


def _gathered(
    padded: Array, down: Grid, across: Grid, height: int, width: int
) -> tuple[Array, Array]:
    """Return a block on the grid down the columns and one on the grid along the rows.

    The first begins with the point -`down.before`, the second with the place 0.
    """
    (length, columns, channels), dtype = padded.shape, down.dtype
    points = across.points(band.rounded_up(width, across.columns))
    reach, group = across.gather_across.shape
    groups = -(-points // group)
    wide = max(
        across.lead + columns,
        across.first + (groups - 1) * group * across.step + reach,
        across.lead + band.rounded_up(width, across.outputs) + len(across.weights) - 1,
    )
    together = band.together(down.taken, channels * wide)
    rows = together * down.taken
    block = band.planes("block", rows, channels, wide, dtype)
    added = band.planes("added", together * len(down.gather_down), channels, wide, dtype)
    places = down.lead + length
    made = down.before + down.points(band.rounded_up(height, down.rows))
    summed = (band.rounded_up(places, rows) - down.taken) // down.step + len(down.gather_down)
    low = band.planes("low", max(made, summed), channels, wide, dtype)
    looked_at = band.rounded_up(height, down.rows) - down.rows + down.rest_down.shape[1]
    few = band.planes("few", max(places, looked_at), channels, groups * group, dtype)
    block[...] = low[...] = 0
    few[: down.lead] = few[places:] = few[..., groups * group :] = 0
    sources = band.windows(block, across.first, groups, group * across.step, reach)
    targets = band.windows(few, 0, groups, group, group)
    parts = band.blocks(block, together, down.taken, down.taken)
    sums = band.blocks(added, together, len(down.gather_down), len(down.gather_down))
    for top in range(0, places, rows):
        first, last = max(top, down.lead), min(top + rows, places)
        if first >= last:
            continue
        inside = slice(first - top, last - top)
        if last - first < rows:
            block[...] = 0
        taken = padded[first - down.lead : last - down.lead]
        band.take_apart(taken, block[inside, :, across.lead : across.lead + columns])
        np.matmul(down.gather_down, parts, out=sums)
        for number in range(together):
            at = (top + number * down.taken) // down.step
            some = added[number * len(down.gather_down) :][: len(down.gather_down)]
            low[at : at + len(some)] += some
        np.matmul(sources[:, :, inside], across.gather_across, out=targets[:, :, first:last])
    return low, few


def _spread(full: Array, few: Array, down: Grid, across: Grid, sums: Array) -> None:
    """Put into (h, w, C) sums what the grids' blocks are at full length."""
    (height, width, channels), dtype = sums.shape, down.dtype
    together = band.together(down.rows, channels * full.shape[2])
    rows = together * down.rows
    found, more = (
        band.planes(name, rows, channels, full.shape[2], dtype) for name in ("found", "more")
    )
    some = band.planes("some", rows, channels, few.shape[2], dtype)
    more[...] = 0
    count = -(-width // across.columns)
    advance = across.columns // across.step
    sources = band.windows(some, 0, count, advance, len(across.spread_across))
    targets = band.windows(more, 0, count, across.columns, across.columns)
    count, advance = -(-height // down.rows), down.rows // down.step
    low = band.blocks(full[down.before :], count, advance, down.spread_down.shape[1])
    inputs = band.blocks(few, count, down.rows, down.rest_down.shape[1])
    out, rest = (band.blocks(one, together, down.rows, down.rows) for one in (found, some))
    for first in range(0, count, together):
        part = slice(first, min(first + together, count))
        made = slice((part.stop - first) * down.rows)
        np.matmul(down.spread_down, low[part], out=out[: part.stop - first])
        np.matmul(down.rest_down, inputs[part], out=rest[: part.stop - first])
        np.matmul(sources[:, :, made], across.spread_across, out=targets[:, :, made])
        found[made] += more[made]
        target = sums[first * down.rows :][:rows]
        band.put_together(found[: len(target), :, :width], target)


def operations(taps: Taps) -> float:
    """Return the multiplications and additions of an output pixel."""
    down, across = (grid(factor, "float32") for factor in taps.factors or ())
    assert down is not None and across is not None
    return down.operations_down + across.operations_across
