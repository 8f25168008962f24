"""SciPy: ndimage.convolve flips, as imgfilt does; its `origin` counts from the middle."""

from __future__ import annotations

from . import python_lines
from .convolution_spec import ConvolutionSpec

_MODES = {
    "zero": "'constant', cval={}",
    "constant": "'constant', cval={}",
    "replicate": "'nearest'",
    "reflect": "'mirror'",
    "symmetric": "'reflect'",
    "wrap": "'wrap'",
    "valid": "'nearest'",
}


def translate(spec: ConvolutionSpec) -> str:
    """Return Python code that reads `image` and makes `result`."""
    (rows, columns), (row, column) = spec.kernel.shape, spec.kernel.origin
    origin = f"({row - rows // 2}, {column - columns // 2}, 0)[:image.ndim]"
    mode = _MODES[spec.border].format(spec.fill)
    crop = python_lines.format_crop(*spec.reach) if spec.border == "valid" else ""
    return "\n".join(
        [
            "import numpy as np",
            "from scipy import ndimage",
            "",
            python_lines.INPUT_COMMENT,
            *python_lines.format_kernel_lines(spec.kernel, divided=False),
            "kernel = kernel.reshape(kernel.shape + (1,) * (image.ndim - 2))",
            f"values = ndimage.convolve(image.astype(float), kernel, mode={mode}, "
            f"origin={origin}){crop}{python_lines.format_division(spec.kernel)}",
            *python_lines.ROUNDING_LINES,
        ]
    )
