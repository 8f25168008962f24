"""Kernel files by name: an existing file comes before a preset or rows of the same name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .. import files
from ..errors import ImageError, KernelError

if TYPE_CHECKING:
    from .kernel import Kernel

_SUFFIXES = ".txt", ".csv", ".mat", ".npy"
_LONGEST = 64 << 20  # bytes: a million weights of sixty characters each


def is_file(source: str) -> bool:
    """Return whether a source is a file; KernelError where only a missing file is called so."""
    from .preset import preset_names

    kind = files.describe_file(source)
    if kind is None and _suffix(source).lower() in _SUFFIXES:
        raise KernelError(f"{files.printable_path(source)}: no such file")
    # A folder that happens to be called as a preset is doesn't hide it.
    named = kind == "a folder" and source.partition(":")[0] in preset_names()
    return kind is not None and not named


def read_kernel(source: str | os.PathLike[str], option: str = "") -> Kernel:
    """Return the kernel in a file; `option` stands before its name where it can't be opened.

    Raises
    ------
    KernelError
        If it can't be opened, is too large, or holds no kernel.
    """
    from .files import parse_content

    path = os.fsdecode(source)
    name = files.printable_path(path)
    try:
        with files.open_regular(path) as stream:
            content = stream.read(_LONGEST + 1)
    except (ImageError, OSError) as error:
        raise KernelError(f"{option}{error}") from None
    if len(content) > _LONGEST:
        raise KernelError(f"{name}: more than {_LONGEST >> 20} MB; no kernel is that large")
    return parse_content(content, _suffix(path), name)


def _suffix(path: str) -> str:
    return "." + path.rpartition(".")[2]
