"""Numbers that are no levels: read as floats of the same values, which is said."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from ...dtypes import DTYPES, white_level
from ...errors import ImageError
from ..image import Pixels

# The least float that holds every value.
FLOATS = {
    "int8": "float32", "int16": "float32", "int32": "float64", "uint32": "float64",
    "float16": "float32",
}  # fmt: skip

HINTS = {
    "bool": "pixels.astype(numpy.uint8) * 255 makes levels of them",
    "int64": "convert them to float64, which can be filtered",
    "uint64": "convert them to float64, which can be filtered",
}


def read_as(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """Return the depth that a file's numbers are read in; ImageError for what can't be filtered."""
    name = np.dtype(dtype).name
    if name in DTYPES:
        return np.dtype(name)
    if name not in FLOATS:
        hint = HINTS.get(name, f"{', '.join(DTYPES)} can be filtered")
        raise ImageError(f"holds numbers of type {name}; {hint}")
    return np.dtype(FLOATS[name])


def check_bits(bits: int, supported: set[int]) -> None:
    """Raise ImageError for a number of bits a channel that would be narrowed."""
    if bits not in supported:
        numbers = " or ".join(map(str, sorted(supported)))
        raise ImageError(f"stores {bits} bits a channel; {numbers} can be read without loss")


def stretched(white: int, depth: npt.DTypeLike) -> tuple[str, ...]:
    """Return the details of levels 0..white that are read in a depth."""
    full = white_level(depth)
    return () if white == full else (f"levels 0..{white} are read as 0..{full}",)


def notes(dtype: npt.DTypeLike) -> tuple[str, ...]:
    """Return what is to be said of a file whose numbers become other floats."""
    found = np.dtype(dtype)
    if found.name not in FLOATS:
        return ()
    if found.kind == "f":
        return (f"{8 * found.itemsize}-bit floats are read as 32-bit floats",)
    kind = "signed" if found.kind == "i" else "unsigned"
    floats = DTYPES[FLOATS[found.name]]
    return (
        f"{8 * found.itemsize}-bit {kind} integers are read as {floats}s of the same values; "
        "0 is black and 1 is white, as in every float picture",
    )


def read_array(stream: BinaryIO, dtype: npt.DTypeLike, shape: tuple[int, ...]) -> Pixels:
    """Read an array from a stream as it is stored there; ImageError if the stream ends early."""
    values: Pixels = np.empty(shape, dtype)
    room = values.reshape(-1).view(np.uint8)
    if stream.readinto(room) < values.nbytes:  # type: ignore[attr-defined]
        raise ImageError("is truncated")
    return values
