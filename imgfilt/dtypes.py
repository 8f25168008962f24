"""The dtypes of pixels: their names, the white level, and the order of axes."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

from .geometry import row_blocks
from .numbers import format_brief

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
