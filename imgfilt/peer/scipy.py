"""SciPy: ndimage.convolve flips, as imgfilt does; its `origin` counts from the middle."""

from __future__ import annotations

from . import python
from .asked import Asked

_MODES = {
    "zero": "'constant', cval={}",
    "constant": "'constant', cval={}",
    "replicate": "'nearest'",
    "reflect": "'mirror'",
    "symmetric": "'reflect'",
    "wrap": "'wrap'",
    "valid": "'nearest'",
}


def call(asked: Asked) -> str:
    """Return lines of Python that make `result` of `image`."""
    (rows, columns), (row, column) = asked.kernel.shape, asked.kernel.origin
    origin = f"({row - rows // 2}, {column - columns // 2}, 0)[:image.ndim]"
    mode = _MODES[asked.border].format(asked.fill)
    cut = python.inside(*asked.reach) if asked.border == "valid" else ""
    return "\n".join(
        [
            "import numpy as np",
            "from scipy import ndimage",
            "",
            python.TAKES,
            *python.array(asked.kernel, divided=False),
            "kernel = kernel.reshape(kernel.shape + (1,) * (image.ndim - 2))",
            f"values = ndimage.convolve(image.astype(float), kernel, mode={mode}, "
            f"origin={origin}){cut}{python.divisor(asked.kernel)}",
            *python.ROUNDED,
        ]
    )
