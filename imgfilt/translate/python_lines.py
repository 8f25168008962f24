"""Lines of Python that several calls have: a kernel as an array, and rounding as imgfilt does."""

from __future__ import annotations

from ..kernel.formatting import in_columns
from ..kernel.kernel import Kernel
from .convolution_spec import cells

# `image` is what all of them take, `result` what they make.
TAKES = "# image: (H, W) or (H, W, C), of whole levels such as uint8"
ROUNDED = [
    "# Rounded half to even and clipped, as imgfilt does.",
    "top = np.iinfo(image.dtype).max",
    "result = np.clip(np.rint(values), 0, top).astype(image.dtype)",
]


def array(kernel: Kernel, divided: bool = True) -> list[str]:
    """Return the lines that make `kernel` an array of a kernel's weights.

    If not `divided`, the sums are to be, by what `divisor` returns: halves are exact, then.
    """
    rows, _ = cells(kernel)
    last = len(rows[0]) - 1
    marked = [[f"{cell}," if at < last else cell for at, cell in enumerate(row)] for row in rows]
    return [
        "kernel = np.array([",
        *(f"    [{line}]," for line in in_columns(marked)),
        f"], float){divisor(kernel) if divided else ''}",
    ]


def divisor(kernel: Kernel) -> str:
    """Return what divides by a kernel's divisor, where that isn't 1."""
    _, number = cells(kernel)
    return "" if number == 1 else f" / {number}"


def inside(top: int, bottom: int, left: int, right: int) -> str:
    """Return what takes so many rows and columns off an array's edges."""
    rows, columns = f"{top}:{-bottom or ''}", f"{left}:{-right or ''}"
    return f"[{rows}, {columns}]"
