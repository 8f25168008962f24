"""The dtypes of pixels: their names, the white level, the order of axes; and arrays of pixels."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from .errors import ParameterError
from .geometry import row_blocks
from .numbers import describe, format_brief

if TYPE_CHECKING:
    import numpy.typing as npt

# A string, so that this module doesn't import NumPy: `--help` doesn't need it.
Array: TypeAlias = "npt.NDArray[Any]"

# dtype -> its name in messages
DTYPES = {"uint8": "8-bit", "uint16": "16-bit", "float32": "float", "float64": "64-bit float"}

# `--depth` -> dtype
DEPTHS = {"8": "uint8", "16": "uint16", "float": "float32"}

# Axes of an array with rows Y, columns X, pages Z and channels C.
AXES = {
    "YXC": "rows, columns and channels, or rows and columns alone",
    "ZYX": "pages of rows and columns",
    "ZYXC": "pages of rows, columns and channels",
}

# dtype kind -> how to convert an array of another dtype
_CONVERSIONS = {
    "b": "picture * numpy.uint8(255) has the levels of black and white",
    "i": "picture.astype('float64') keeps its values",
    "u": "picture.astype('float64') keeps its values",
    "f": "picture.astype('float64') keeps its values",
    "c": "picture.real and picture.imag are two pictures",
}


def white_level(dtype: npt.DTypeLike, is_grid: bool = False) -> int:
    """Return the level of white, and of opaque alpha: 255, 65535, or 1 for floats.

    In a grid of numbers white is 255 for floats, too.
    """
    import numpy as np

    depth = np.dtype(dtype)
    return int(np.iinfo(depth).max) if depth.kind == "u" else 255 if is_grid else 1


def is_masked_array(value: object) -> bool:
    """Return whether a value is a masked array.

    Whoever has made one has loaded `numpy.ma`, which takes 8 ms.
    """
    masked_arrays = sys.modules.get("numpy.ma")
    return masked_arrays is not None and isinstance(value, masked_arrays.MaskedArray)


def why_wrong_alpha(pixels: Array, top: int = 0) -> str | None:
    """Return why the last channel of (H, W, C) pixels can't be alpha, or None.

    Parameters
    ----------
    pixels : (H, W, C) array
    top : int
        The row of the picture that is the first row of `pixels`.
    """
    import numpy as np

    if pixels.dtype.kind != "f":
        return None
    for rows in row_blocks(len(pixels), math.prod(pixels.shape[1:])):
        alpha = pixels[rows, :, -1]
        if alpha.min() >= 0 and alpha.max() <= 1:  # False if there is a NaN
            continue
        row, column = np.argwhere(~((alpha >= 0) & (alpha <= 1)))[0]
        level = format_brief(float(alpha[row, column]))
        return f"alpha is {level} at {top + rows.start + row},{column}; wanted 0 to 1"
    return None


def as_picture_array(picture: Any, name: str = "picture") -> Array:
    """Return an array of pixels in the machine's byte order, not copied if it has that.

    Parameters
    ----------
    picture : (H, W) or (H, W, C) array of a key of DTYPES
        Its shape isn't checked.
    name : str
        The parameter's name in errors.

    Raises
    ------
    ParameterError
        If it is no such array; the message says how to convert it.
    """
    import numpy as np

    if is_masked_array(picture):
        raise ParameterError(
            f"{name}: a masked array was given; give its data with the mask as alpha: "
            "alpha=True says that the last channel is alpha, 0 where a pixel doesn't count"
        )
    if not isinstance(picture, np.ndarray):
        raise ParameterError(f"{name}: {_describe_no_array(picture)}")
    pixels = np.asarray(picture)
    if pixels.dtype.name not in DTYPES:
        hint = _CONVERSIONS.get(pixels.dtype.kind)
        raise ParameterError(
            f"{name}: pixels of {str(pixels.dtype)[:40]} were given; wanted {', '.join(DTYPES)}"
            + (f"; {hint}" if hint else "")
        )
    return pixels.astype(pixels.dtype.newbyteorder("="), copy=False)


def _describe_no_array(picture: Any) -> str:
    """Return what a value is that should be a picture, and how to make a picture of it."""
    if isinstance(picture, str | os.PathLike):
        return f"a path; imgfilt.read({describe(os.fspath(picture))}) reads a file"
    found = f"{type(picture).__name__} was given; wanted an array, a Pillow image or an Image"
    if isinstance(picture, bytes | bytearray):
        return f"{found}; imgfilt.read(io.BytesIO(content)) reads the content of a file"
    if isinstance(picture, Iterator) or (
        isinstance(picture, list | tuple) and picture and hasattr(picture[0], "__array__")
    ):
        return f"{found}; give the pictures of a sequence one by one"
    return f"{found}; numpy.asarray(picture, 'uint8') or 'float64' makes an array"
