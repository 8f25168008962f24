"""Kernel sources of a command line: an existing file first, then a preset, then inline rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import KernelError
from ..filters import Filter
from ..filters.convolve import Convolve
from ..filters.sweep import Value
from .console import Console


def kernel_value(sources: Sequence[str], option: str = "--kernel ") -> Value:
    """Return the sources with the files among them read, and how a caption names them.

    `option` is what errors put before a file that can't be read.
    """
    from ..kernel.lookup import is_file, read_kernel

    try:
        are_files = [is_file(source) for source in sources]
    except KernelError as error:
        raise KernelError(f"{option}{error}") from None
    pairs = list(zip(sources, are_files, strict=True))
    held = tuple(read_kernel(source, option) if is_one else source for source, is_one in pairs)
    names = [Path(source).stem if is_one else source for source, is_one in pairs]
    return Value(" * ".join(names), held)


def say_remarks(filt: Filter, quiet: bool = False) -> None:
    """Say on stderr what is worth knowing of how a filter's kernels were read."""
    console = Console(quiet)
    for kernel in filt.parts if isinstance(filt, Convolve) else ():
        if kernel.remark is not None:
            console.note(kernel.remark)
