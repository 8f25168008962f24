"""OpenCV from Python: filter2D correlates, and has neither `wrap` nor a constant other than 0."""

from __future__ import annotations

from . import python_lines
from .convolution_spec import ConvolutionSpec

_BORDERS = {
    "zero": "cv2.BORDER_CONSTANT",
    "replicate": "cv2.BORDER_REPLICATE",
    "reflect": "cv2.BORDER_REFLECT_101",
    "symmetric": "cv2.BORDER_REFLECT",
    "valid": "cv2.BORDER_REPLICATE",
}
_PADDED = {
    "constant": "cv2.BORDER_CONSTANT, value=({0}, {0}, {0}, {0})",
    "wrap": "cv2.BORDER_WRAP",
}


def translate(spec: ConvolutionSpec) -> str:
    """Return Python code that reads `image` and makes `result`."""
    flipped = spec.kernel.flipped()
    row, column = flipped.origin
    top, bottom, left, right = spec.reach
    lines = [
        "import cv2",
        "import numpy as np",
        "",
        python_lines.INPUT_COMMENT,
        "# filter2D correlates: the kernel is flipped; the anchor is its origin's column and row.",
        *python_lines.format_kernel_lines(flipped),
    ]
    source, crop, border = "image", "", _BORDERS.get(spec.border, "cv2.BORDER_REPLICATE")
    if spec.border in _PADDED:
        how = _PADDED[spec.border].format(spec.fill)
        lines.append(f"padded = cv2.copyMakeBorder(image, {top}, {bottom}, {left}, {right}, {how})")
        source = "padded"
    if spec.border in _PADDED or spec.border == "valid":
        crop = python_lines.format_crop(top, bottom, left, right)
    lines.append(
        f"result = cv2.filter2D({source}, -1, kernel, anchor=({column}, {row}), "
        f"borderType={border}){crop}"
    )
    return "\n".join(lines)
