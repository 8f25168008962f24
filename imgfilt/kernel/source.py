"""Make the kernel that a source names: a file, a preset, or rows separated by `;`.

If a file with this name exists, the source is the file.
"""

from __future__ import annotations

import os

from .. import files
from ..errors import KernelError
from . import SUFFIXES
from .files import parse_content
from .kernel import Kernel
from .preset import make_kernel
from .preset_table import list_preset_names


def is_file(source: str) -> bool:
    """Return whether a source is a file; KernelError if only its suffix is a kernel file's."""
    kind = files.describe_file(source)
    if kind is None and _suffix(source).lower() in SUFFIXES:
        raise KernelError(f"{files.printable_path(source)}: no such file")
    # A folder with the name of a preset doesn't hide the preset.
    is_preset = kind == "a folder" and source.partition(":")[0] in list_preset_names()
    return kind is not None and not is_preset


def read_kernel(source: str | os.PathLike[str], option: str = "") -> Kernel:
    """Return the kernel in a file.

    Parameters
    ----------
    source : str or path
    option : str
        A text before the file's name in the error for a file that can't be opened.

    Raises
    ------
    KernelError
        If the file can't be opened, is too large, or holds no kernel.
    """
    path = os.fsdecode(source)
    content = files.read_content(path, KernelError, option)
    return parse_content(content, _suffix(path), files.printable_path(path))


def _suffix(path: str) -> str:
    return "." + path.rpartition(".")[2]


def parse_source(source: str, size: int | None = None) -> Kernel:
    """Return the kernel of a source that is no file; see preset.make_kernel.

    Parameters
    ----------
    source : str
    size : int, optional
    """
    kernel = make_kernel(source, size)
    made = Kernel(kernel)
    made.remark = kernel.remark
    return made
