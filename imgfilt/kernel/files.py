"""Kernel files, by suffix: imgfilt's own text, `.csv`, libvips' `.mat`, and `.npy` arrays."""

from __future__ import annotations

import codecs
import io
import warnings
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from ..errors import KernelError
from .kernel import Kernel
from .mat import format_mat, parse_mat
from .text import format_text, parse_text
from .weights import check_weights

_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def parse_content(content: bytes, suffix: str, name: str) -> Kernel:
    """Return the kernel that a file holds.

    Parameters
    ----------
    content : bytes
    suffix : str
        `.npy` and `.mat` have a form of their own; any other is text, `.csv` included.
    name : str
        What errors call the file.

    Raises
    ------
    KernelError
        With the file and, where there is one, the line and column.
    """
    if suffix.lower() == ".npy":
        return _from_npy(content, name)
    text = _decoded(content, name)
    return parse_mat(text, name) if suffix.lower() == ".mat" else parse_text(text, name)


def _decoded(content: bytes, name: str) -> str:
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = len(content[: error.start].rpartition(b"\n")[2].decode()) + 1
        found = f"the byte 0x{content[error.start]:02x}"
        raise KernelError(f"{name}:{line}:{column}: not a text in UTF-8, found {found}") from None


def _from_npy(content: bytes, name: str) -> Kernel:
    if not content.startswith(npy.MAGIC_PREFIX):
        raise KernelError(f"{name}: is no .npy: it doesn't begin as one")
    try:
        return Kernel(_array(content))
    except KernelError as error:
        raise KernelError(f"{name}: {error}") from None
    except Exception:  # a header is Python: what reading it raises has many kinds
        raise KernelError(f"{name}: truncated or broken .npy") from None


def _array(content: bytes) -> NDArray[Any]:
    """Return the array of a .npy; its shape is checked before there is room made for it."""
    stream = io.BytesIO(content)
    header = _HEADERS.get(npy.read_magic(stream))
    if header is None:
        raise ValueError("of a version other than 1.0 and 2.0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of NumPy, that Python 2 wrote it
        shape, _, dtype = header(stream)
        check_weights(shape, dtype)
        stream.seek(0)
        array: NDArray[Any] = npy.read_array(stream, allow_pickle=False)
    return array


def format_content(kernel: Kernel, suffix: str, name: str) -> bytes:
    """Return what a file holds that parse_content reads back to the same kernel.

    Parameters
    ----------
    kernel : Kernel
    suffix : str
        `.npy`, `.mat` and `.csv` have a form of their own; any other is text.
    name : str
        What errors call the file.

    Raises
    ------
    KernelError
        If a file of this kind can't hold this kernel.
    """
    make = {".npy": _as_npy, ".mat": _as_mat, ".csv": _as_csv}.get(suffix.lower(), _as_text)
    try:
        content = make(kernel)
    except KernelError as error:
        raise KernelError(f"{name}: {error}") from None
    if make in (_as_npy, _as_mat):
        if kernel.origin != tuple(side // 2 for side in kernel.shape):
            row, column = kernel.origin
            raise KernelError(
                f"{name}: a {suffix} has no place for the origin {row},{column}; a .txt has"
            )
        if not _holds(content, suffix, kernel):
            raise KernelError(f"{name}: a {suffix} can't hold these weights exactly; a .txt can")
    return content


def _holds(content: bytes, suffix: str, kernel: Kernel) -> bool:
    try:
        return parse_content(content, suffix, "") == kernel
    except KernelError:
        return False


def _as_text(kernel: Kernel) -> bytes:
    return format_text(kernel).encode()


def _as_csv(kernel: Kernel) -> bytes:
    return format_text(kernel, ",").encode()


def _as_mat(kernel: Kernel) -> bytes:
    return format_mat(kernel).encode()


def _as_npy(kernel: Kernel) -> bytes:
    numerators, divisor = kernel.rational
    whole = divisor == 1 and max(map(abs, numerators)) < 2**63
    stream = io.BytesIO()
    np.save(stream, kernel.grid.astype(np.int64) if whole else kernel.weights)
    return stream.getvalue()
