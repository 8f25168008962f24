"""Low rank: a kernel as a sum of two or three products of factors, each done as one."""

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
_SIDES = 13, 256  # shorter, `rows` takes less time; longer, it takes long to find the terms


@lru_cache(maxsize=8)
def terms(taps: Taps) -> tuple[Taps, ...] | None:
    """Return products of factors that add up to a kernel, or None where it takes too many.

    Source: the singular value decomposition, whose first terms are the closest sum of so many.
    """
    if not _SIDES[0] <= min(taps.shape) <= max(taps.shape) <= _SIDES[1]:
        return None
    left, sizes, right = np.linalg.svd(taps.weights, full_matrices=False)
    rank = int(np.count_nonzero(sizes > WEIGHT_TOLERANCE * taps.magnitude))
    if not 2 <= rank <= MOST_RANK:
        return None
    return tuple(Taps((left[:, i] * sizes[i], right[i])) for i in range(rank))


def gain(taps: Taps) -> float:
    """Return how much larger the terms are than their sum."""
    return sum(term.magnitude for term in terms(taps) or ()) / taps.magnitude


def run(padded: Array, taps: Taps, dtype: DTypeLike) -> Array:
    """Return the (h, w, C) sums Σ weights · padded, computed in a float.

    Rounding is within gain · (rows + columns) · eps/2 · Σ|w| · max|I|.
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
