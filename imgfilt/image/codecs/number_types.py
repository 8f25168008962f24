"""The number types of files: the depth for each type, and notes for the user on conversions."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from ...dtypes import DTYPES, white_level
from ...errors import ImageError
from ..image import Pixels

# By number type, for types that aren't depths: the smallest float type that holds every value.
FLOATS = {
    "int8": "float32", "int16": "float32", "int32": "float64", "uint32": "float64",
    "float16": "float32",
}  # fmt: skip

_HINTS = {
    "bool": "pixels.astype(numpy.uint8) * 255 makes levels of them",
    "int64": "convert them to float64, which can be filtered",
    "uint64": "convert them to float64, which can be filtered",
}


def depth_for(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """Return the depth for numbers of a type; ImageError if such numbers can't be filtered."""
    name = np.dtype(dtype).name
    if name in DTYPES:
        return np.dtype(name)
    if name not in FLOATS:
        hint = _HINTS.get(name, f"{', '.join(DTYPES)} can be filtered")
        raise ImageError(f"holds numbers of type {name}; {hint}")
    return np.dtype(FLOATS[name])


def check_bits(bits: int, supported: set[int]) -> None:
    """Raise ImageError unless the number of bits of a channel is supported."""
    if bits not in supported:
        numbers = " or ".join(map(str, sorted(supported)))
        raise ImageError(f"stores {bits} bits a channel; {numbers} can be read without loss")


def describe_stretch(white: int, depth: npt.DTypeLike) -> tuple[str, ...]:
    """Return Metadata.details about levels 0..white that are stretched to a depth; () if equal."""
    full = white_level(depth)
    return () if white == full else (f"levels 0..{white} are read as 0..{full}",)


def describe_conversion(dtype: npt.DTypeLike) -> tuple[str, ...]:
    """Return Metadata.notes about numbers that are converted to floats; () if they aren't."""
    dtype = np.dtype(dtype)
    if dtype.name not in FLOATS:
        return ()
    if dtype.kind == "f":
        return (f"{8 * dtype.itemsize}-bit floats are read as 32-bit floats",)
    kind = "signed" if dtype.kind == "i" else "unsigned"
    floats = DTYPES[FLOATS[dtype.name]]
    return (
        f"{8 * dtype.itemsize}-bit {kind} integers are read as {floats}s of the same values; "
        "0 is black and 1 is white, as in every float picture",
    )


def read_array(stream: BinaryIO, dtype: npt.DTypeLike, shape: tuple[int, ...]) -> Pixels:
    """Read an array from the current offset of a stream.

    Parameters
    ----------
    stream : binary stream
    dtype : dtype
    shape : tuple of int

    Raises
    ------
    ImageError
        When the stream ends too early.
    """
    values: Pixels = np.empty(shape, dtype)
    read_into(stream, values, values.nbytes // len(values))
    return values


def read_into(stream: BinaryIO, target: Pixels, stride: int) -> None:
    """Read the rows of an array from the current offset of a stream.

    Parameters
    ----------
    stream : binary stream
    target : (h, ...) array
        Each row of it is contiguous.
    stride : int
        How many bytes after the start of a row in the stream the next one starts.

    Raises
    ------
    ImageError
        When the stream ends too early.
    """
    is_contiguous = target.flags.c_contiguous and stride == target.nbytes // len(target)
    start = stream.tell()
    for number, part in enumerate([target] if is_contiguous else target):
        stream.seek(start + number * stride)
        if stream.readinto(part.reshape(-1).view(np.uint8)) < part.nbytes:  # type: ignore[attr-defined]
            raise ImageError("is truncated")
