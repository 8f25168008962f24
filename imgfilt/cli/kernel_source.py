"""Notes on how the kernels of a command line were read."""

from __future__ import annotations

from ..filters import Filter
from .console import Console


def say_remarks(filt: Filter, quiet: bool = False) -> None:
    """Print on stderr the notes on how the kernels of a filter were read."""
    console = Console(quiet)
    for kernel in filt.kernels:
        if kernel.remark is not None:
            console.note(kernel.remark)
