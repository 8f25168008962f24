"""Numbers that are no levels: read as floats of the same values, which is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import ImageError
from .picture import DEPTHS

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
    if name in DEPTHS:
        return np.dtype(name)
    if name not in FLOATS:
        hint = HINTS.get(name, f"{', '.join(DEPTHS)} can be filtered")
        raise ImageError(f"holds numbers of type {name}; {hint}")
    return np.dtype(FLOATS[name])


def notes(dtype: npt.DTypeLike) -> tuple[str, ...]:
    """Return what is to be said of a file whose whole numbers become floats."""
    found = np.dtype(dtype)
    if found.kind == "f" or found.name not in FLOATS:
        return ()
    kind = "signed" if found.kind == "i" else "unsigned"
    floats = DEPTHS[FLOATS[found.name]]
    return (
        f"{8 * found.itemsize}-bit {kind} integers are read as {floats}s of the same values, "
        f"and written as {floats}s",
    )
