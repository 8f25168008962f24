"""A kernel of rank 2 or 3 as a sum of separable kernels."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import DTypeLike

from ....buffers import borrow
from ....dtypes import Array
from ....numbers import WEIGHT_TOLERANCE
from . import separable
from .taps import Taps

MOST_RANK = 3
_SIDES = 13, 256  # `row_products` takes less time below; finding the terms takes long above


@lru_cache(maxsize=8)
def terms(taps: Taps) -> tuple[Taps, ...] | None:
    """Return the separable kernels that add up to a kernel, or None if there are too many.

    Source: singular value decomposition, whose first n terms are the closest sum of n terms.
    """
    if not _SIDES[0] <= min(taps.shape) <= max(taps.shape) <= _SIDES[1]:
        return None
    left, sizes, right = np.linalg.svd(taps.weights, full_matrices=False)
    rank = int(np.count_nonzero(sizes > WEIGHT_TOLERANCE * taps.magnitude))
    if not 2 <= rank <= MOST_RANK:
        return None
    return tuple(Taps((left[:, i] * sizes[i], right[i])) for i in range(rank))


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
