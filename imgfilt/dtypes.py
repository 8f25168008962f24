"""Arrays of pixels: dtypes and their names, the order of axes, the level of white."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from .numbers import format_brief

if TYPE_CHECKING:
    import numpy.typing as npt

# A text, so that nothing here needs NumPy before an array is at hand.
Array: TypeAlias = "npt.NDArray[Any]"

# dtype -> what messages call it
DTYPES = {"uint8": "8-bit", "uint16": "16-bit", "float32": "float", "float64": "64-bit float"}

# `--depth` -> dtype
DEPTHS = {"8": "uint8", "16": "uint16", "float": "float32"}

# Axes of an array with rows Y, columns X, pages Z and channels C.
AXES = {
    "YXC": "rows, columns and channels, or rows and columns alone",
    "ZYX": "pages of rows and columns",
    "ZYXC": "pages of rows, columns and channels",
}


def white_level(dtype: npt.DTypeLike) -> int:
    """Return the level that means white, and opaque: 255, 65535, or 1 for floats."""
    import numpy as np

    depth = np.dtype(dtype)
    return int(np.iinfo(depth).max) if depth.kind == "u" else 1


def why_wrong_alpha(pixels: Array) -> str | None:
    """Return what is wrong with the alpha of (H, W, C) pixels that end in it, or None."""
    import numpy as np

    if pixels.dtype.kind != "f":
        return None
    alpha = pixels[..., -1]
    if alpha.min() >= 0 and alpha.max() <= 1:  # neither is so where there is a NaN
        return None
    row, column = np.argwhere(~((alpha >= 0) & (alpha <= 1)))[0]
    return f"alpha is {format_brief(float(alpha[row, column]))} at {row},{column}; wanted 0 to 1"
