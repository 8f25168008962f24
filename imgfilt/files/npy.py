"""Read the header of a `.npy` file, NumPy's format for an array."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from ..errors import ImageError

MAGIC: bytes = npy.MAGIC_PREFIX
_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_header(stream: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return (shape, whether the array is in Fortran order, dtype).

    Afterwards the stream is at the first number. No array is allocated.

    Raises
    ------
    ImageError
        If the version is neither 1.0 nor 2.0.
    Exception
        If the header is broken: NumPy raises errors of many kinds.
    """
    version = npy.read_magic(stream)
    if version not in _READERS:
        raise ImageError(f"is a .npy of version {version[0]}.{version[1]}; 1.0 and 2.0 are read")
    shape, fortran_order, dtype = _READERS[version](stream)
    return shape, fortran_order, dtype
