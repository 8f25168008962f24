"""Scratch: memory that a thread uses again and again; fresh memory costs more than a small filter.

What was borrowed under a name is the borrower's until its thread borrows under that name again, so
nothing that outlives a strip lies there.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

from .dtypes import Array

if TYPE_CHECKING:
    pass


_kept = threading.local()


def borrow(name: str, shape: tuple[int, ...], dtype: Any) -> Array:
    """Return a contiguous array of this thread's own, its content undefined."""
    import numpy as np

    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    kept: Array | None = getattr(_kept, name, None)
    if kept is None or len(kept) < size:
        kept = np.empty(size, np.uint8)
        setattr(_kept, name, kept)
    array: Array = kept[:size].view(dtype).reshape(shape)
    return array


def drop(most: int) -> None:
    """Give back this thread's memory, the largest array first, until it keeps so many bytes."""
    held: dict[str, Array] = vars(_kept)
    for name in sorted(held, key=lambda name: len(held[name]), reverse=True):
        if sum(map(len, held.values())) <= most:
            break
        del held[name]


def cast(name: str, values: Array, dtype: Any) -> Array:
    """Return values in a dtype that holds them: as they are, or copied to what is borrowed."""
    import numpy as np

    if values.dtype == dtype:
        return values
    copied = borrow(name, values.shape, dtype)
    np.copyto(copied, values, casting="unsafe")
    return copied
