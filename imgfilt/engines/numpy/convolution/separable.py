"""Two passes with the factors of a kernel of rank 1 (the lecture's "Separability").

Example: (1 2 1) down the columns times (1 2 1) along the rows, on the levels

    1 2 3    along the rows:    1 + 4 + 3 = 8
    4 5 6                      4 + 10 + 6 = 20
    7 8 9                      7 + 16 + 9 = 32    down the column:  8 + 40 + 32 = 80

takes 3 + 3 products for each value, once the values along the rows are shared by those below each
other. The kernel 1 2 1, 2 4 2, 1 2 1 itself takes 9.
"""

from __future__ import annotations

from numpy.typing import DTypeLike

from ....buffers import borrow
from ....dtypes import Array
from ..products import MOST, multiply
from . import banded
from .taps import Taps, Weights

_OUTPUTS = 16, 32  # of one product, for few and for many taps; other numbers took longer
_MANY = 64
# Rows of one product along the rows. BLAS adds in another order for other numbers of rows, and for
# other places of a row among them: where values aren't repaired, some 10 of a million round
# otherwise in another cut of the picture.
_GROUPS = 64, 16, 4


def run(padded: Array, taps: Taps, dtype: DTypeLike, out_dtype: DTypeLike | None = None) -> Array:
    """Return the (h, w, C) sums Σ weights · padded.

    Rounding errors are within (rows + columns) · eps/2 · Σ|w| · max|I|.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    taps : Taps
        Taps of rank 1.
    dtype : dtype
        The float of the computation.
    out_dtype : dtype, optional
        The dtype of the result, which is rounded if it has integers; by default `dtype`.
    """
    assert taps.factors is not None
    down, across = (
        banded.toeplitz_matrix(one, _outputs_per_product(one), dtype) for one in taps.factors
    )
    shape = (*taps.output(padded), padded.shape[2])
    sums = borrow("sums", shape, out_dtype or dtype)
    for channel in range(shape[2]):
        _run(padded[..., channel], down, across, sums[..., channel])
    return sums


def _run(source: Array, down: Array, across: Array, sums: Array) -> None:
    """Write the (h, w) sums of a plane by two band matrices, some rows at a time."""
    (height, width), (rows, outputs), dtype = sums.shape, (len(down), len(across)), down.dtype
    more_rows, columns = len(source) - height, source.shape[1]
    count = -(-width // outputs)
    groups = [some for some in _GROUPS if some * across.size <= MOST] or [_GROUPS[-1]]
    batch = max(banded.blocks_per_batch(rows, columns), -(-more_rows // rows))
    slab = banded.round_up(batch * rows, max(_GROUPS))
    batch = slab // rows
    block = banded.borrow_plane("block", slab, columns + outputs, dtype)
    between = banded.borrow_plane(
        "between", slab + banded.round_up(more_rows, groups[-1]), count * outputs, dtype
    )
    found = banded.borrow_plane("found", slab, count * outputs, dtype)
    block[...] = between[...] = 0
    sources = banded.view_windows(block, 0, count, outputs, across.shape[1])
    parts = banded.view_blocks(between, batch, rows, rows + more_rows)
    results = banded.view_blocks(found, batch, rows, rows)
    along = across.T.copy()

    def pass_across(first: int, last: int, place: int) -> None:
        """Filter rows of the source along the rows, and write them to `between` from `place` on."""
        block[: last - first, :columns] = source[first:last]
        targets = banded.view_windows(between[place:], 0, count, outputs, outputs)
        done, wanted = 0, banded.round_up(last - first, groups[-1])
        for group in groups:
            number = (wanted - done) // group
            some, stack = slice(done, done + number * group), (count, number, group)
            from_rows = sources[:, some].reshape(*stack, across.shape[1])
            multiply(from_rows, along, targets[:, some].reshape(*stack, outputs))
            done = some.stop

    pass_across(0, more_rows, slab)
    for top in range(0, height, slab):
        between[:more_rows] = between[slab : slab + more_rows]
        some = min(slab, height - top)
        pass_across(top + more_rows, top + more_rows + some, more_rows)
        multiply(down, parts, results)
        banded.store_rounded(found[:some, :width], sums[top : top + some])


def _outputs_per_product(factor: Weights) -> int:
    return _OUTPUTS[len(factor) >= _MANY]


def operations(taps: Taps) -> float:
    """Return the multiplications and additions of an output pixel."""
    factors = taps.factors or ()
    return sum(2.0 * (_outputs_per_product(one) + len(one) - 1) for one in factors)
