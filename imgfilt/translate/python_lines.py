"""Lines of Python that several systems share: the kernel as an array, and imgfilt's rounding."""

from __future__ import annotations

from ..kernel.formatting import align_columns
from ..kernel.kernel import Kernel
from .convolution_spec import format_weights

# The code reads `image` and makes `result`.
INPUT_COMMENT = "# image: (H, W) or (H, W, C), of whole levels such as uint8"
ROUNDING_LINES = [
    "# Rounded half to even and clipped, as imgfilt does.",
    "top = np.iinfo(image.dtype).max",
    "result = np.clip(np.rint(values), 0, top).astype(image.dtype)",
]


def format_kernel_lines(kernel: Kernel, divided: bool = True) -> list[str]:
    """Return lines that make the array `kernel`.

    If not `divided`, the code must divide the sums (see `format_division`): halves are then exact.
    """
    rows, _ = format_weights(kernel)
    last = len(rows[0]) - 1
    cells = [[f"{cell}," if at < last else cell for at, cell in enumerate(row)] for row in rows]
    return [
        "kernel = np.array([",
        *(f"    [{line}]," for line in align_columns(cells)),
        f"], float){format_division(kernel) if divided else ''}",
    ]


def format_division(kernel: Kernel) -> str:
    """Return code that divides by the kernel's divisor; empty if that is 1."""
    _, divisor = format_weights(kernel)
    return "" if divisor == 1 else f" / {divisor}"


def format_crop(top: int, bottom: int, left: int, right: int) -> str:
    """Return code of an index that crops an array.

    Parameters
    ----------
    top, bottom, left, right : int
        Rows and columns to remove.
    """
    rows, columns = f"{top}:{-bottom or ''}", f"{left}:{-right or ''}"
    return f"[{rows}, {columns}]"
