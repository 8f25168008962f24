"""Kernel files, by suffix: imgfilt's own text, libvips' `.mat`, and `.npy` arrays."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np

from ..errors import KernelError
from ..number import exact, quoted
from .kernel import Kernel
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
        With the file and, where there is one, the line.
    """
    if suffix.lower() == ".npy":
        return _from_npy(content, name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise KernelError(f"{name}: not a text in UTF-8") from None
    return _from_mat(text, name) if suffix.lower() == ".mat" else parse_text(text, name)


def _from_npy(content: bytes, name: str) -> Kernel:
    try:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise KernelError(f"{name}: truncated or broken .npy ({error})") from None
    try:
        return Kernel(array)
    except KernelError as error:
        raise KernelError(f"{name}: {error}") from None


def _from_mat(text: str, name: str) -> Kernel:
    """Read libvips' matrix: a line `width height [scale [offset]]`, then the rows.

    Its result is divided by the scale.
    """
    first, _, rows = text.lstrip("\r\n").partition("\n")
    words = first.replace(",", " ").split()
    numbers = [exact(word) for word in words]
    if not 2 <= len(numbers) <= 4 or None in numbers:
        raise KernelError(f"{name}:1: {quoted(first.strip())} is not width height [scale [offset]]")
    given = [number or Fraction(0) for number in numbers]
    width, height, scale, offset = given + [Fraction(1), Fraction(0)][len(given) - 2 :]
    if offset:
        raise KernelError(f"{name}:1: an offset of {words[3]}; --values offset adds mid-grey")
    if not scale:
        raise KernelError(f"{name}:1: the scale is zero")
    # A line for the one that was taken off: errors name the lines of the file.
    kernel = parse_text("\n" + rows, name)
    if kernel.shape != (int(height), int(width)):
        found = "{} x {}".format(*kernel.shape[::-1])
        raise KernelError(f"{name}: {found} numbers, but the first line says {width} x {height}")
    return kernel.scaled(1 / scale)
