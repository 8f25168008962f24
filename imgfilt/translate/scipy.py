"""SciPy: ndimage.convolve flips, as imgfilt does; its `origin` counts from the middle."""

from __future__ import annotations

from . import python_lines
from .convolution_spec import Asked

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
    cut = python_lines.inside(*asked.reach) if asked.border == "valid" else ""
    return "\n".join(
        [
            "import numpy as np",
            "from scipy import ndimage",
            "",
            python_lines.TAKES,
            *python_lines.array(asked.kernel, divided=False),
            "kernel = kernel.reshape(kernel.shape + (1,) * (image.ndim - 2))",
            f"values = ndimage.convolve(image.astype(float), kernel, mode={mode}, "
            f"origin={origin}){cut}{python_lines.divisor(asked.kernel)}",
            *python_lines.ROUNDED,
        ]
    )
