"""Multirate: wide bells at a cost that doesn't grow with them, on a grid as coarse as they allow.

With T the kernel's operator along an axis, m = B·A goes to a coarse grid and back (`grid`). What m
misses of T, mostly that T ends abruptly, is small, and

    Tv·Th = mv·Th + (Tv − mv)·mh + (Tv − mv)·(Th − mh)

has a last term that is the product of two small ones. The others cost little: in each, one axis is
on the coarse grid while the other is done at full length.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from ....buffers import borrow
from ....dtypes import Array
from . import banded
from .decimation import Fit, Grid, grid
from .taps import Taps

_ROWS = 16  # on the grid, done at once at full length: small enough a product for `band`

# For the dtype of the values: the fits down and across, and the product of what they miss that is
# little enough. Rounded, the kernel across is missed by more, so that its grid is sparser.
_FITS = {
    "float32": (Fit("float32", 1.25, 4.0), Fit("float32", 1.25, 4.0), 6.4e-7),
    "float64": (Fit("float64", 2.0, 5.0), Fit("float64", 2.0, 5.0), 2e-8),
    "uint8": (Fit("float32", 1.5, 4.0), Fit("float32", 1.0, 3.3), 5e-6),
}


def _grids(taps: Taps, values: str) -> tuple[Grid, Grid] | None:
    """Return the grids down and across for values of a dtype, or None where they miss too much."""
    if taps.factors is None:
        return None
    *fits, most = _FITS[values]
    down, across = (grid(*each) for each in zip(taps.factors, fits, strict=True))
    if down is None or across is None or down.missed * across.missed > most:
        return None
    return down, across


def _grids_for(taps: Taps, values: str) -> tuple[Grid, Grid]:
    found = _grids(taps, values)
    assert found is not None
    return found


def suits(taps: Taps, *values: str) -> bool:
    """Tell whether both factors are wide bells, for values of some dtypes."""
    return all(_grids(taps, name) is not None for name in values)


def missed(taps: Taps, values: str) -> float:
    """Return the bound of the error, relative to Σ|w| · max|I|, but for rounding."""
    down, across = _grids_for(taps, values)
    return down.missed * across.missed


def run(padded: Array, taps: Taps, dtype: DTypeLike, out_dtype: DTypeLike | None = None) -> Array:
    """Return the (h, w, C) sums Σ weights · padded, computed in a float.

    In another dtype, if asked for, they are rounded. Their error is within 7e-7 · Σ|w| · max|I| in
    float32, 2e-8 in float64, and 5e-6 (a thousandth of a level) in uint8, but for rounding.
    """
    down, across = _grids_for(taps, np.dtype(out_dtype or dtype).name)
    shape = (*taps.output(padded), padded.shape[2])
    sums = borrow("sums", shape, out_dtype or dtype)
    for channel in range(shape[2]):
        low, few = _gathered(padded[..., channel], down, across, *shape[:2])
        _spread(_full(low, across, shape[1]), few, down, across, sums[..., channel])
    return sums


def _gathered(
    source: Array, down: Grid, across: Grid, height: int, width: int
) -> tuple[Array, Array]:
    """Return a plane on the grid down the columns and one on the grid along the rows.

    The first begins with the point -`down.before`, the second with the place 0.
    """
    (length, columns), dtype = source.shape, down.dtype
    reach, group = across.gather_across.shape
    groups = -(-across.points(banded.rounded_up(width, across.columns)) // group)
    wide = max(
        across.lead + columns,
        across.first + (groups - 1) * group * across.step + reach,
        across.lead + banded.rounded_up(width, across.outputs) + len(across.weights) - 1,
    )
    together, points = banded.together(down.taken, wide), len(down.gather_down)
    rows, places = together * down.taken, down.lead + length
    block = banded.plane("block", rows, wide, dtype)
    added = banded.plane("added", together * points, wide, dtype)
    made = down.before + down.points(banded.rounded_up(height, down.rows))
    summed = (banded.rounded_up(places, rows) - down.taken) // down.step + points
    low = banded.plane("low", max(made, summed), wide, dtype)
    looked_at = banded.rounded_up(height, down.rows) - down.rows + down.rest_down.shape[1]
    few = banded.plane("few", max(places, looked_at), groups * group, dtype)
    block[...] = low[...] = 0
    few[: down.lead] = few[places:] = few[:, groups * group :] = 0
    sources = banded.windows(block, across.first, groups, group * across.step, reach)
    targets = banded.windows(few, 0, groups, group, group)
    parts = banded.blocks(block, together, down.taken, down.taken)
    sums = banded.blocks(added, together, points, points)
    for top in range(0, places, rows):
        first, last = max(top, down.lead), min(top + rows, places)
        if first >= last:
            continue
        inside = slice(first - top, last - top)
        block[: inside.start] = block[inside.stop :] = 0
        taken = source[first - down.lead : last - down.lead]
        block[inside, across.lead : across.lead + columns] = taken
        np.matmul(down.gather_down, parts, out=sums)
        for number in range(together):
            at = (top + number * down.taken) // down.step
            low[at : at + points] += added[number * points : (number + 1) * points]
        np.matmul(sources[:, inside], across.gather_across, out=targets[:, first:last])
    return low, few


def _full(low: Array, across: Grid, width: int) -> Array:
    """Return what the kernel across makes of a plane on the grid down the columns."""
    count, outputs = -(-width // across.outputs), across.outputs
    wide = max(count * outputs, banded.rounded_up(width, across.columns))
    full = banded.plane("full", len(low), wide, low.dtype)
    full[:, count * outputs :] = 0
    sources = banded.windows(low, across.lead, count, outputs, len(across.full_across))
    targets = banded.windows(full, 0, count, outputs, outputs)
    for top in range(0, len(low), _ROWS):
        some = np.s_[:, top : top + _ROWS]
        np.matmul(sources[some], across.full_across, out=targets[some])
    return full


def _spread(full: Array, few: Array, down: Grid, across: Grid, sums: Array) -> None:
    """Put into (h, w) sums what the planes on the grids are at full length."""
    (height, width), dtype = sums.shape, down.dtype
    together = banded.together(down.rows, full.shape[1])
    rows = together * down.rows
    found, more = (banded.plane(name, rows, full.shape[1], dtype) for name in ("found", "more"))
    some = banded.plane("some", rows, few.shape[1], dtype)
    more[...] = 0
    count, advance = -(-width // across.columns), across.columns // across.step
    sources = banded.windows(some, 0, count, advance, len(across.spread_across))
    targets = banded.windows(more, 0, count, across.columns, across.columns)
    count, advance = -(-height // down.rows), down.rows // down.step
    low = banded.blocks(full[down.before :], count, advance, down.spread_down.shape[1])
    inputs = banded.blocks(few, count, down.rows, down.rest_down.shape[1])
    out, rest = (banded.blocks(one, together, down.rows, down.rows) for one in (found, some))
    for first in range(0, count, together):
        part = slice(first, min(first + together, count))
        made = slice((part.stop - first) * down.rows)
        np.matmul(down.spread_down, low[part], out=out[: part.stop - first])
        np.matmul(down.rest_down, inputs[part], out=rest[: part.stop - first])
        np.matmul(sources[:, made], across.spread_across, out=targets[:, made])
        found[made] += more[made]
        target = sums[first * down.rows :][:rows]
        banded.put(found[: len(target), :width], target)


def operations(taps: Taps, values: str) -> float:
    """Return the multiplications and additions of an output pixel."""
    down, across = _grids_for(taps, values)
    return down.operations_down + across.operations_across
