"""scikit-image: correlate_sparse correlates, with kernels of odd sides and theirs in the middle."""

from __future__ import annotations

from . import python_lines
from .convolution_spec import Asked

_MODES = {
    "zero": "constant",
    "constant": "valid",
    "replicate": "nearest",
    "reflect": "mirror",
    "symmetric": "reflect",
    "wrap": "wrap",
    "valid": "nearest",
}


def call(asked: Asked) -> str:
    """Return lines of Python that make `result` of `image`."""
    centred = asked.centred
    down, across = centred.origin
    source = "image.astype(float)"
    lines = [
        "import numpy as np",
        "from skimage.filters import correlate_sparse",
        "",
        python_lines.TAKES,
        "# correlate_sparse correlates: this is the kernel flipped, its origin in the middle.",
        *python_lines.array(centred, divided=False),
        "kernel = kernel.reshape(kernel.shape + (1,) * (image.ndim - 2))",
    ]
    if asked.border == "constant":
        lines += [
            f"sides = (({down}, {down}), ({across}, {across}), (0, 0))[:image.ndim]",
            f"padded = np.pad({source}, sides, constant_values={asked.fill})",
        ]
        source = "padded"
    cut = python_lines.inside(*asked.reach) if asked.border == "valid" else ""
    return "\n".join(
        [
            *lines,
            f"values = correlate_sparse({source}, kernel, mode='{_MODES[asked.border]}'){cut}"
            f"{python_lines.divisor(centred)}",
            *python_lines.ROUNDED,
        ]
    )
