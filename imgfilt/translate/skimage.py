"""scikit-image: correlate_sparse takes kernels with odd sides and the origin in the middle."""

from __future__ import annotations

from . import python_lines
from .convolution_spec import ConvolutionSpec

_MODES = {
    "zero": "constant",
    "constant": "valid",
    "replicate": "nearest",
    "reflect": "mirror",
    "symmetric": "reflect",
    "wrap": "wrap",
    "valid": "nearest",
}


def translate(spec: ConvolutionSpec) -> str:
    """Return Python code that reads `image` and makes `result`."""
    kernel = spec.centred_kernel
    down, across = kernel.origin
    source = "image.astype(float)"
    lines = [
        "import numpy as np",
        "from skimage.filters import correlate_sparse",
        "",
        python_lines.INPUT_COMMENT,
        "# correlate_sparse correlates: this is the kernel flipped, its origin in the middle.",
        *python_lines.format_kernel_lines(kernel, divided=False),
        "kernel = kernel.reshape(kernel.shape + (1,) * (image.ndim - 2))",
    ]
    if spec.border == "constant":
        lines += [
            f"sides = (({down}, {down}), ({across}, {across}), (0, 0))[:image.ndim]",
            f"padded = np.pad({source}, sides, constant_values={spec.fill})",
        ]
        source = "padded"
    crop = python_lines.format_crop(*spec.reach) if spec.border == "valid" else ""
    return "\n".join(
        [
            *lines,
            f"values = correlate_sparse({source}, kernel, mode='{_MODES[spec.border]}'){crop}"
            f"{python_lines.format_division(kernel)}",
            *python_lines.ROUNDING_LINES,
        ]
    )
