"""Python code for OpenCV, SciPy and scikit-image: it reads `image` and makes `result`."""

from __future__ import annotations

from ..kernel.formatting import align_columns
from ..kernel.kernel import Kernel
from .convolution_spec import ConvolutionSpec, format_weights

_INPUT_COMMENT = "# image: (H, W) or (H, W, C), of whole levels such as uint8"
_ROUNDING_LINES = [
    "# Rounded half to even and clipped, as imgfilt does.",
    "top = np.iinfo(image.dtype).max",
    "result = np.clip(np.rint(values), 0, top).astype(image.dtype)",
]
_OPENCV_BORDERS = {
    "zero": "cv2.BORDER_CONSTANT",
    "replicate": "cv2.BORDER_REPLICATE",
    "reflect": "cv2.BORDER_REFLECT_101",
    "symmetric": "cv2.BORDER_REFLECT",
    "valid": "cv2.BORDER_REPLICATE",
}
_OPENCV_PADDED = {
    "constant": "cv2.BORDER_CONSTANT, value=({0}, {0}, {0}, {0})",
    "wrap": "cv2.BORDER_WRAP",
    "full": "cv2.BORDER_CONSTANT",
}
_SCIPY_MODES = {
    "zero": "'constant', cval={}",
    "constant": "'constant', cval={}",
    "replicate": "'nearest'",
    "reflect": "'mirror'",
    "symmetric": "'reflect'",
    "wrap": "'wrap'",
    "valid": "'nearest'",
}
_SKIMAGE_MODES = {
    "zero": "constant",
    "constant": "valid",
    "full": "constant",
    "replicate": "nearest",
    "reflect": "mirror",
    "symmetric": "reflect",
    "wrap": "wrap",
    "valid": "nearest",
}


def to_opencv(spec: ConvolutionSpec) -> str:
    """Return code for filter2D; it has neither `wrap` nor a constant other than 0."""
    flipped = spec.kernel.flipped()
    row, column = flipped.origin
    top, bottom, left, right = spec.reach
    lines = [
        "import cv2",
        "import numpy as np",
        "",
        _INPUT_COMMENT,
        "# filter2D correlates: the kernel is flipped; the anchor is its origin's column and row.",
        *_format_kernel_lines(flipped),
    ]
    source, crop, border = "image", "", _OPENCV_BORDERS.get(spec.border, "cv2.BORDER_REPLICATE")
    if spec.border in _OPENCV_PADDED:
        how = _OPENCV_PADDED[spec.border].format(spec.fill)
        pairs = zip(spec.reach, spec.growth, strict=True)
        sides = ", ".join(str(reached + added) for reached, added in pairs)
        lines.append(f"padded = cv2.copyMakeBorder(image, {sides}, {how})")
        source = "padded"
    if spec.border in _OPENCV_PADDED or spec.border == "valid":
        crop = _format_crop(top, bottom, left, right)
    lines.append(
        f"result = cv2.filter2D({source}, -1, kernel, anchor=({column}, {row}), "
        f"borderType={border}){crop}"
    )
    return "\n".join(lines)


def to_scipy(spec: ConvolutionSpec) -> str:
    """Return code for ndimage.convolve, which flips; its `origin` counts from the middle.

    For `full`, it is signal.convolve, which has no origin.
    """
    (rows, columns), (row, column) = spec.kernel.shape, spec.kernel.origin
    origin = f"({row - rows // 2}, {column - columns // 2}, 0)[:image.ndim]"
    mode = _SCIPY_MODES.get(spec.border, "").format(spec.fill)
    crop = _format_crop(*spec.reach) if spec.border == "valid" else ""
    module, how = "ndimage", f"mode={mode}, origin={origin}"
    if spec.border == "full":
        module, how = "signal", "mode='full', method='direct'"
    return "\n".join(
        [
            "import numpy as np",
            f"from scipy import {module}",
            "",
            _INPUT_COMMENT,
            *_format_kernel_lines(spec.kernel, divided=False),
            "kernel = kernel.reshape(kernel.shape + (1,) * (image.ndim - 2))",
            f"values = {module}.convolve(image.astype(float), kernel, {how}){crop}"
            f"{_format_division(spec.kernel)}",
            *_ROUNDING_LINES,
        ]
    )


def to_skimage(spec: ConvolutionSpec) -> str:
    """Return code for correlate_sparse: kernels with odd sides and the origin in the middle."""
    kernel = spec.centred_kernel
    down, across = kernel.origin
    source = "image.astype(float)"
    lines = [
        "import numpy as np",
        "from skimage.filters import correlate_sparse",
        "",
        _INPUT_COMMENT,
        "# correlate_sparse correlates: this is the kernel flipped, its origin in the middle.",
        *_format_kernel_lines(kernel, divided=False),
        "kernel = kernel.reshape(kernel.shape + (1,) * (image.ndim - 2))",
    ]
    if spec.border in ("constant", "full"):
        top, bottom, left, right = down, down, across, across
        if spec.border == "full":
            top, bottom, left, right = spec.growth
        lines += [
            f"sides = (({top}, {bottom}), ({left}, {right}), (0, 0))[:image.ndim]",
            f"padded = np.pad({source}, sides, constant_values={spec.fill})",
        ]
        source = "padded"
    mode = _SKIMAGE_MODES[spec.border]
    crop = _format_crop(*spec.reach) if spec.border == "valid" else ""
    return "\n".join(
        [
            *lines,
            f"values = correlate_sparse({source}, kernel, mode='{mode}'){crop}"
            f"{_format_division(kernel)}",
            *_ROUNDING_LINES,
        ]
    )


def _format_kernel_lines(kernel: Kernel, divided: bool = True) -> list[str]:
    """Return lines that make the array `kernel`.

    If not `divided`, the code must divide the sums (see `_format_division`): halves are then exact.
    """
    rows, _ = format_weights(kernel)
    last = len(rows[0]) - 1
    cells = [[f"{cell}," if at < last else cell for at, cell in enumerate(row)] for row in rows]
    return [
        "kernel = np.array([",
        *(f"    [{line}]," for line in align_columns(cells)),
        f"], float){_format_division(kernel) if divided else ''}",
    ]


def _format_division(kernel: Kernel) -> str:
    """Return code that divides by the kernel's divisor; empty if that is 1."""
    _, divisor = format_weights(kernel)
    return "" if divisor == 1 else f" / {divisor}"


def _format_crop(top: int, bottom: int, left: int, right: int) -> str:
    """Return code of an index that crops an array.

    Parameters
    ----------
    top, bottom, left, right : int
        Rows and columns to remove.
    """
    rows, columns = f"{top}:{-bottom or ''}", f"{left}:{-right or ''}"
    return f"[{rows}, {columns}]"
