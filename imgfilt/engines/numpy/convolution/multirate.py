"""Wide Gaussians on a coarse grid, at a cost that doesn't grow with the width.

With T the kernel's operator along an axis, m = B·A goes to a coarse grid and back (see
`decimation`). The residual T − m, mostly because T ends abruptly, is small, and

    Tv·Th = mv·Th + (Tv − mv)·mh + (Tv − mv)·(Th − mh)

has a last term that is the product of two small ones and is left out. The others cost little: in
each, one axis is on the coarse grid while the other is filtered at full resolution.

Example, with numbers for operators: if T is 1 and m 0.998 along both axes, the first two terms are
0.998 · 1 + 0.002 · 0.998 = 0.999996, and what is left out is 0.002 · 0.002 = 0.000004.

Source: Rabiner & Crochiere (see `decimation`), for the coarse grid.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from ....buffers import borrow
from ....dtypes import Array
from ..products import multiply
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


def _find_grids(taps: Taps, values: str) -> tuple[Grid, Grid] | None:
    """Return the vertical and the horizontal grid, or None if their residuals are too large."""
    if taps.factors is None:
        return None
    *fits, most = _FITS[values]
    vertical, horizontal = (make_grid(*each) for each in zip(taps.factors, fits, strict=True))
    if vertical is None or horizontal is None or vertical.residual * horizontal.residual > most:
        return None
    return vertical, horizontal


def _get_grids(taps: Taps, values: str) -> tuple[Grid, Grid]:
    """Return the vertical and the horizontal grid of taps that `suits` accepts."""
    found = _find_grids(taps, values)
    assert found is not None
    return found


def suits(taps: Taps, *values: str) -> bool:
    """Return whether both factors are wide Gaussians, for values of each of the dtypes."""
    return all(_find_grids(taps, name) is not None for name in values)


def residual(taps: Taps, values: str) -> float:
    """Return the bound of the error without rounding, relative to Σ|w| · max|I|."""
    vertical, horizontal = _get_grids(taps, values)
    return vertical.residual * horizontal.residual


def run(padded: Array, taps: Taps, dtype: DTypeLike, out_dtype: DTypeLike | None = None) -> Array:
    """Return the (h, w, C) sums Σ weights · padded.

    Before rounding the error is within 7e-7 · Σ|w| · max|I| in float32, 2e-8 in float64, and 5e-6
    (a thousandth of a level) in uint8.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    taps : Taps
        Taps that `suits` accepts.
    dtype : dtype
        The float of the computation.
    out_dtype : dtype, optional
        The dtype of the result, which is rounded if it has integers; by default `dtype`.
    """
    vertical, horizontal = _get_grids(taps, np.dtype(out_dtype or dtype).name)
    shape = (*taps.output(padded), padded.shape[2])
    sums = borrow("sums", shape, out_dtype or dtype)
    for channel in range(shape[2]):
        low, sparse = _decimate(padded[..., channel], vertical, horizontal, *shape[:2])
        _interpolate(
            _filter_horizontally(low, horizontal, shape[1]),
            sparse,
            vertical,
            horizontal,
            sums[..., channel],
        )
    return sums


def _decimate(
    source: Array, vertical: Grid, horizontal: Grid, height: int, width: int
) -> tuple[Array, Array]:
    """Return a plane on the grid down the columns, and one on the grid along the rows.

    The first begins with the point -`vertical.before`, the second with the place 0.
    """
    (length, columns), dtype = source.shape, vertical.dtype
    reach, group = horizontal.horizontal_gather.shape
    groups = -(-horizontal.points(banded.round_up(width, horizontal.columns)) // group)
    wide = max(
        horizontal.lead + columns,
        horizontal.first + (groups - 1) * group * horizontal.step + reach,
        horizontal.lead + banded.round_up(width, horizontal.outputs) + len(horizontal.weights) - 1,
    )
    batch, points = (
        banded.blocks_per_batch(vertical.gather_rows, wide),
        len(vertical.vertical_gather),
    )
    rows, places = batch * vertical.gather_rows, vertical.lead + length
    block = banded.borrow_plane("block", rows, wide, dtype)
    added = banded.borrow_plane("added", batch * points, wide, dtype)
    made = vertical.before + vertical.points(banded.round_up(height, vertical.rows))
    summed = (banded.round_up(places, rows) - vertical.gather_rows) // vertical.step + points
    low = banded.borrow_plane("low", max(made, summed), wide, dtype)
    looked_at = (
        banded.round_up(height, vertical.rows) - vertical.rows + vertical.vertical_residual.shape[1]
    )
    sparse = banded.borrow_plane("few", max(places, looked_at), groups * group, dtype)
    block[...] = low[...] = 0
    sparse[: vertical.lead] = sparse[places:] = sparse[:, groups * group :] = 0
    sources = banded.view_windows(block, horizontal.first, groups, group * horizontal.step, reach)
    targets = banded.view_windows(sparse, 0, groups, group, group)
    parts = banded.view_blocks(block, batch, vertical.gather_rows, vertical.gather_rows)
    sums = banded.view_blocks(added, batch, points, points)
    for top in range(0, places, rows):
        first, last = max(top, vertical.lead), min(top + rows, places)
        if first >= last:
            continue
        inside = slice(first - top, last - top)
        block[: inside.start] = block[inside.stop :] = 0
        taken = source[first - vertical.lead : last - vertical.lead]
        block[inside, horizontal.lead : horizontal.lead + columns] = taken
        multiply(vertical.vertical_gather, parts, sums)
        for number in range(batch):
            at = (top + number * vertical.gather_rows) // vertical.step
            low[at : at + points] += added[number * points : (number + 1) * points]
        multiply(sources[:, inside], horizontal.horizontal_gather, targets[:, first:last])
    return low, sparse


def _filter_horizontally(low: Array, horizontal: Grid, width: int) -> Array:
    """Return a plane on the grid down the columns, filtered along the rows."""
    count, outputs = -(-width // horizontal.outputs), horizontal.outputs
    wide = max(count * outputs, banded.round_up(width, horizontal.columns))
    full = banded.borrow_plane("full", len(low), wide, low.dtype)
    full[:, count * outputs :] = 0
    sources = banded.view_windows(
        low, horizontal.lead, count, outputs, len(horizontal.horizontal_kernel)
    )
    targets = banded.view_windows(full, 0, count, outputs, outputs)
    for top in range(0, len(low), _ROWS):
        some = np.s_[:, top : top + _ROWS]
        multiply(sources[some], horizontal.horizontal_kernel, targets[some])
    return full


def _interpolate(full: Array, sparse: Array, vertical: Grid, horizontal: Grid, sums: Array) -> None:
    """Write the (h, w) sums of the planes on the two grids, at full resolution."""
    (height, width), dtype = sums.shape, vertical.dtype
    batch = banded.blocks_per_batch(vertical.rows, full.shape[1])
    rows = batch * vertical.rows
    found, more = (
        banded.borrow_plane(name, rows, full.shape[1], dtype) for name in ("found", "more")
    )
    some = banded.borrow_plane("some", rows, sparse.shape[1], dtype)
    more[...] = 0
    count, advance = -(-width // horizontal.columns), horizontal.columns // horizontal.step
    sources = banded.view_windows(some, 0, count, advance, len(horizontal.horizontal_spread))
    targets = banded.view_windows(more, 0, count, horizontal.columns, horizontal.columns)
    count, advance = -(-height // vertical.rows), vertical.rows // vertical.step
    low = banded.view_blocks(
        full[vertical.before :], count, advance, vertical.vertical_spread.shape[1]
    )
    inputs = banded.view_blocks(sparse, count, vertical.rows, vertical.vertical_residual.shape[1])
    out, rest = (
        banded.view_blocks(one, batch, vertical.rows, vertical.rows) for one in (found, some)
    )
    for first in range(0, count, batch):
        part = slice(first, min(first + batch, count))
        made = slice((part.stop - first) * vertical.rows)
        multiply(vertical.vertical_spread, low[part], out[: part.stop - first])
        multiply(vertical.vertical_residual, inputs[part], rest[: part.stop - first])
        multiply(sources[:, made], horizontal.horizontal_spread, targets[:, made])
        found[made] += more[made]
        target = sums[first * vertical.rows :][:rows]
        banded.store_rounded(found[: len(target), :width], target)


def operations(taps: Taps, values: str) -> float:
    """Return the multiplications and additions of an output pixel."""
    vertical, horizontal = _get_grids(taps, values)
    return vertical.vertical_operations + horizontal.horizontal_operations
