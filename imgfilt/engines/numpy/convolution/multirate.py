"""Wide Gaussians at a cost that doesn't grow with them, on a grid as coarse as they allow.

With T the kernel's operator along an axis, m = B·A goes to a coarse grid and back (see
`decimation`). The residual T − m, mostly because T ends abruptly, is small, and

    Tv·Th = mv·Th + (Tv − mv)·mh + (Tv − mv)·(Th − mh)

has a last term that is the product of two small ones and is left out. The others cost little: in
each, one axis is on the coarse grid while the other is filtered at full resolution.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from ....buffers import borrow
from ....dtypes import Array
from . import banded
from .decimation import Fit, Grid, make_grid
from .taps import Taps

_ROWS = 16  # on the grid, filtered in one product, which is small enough for `banded`

# For the dtype of the values: the fits down and across, and the largest product of their residuals.
# For rounded values the residual across may be larger, so that its grid is sparser.
_FITS = {
    "float32": (Fit("float32", 1.25, 4.0), Fit("float32", 1.25, 4.0), 6.4e-7),
    "float64": (Fit("float64", 2.0, 5.0), Fit("float64", 2.0, 5.0), 2e-8),
    "uint8": (Fit("float32", 1.5, 4.0), Fit("float32", 1.0, 3.3), 5e-6),
}


def _grids(taps: Taps, values: str) -> tuple[Grid, Grid] | None:
    """Return the grids down and across, or None where their residuals are too large."""
    if taps.factors is None:
        return None
    *fits, most = _FITS[values]
    down, across = (make_grid(*each) for each in zip(taps.factors, fits, strict=True))
    if down is None or across is None or down.residual * across.residual > most:
        return None
    return down, across


def _known_grids(taps: Taps, values: str) -> tuple[Grid, Grid]:
    found = _grids(taps, values)
    assert found is not None
    return found


def suits(taps: Taps, *values: str) -> bool:
    """Return whether both factors are wide Gaussians, for values of each of the dtypes."""
    return all(_grids(taps, name) is not None for name in values)


def residual(taps: Taps, values: str) -> float:
    """Return the bound of the error without rounding, relative to Σ|w| · max|I|."""
    down, across = _known_grids(taps, values)
    return down.residual * across.residual


def run(padded: Array, taps: Taps, dtype: DTypeLike, out_dtype: DTypeLike | None = None) -> Array:
    """Return the (h, w, C) sums Σ weights · padded.

    Before rounding the error is within 7e-7 · Σ|w| · max|I| in float32, 2e-8 in float64, and 5e-6
    (a thousandth of a level) in uint8.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    taps : Taps
        Those that `suits` accepts.
    dtype : dtype
        The float of the computation.
    out_dtype : dtype, optional
        That of the result, rounded; like `dtype` by default.
    """
    down, across = _known_grids(taps, np.dtype(out_dtype or dtype).name)
    shape = (*taps.output(padded), padded.shape[2])
    sums = borrow("sums", shape, out_dtype or dtype)
    for channel in range(shape[2]):
        low, sparse = _decimate(padded[..., channel], down, across, *shape[:2])
        _interpolate(
            _filter_across(low, across, shape[1]), sparse, down, across, sums[..., channel]
        )
    return sums


def _decimate(
    source: Array, down: Grid, across: Grid, height: int, width: int
) -> tuple[Array, Array]:
    """Return a plane on the grid down the columns, and one on the grid along the rows.

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
    batch, points = banded.blocks_per_batch(down.gather_rows, wide), len(down.gather_down)
    rows, places = batch * down.gather_rows, down.lead + length
    block = banded.plane_buffer("block", rows, wide, dtype)
    added = banded.plane_buffer("added", batch * points, wide, dtype)
    made = down.before + down.points(banded.rounded_up(height, down.rows))
    summed = (banded.rounded_up(places, rows) - down.gather_rows) // down.step + points
    low = banded.plane_buffer("low", max(made, summed), wide, dtype)
    looked_at = banded.rounded_up(height, down.rows) - down.rows + down.residual_down.shape[1]
    sparse = banded.plane_buffer("few", max(places, looked_at), groups * group, dtype)
    block[...] = low[...] = 0
    sparse[: down.lead] = sparse[places:] = sparse[:, groups * group :] = 0
    sources = banded.windows(block, across.first, groups, group * across.step, reach)
    targets = banded.windows(sparse, 0, groups, group, group)
    parts = banded.blocks(block, batch, down.gather_rows, down.gather_rows)
    sums = banded.blocks(added, batch, points, points)
    for top in range(0, places, rows):
        first, last = max(top, down.lead), min(top + rows, places)
        if first >= last:
            continue
        inside = slice(first - top, last - top)
        block[: inside.start] = block[inside.stop :] = 0
        taken = source[first - down.lead : last - down.lead]
        block[inside, across.lead : across.lead + columns] = taken
        np.matmul(down.gather_down, parts, out=sums)
        for number in range(batch):
            at = (top + number * down.gather_rows) // down.step
            low[at : at + points] += added[number * points : (number + 1) * points]
        np.matmul(sources[:, inside], across.gather_across, out=targets[:, first:last])
    return low, sparse


def _filter_across(low: Array, across: Grid, width: int) -> Array:
    """Return a plane on the grid down the columns, filtered along the rows."""
    count, outputs = -(-width // across.outputs), across.outputs
    wide = max(count * outputs, banded.rounded_up(width, across.columns))
    full = banded.plane_buffer("full", len(low), wide, low.dtype)
    full[:, count * outputs :] = 0
    sources = banded.windows(low, across.lead, count, outputs, len(across.full_across))
    targets = banded.windows(full, 0, count, outputs, outputs)
    for top in range(0, len(low), _ROWS):
        some = np.s_[:, top : top + _ROWS]
        np.matmul(sources[some], across.full_across, out=targets[some])
    return full


def _interpolate(full: Array, sparse: Array, down: Grid, across: Grid, sums: Array) -> None:
    """Write the (h, w) sums of the planes on the two grids, at full resolution."""
    (height, width), dtype = sums.shape, down.dtype
    batch = banded.blocks_per_batch(down.rows, full.shape[1])
    rows = batch * down.rows
    found, more = (
        banded.plane_buffer(name, rows, full.shape[1], dtype) for name in ("found", "more")
    )
    some = banded.plane_buffer("some", rows, sparse.shape[1], dtype)
    more[...] = 0
    count, advance = -(-width // across.columns), across.columns // across.step
    sources = banded.windows(some, 0, count, advance, len(across.spread_across))
    targets = banded.windows(more, 0, count, across.columns, across.columns)
    count, advance = -(-height // down.rows), down.rows // down.step
    low = banded.blocks(full[down.before :], count, advance, down.spread_down.shape[1])
    inputs = banded.blocks(sparse, count, down.rows, down.residual_down.shape[1])
    out, rest = (banded.blocks(one, batch, down.rows, down.rows) for one in (found, some))
    for first in range(0, count, batch):
        part = slice(first, min(first + batch, count))
        made = slice((part.stop - first) * down.rows)
        np.matmul(down.spread_down, low[part], out=out[: part.stop - first])
        np.matmul(down.residual_down, inputs[part], out=rest[: part.stop - first])
        np.matmul(sources[:, made], across.spread_across, out=targets[:, made])
        found[made] += more[made]
        target = sums[first * down.rows :][:rows]
        banded.store_rounded(found[: len(target), :width], target)


def operations(taps: Taps, values: str) -> float:
    """Return the multiplications and additions of an output pixel."""
    down, across = _known_grids(taps, values)
    return down.vertical_operations + across.horizontal_operations
