"""Kernel sources of a command line: an existing file first, then a preset, then inline rows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ..errors import ImageError, KernelError
from ..files import displayed, open_regular
from ..filters import Filter
from ..filters.convolve import Convolve
from ..values import Value
from .console import Console

_SUFFIXES = ".txt", ".csv", ".mat", ".npy"
_LONGEST = 64 << 20  # bytes: a million weights of sixty characters each


def kernel_value(sources: Sequence[str], option: str = "--kernel ") -> Value:
    """Return the sources with the files among them read, and how a caption names them.

    `option` is what errors put before a file that can't be read.
    """
    for source in sources:
        if Path(source).suffix.lower() in _SUFFIXES and not os.path.exists(source):
            raise KernelError(f"{option}{displayed(source)}: no such file")
    held = tuple(_read(source, option) if _is_file(source) else source for source in sources)
    names = [Path(source).stem if _is_file(source) else source for source in sources]
    return Value(" * ".join(names), held)


def say_remarks(filt: Filter, quiet: bool = False) -> None:
    """Say on stderr what is worth knowing of how a filter's kernels were read."""
    console = Console(quiet)
    for kernel in filt.parts if isinstance(filt, Convolve) else ():
        if kernel.remark is not None:
            console.note(kernel.remark)


def _is_file(source: str) -> bool:
    from ..kernel.preset import preset_names

    # A folder that happens to be called as a preset is doesn't hide it.
    named = os.path.isdir(source) and source.partition(":")[0] in preset_names()
    return os.path.exists(source) and not named


def _read(path: str, option: str) -> object:
    from ..kernel.content import parse_content

    name = displayed(path)
    try:
        with open_regular(path) as stream:
            content = stream.read(_LONGEST + 1)
    except (ImageError, OSError) as error:
        raise KernelError(f"{option}{error}") from None
    if len(content) > _LONGEST:
        raise KernelError(f"{name}: more than {_LONGEST >> 20} MB; no kernel is that large")
    return parse_content(content, Path(path).suffix, name)
