"""OpenCV from Python: filter2D correlates, and knows neither `wrap` nor a constant but 0."""

from __future__ import annotations

from . import python_lines
from .convolution_spec import Asked

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


def call(asked: Asked) -> str:
    """Return lines of Python that make `result` of `image`."""
    flipped = asked.kernel.flipped()
    row, column = flipped.origin
    top, bottom, left, right = asked.reach
    lines = [
        "import cv2",
        "import numpy as np",
        "",
        python_lines.TAKES,
        "# filter2D correlates: the kernel is flipped; the anchor is its origin's column and row.",
        *python_lines.array(flipped),
    ]
    source, cut, border = "image", "", _BORDERS.get(asked.border, "cv2.BORDER_REPLICATE")
    if asked.border in _PADDED:
        how = _PADDED[asked.border].format(asked.fill)
        lines.append(f"padded = cv2.copyMakeBorder(image, {top}, {bottom}, {left}, {right}, {how})")
        source = "padded"
    if asked.border in _PADDED or asked.border == "valid":
        cut = python_lines.inside(top, bottom, left, right)
    lines.append(
        f"result = cv2.filter2D({source}, -1, kernel, anchor=({column}, {row}), "
        f"borderType={border}){cut}"
    )
    return "\n".join(lines)
