"""The header of a `.npy` file, in which NumPy keeps an array."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from ..errors import ImageError

MAGIC: bytes = npy.MAGIC_PREFIX
_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_header(stream: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return the shape, whether the array is in Fortran order, and the dtype.

    The stream then stands at the first number. No array is allocated.

    Raises
    ------
    ImageError
        If the version is another than 1.0 and 2.0.
    Exception
        If the header is broken; NumPy raises errors of many kinds.
    """
    version = npy.read_magic(stream)
    if version not in _READERS:
        raise ImageError(f"is a .npy of version {version[0]}.{version[1]}; 1.0 and 2.0 are read")
    shape, fortran_order, dtype = _READERS[version](stream)
    return shape, fortran_order, dtype
