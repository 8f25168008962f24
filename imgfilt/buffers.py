"""Scratch memory that a thread reuses: allocating memory takes longer than a small filter.

An array that a thread borrowed under a name is overwritten once the thread borrows that name again.
So a result that is needed after its strip is done must not be in borrowed memory.
"""

from __future__ import annotations

import math
import threading
from typing import Any

from .dtypes import Array

_local = threading.local()  # its attributes are this thread's buffers by name


def borrow(name: str, shape: tuple[int, ...], dtype: Any) -> Array:
    """Return a contiguous array in this thread's buffer of a name; its content is undefined.

    Parameters
    ----------
    name : str
        The buffer's; each thread has a buffer of each name.
    shape : tuple of int
    dtype : dtype
    """
    import numpy as np

    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    buffer: Array | None = getattr(_local, name, None)
    if buffer is None or len(buffer) < size:
        buffer = np.empty(size, np.uint8)
        setattr(_local, name, buffer)
    array: Array = buffer[:size].view(dtype).reshape(shape)
    return array


def trim_to(limit: int) -> None:
    """Free this thread's buffers, the largest first, until they have at most `limit` bytes."""
    buffers: dict[str, Array] = vars(_local)
    for name in sorted(buffers, key=lambda name: len(buffers[name]), reverse=True):
        if sum(map(len, buffers.values())) <= limit:
            break
        del buffers[name]


def cast(name: str, values: Array, dtype: Any) -> Array:
    """Return values in a dtype: the array itself if this is its dtype, else a copy in a buffer.

    Parameters
    ----------
    name : str
        The buffer's.
    values : array
    dtype : dtype
        It must be able to hold the values.
    """
    import numpy as np

    if values.dtype == dtype:
        return values
    copy = borrow(name, values.shape, dtype)
    np.copyto(copy, values, casting="unsafe")
    return copy
