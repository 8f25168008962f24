"""A kernel of rank 2 or 3 as a sum of separable kernels.

Example: the greatest weight of "sharpen" is 5. Its column over 5, -1/5 1 -1/5, times its row,
-1 5 -1, is the first term. What is left is a product, too, of 1 0 1 and -1/5 0 -1/5: the rank is 2.

     0 -1  0       1/5 -1  1/5      -1/5  0 -1/5
    -1  5 -1   =   -1   5  -1    +    0   0   0
     0 -1  0       1/5 -1  1/5      -1/5  0 -1/5

The terms that are summed are those of the singular value decomposition. They are orthogonal, so
they cancel less, and rounding errors are smaller.

Sources: Gaussian elimination with complete pivoting, which finds the rank and a sum of few terms
(Golub & Van Loan, Matrix Computations, section 3.4); Treitel & Shanks, "The design of multistage
separable planar filters" (1971), for the terms of the decomposition.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import DTypeLike

from ....buffers import borrow
from ....dtypes import Array
from ....numbers import WEIGHT_TOLERANCE
from . import separable
from .taps import Taps, Weights

MOST_RANK = 3
_SIDES = 13, 256  # `row_products` takes less time below; finding the terms takes long above


@lru_cache(maxsize=8)
def terms(taps: Taps) -> tuple[Taps, ...] | None:
    """Return the separable kernels that add up to a kernel, or None if there are too many."""
    if not _SIDES[0] <= min(taps.shape) <= max(taps.shape) <= _SIDES[1]:
        return None
    crosses = _eliminate(taps.weights, WEIGHT_TOLERANCE * taps.magnitude)
    if crosses is None:
        return None
    # The SVD of the small matrix down · acrossᵀ gives that of the whole.
    (left, down), (right, across) = (np.linalg.qr(np.transpose(vectors)) for vectors in crosses)
    inner_left, sizes, inner_right = np.linalg.svd(np.einsum("ik,jk->ij", down, across))
    lefts, rights = left @ (inner_left * sizes), inner_right @ right.T
    return tuple(Taps(pair) for pair in zip(lefts.T, rights, strict=True))


def _eliminate(weights: Weights, least: float) -> tuple[list[Weights], list[Weights]] | None:
    """Return two or three columns and rows whose products add up to weights, or None.

    It is much faster than the singular value decomposition of large weights, which would also start
    threads of BLAS.
    """
    rest, columns, rows = weights.copy(), [], []
    for _ in range(MOST_RANK + 1):
        at = np.unravel_index(np.abs(rest).argmax(), rest.shape)
        if abs(rest[at]) <= least:
            break
        columns.append(rest[:, at[1]] / rest[at])
        rows.append(rest[at[0]].copy())
        rest -= np.outer(columns[-1], rows[-1])
    return (columns, rows) if 2 <= len(rows) <= MOST_RANK else None


def gain(taps: Taps) -> float:
    """Return Σ|w| of all terms over Σ|w| of the kernel."""
    return sum(term.magnitude for term in terms(taps) or ()) / taps.magnitude


def run(padded: Array, taps: Taps, dtype: DTypeLike) -> Array:
    """Return the (h, w, C) sums Σ weights · padded.

    Rounding errors are within gain · (rows + columns) · eps/2 · Σ|w| · max|I|.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    taps : Taps
        Taps for which `terms` isn't None.
    dtype : dtype
        The float of the computation and of the result.
    """
    first, *others = terms(taps) or ()
    height, width = taps.output(padded)
    sums = borrow("low rank", (height, width, padded.shape[2]), dtype)
    sums[...] = separable.run(padded, first, dtype)
    for term in others:
        sums += separable.run(padded, term, dtype)
    return sums


def operations(taps: Taps) -> float:
    """Return the multiplications and additions of an output pixel."""
    parts = terms(taps) or ()
    return sum(separable.operations(term) for term in parts) + len(parts) - 1
