"""Kernel files, by suffix: imgfilt's own text, libvips' `.mat`, and `.npy` arrays."""

from __future__ import annotations

import codecs
import io

import numpy as np

from ..errors import KernelError
from .kernel import Kernel
from .mat import parse_mat
from .text import parse_text


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
    try:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise KernelError(f"{name}: truncated or broken .npy ({error})") from None
    try:
        return Kernel(array)
    except KernelError as error:
        raise KernelError(f"{name}: {error}") from None
