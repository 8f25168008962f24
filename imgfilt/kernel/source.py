"""Make the kernel that a source names: a file, a preset, or rows separated by `;`.

If a file with this name exists, the source is the file.
"""

from __future__ import annotations

import os
import re

from .. import files
from ..errors import ImageError, KernelError
from ..numbers import quote
from .files import parse_content
from .kernel import Kernel
from .preset import list_preset_names, make_preset

_SUFFIXES = ".txt", ".csv", ".mat", ".npy"
_LONGEST = 64 << 20  # bytes: a million weights of sixty characters each


def is_file(source: str) -> bool:
    """Return whether a source is a file; KernelError if only its suffix is a kernel file's."""
    kind = files.describe_file(source)
    if kind is None and _suffix(source).lower() in _SUFFIXES:
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


def parse_source(source: str, size: int | None = None) -> Kernel:
    """Return the kernel of a source such as `average:5` or `"1 0 -1; 2 0 -2; 1 0 -1"`.

    Parameters
    ----------
    source : str
        A preset with its arguments, or rows of numbers separated by `;`.
    size : int, optional
        The argument of a preset that is named without arguments.

    Raises
    ------
    KernelError
        If the source is neither, or a size was given with rows or with arguments.
    """
    if ";" in source or not re.match("[A-Za-z]", source):
        if size is not None:
            raise KernelError(
                f"a size was given beside the kernel {quote(source)}, which has its own"
            )
        return Kernel.parse(source.strip().removesuffix(";").replace(";", "\n"))
    return make_preset(source, size)
