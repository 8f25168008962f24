"""A kernel as it is named on a command line, files apart: a preset, or rows split by `;`."""

from __future__ import annotations

import re

from ..errors import KernelError
from ..numbers import quote
from .kernel import Kernel
from .preset import preset
from .text import parse_text


def parse_source(source: str, size: int | None = None) -> Kernel:
    """Return the kernel that `average:5` or `"1 0 -1; 2 0 -2; 1 0 -1"` stands for.

    Parameters
    ----------
    source : str
        A preset with its arguments, or rows of numbers split by `;`.
    size : int, optional
        For a preset that is named without its arguments.

    Raises
    ------
    KernelError
        If it is neither.
    """
    if ";" in source or not re.match("[A-Za-z]", source):
        if size is not None:
            raise KernelError(
                f"a size was given beside the kernel {quote(source)}, which has its own"
            )
        return parse_text(source.strip().removesuffix(";").replace(";", "\n"), "kernel")
    return preset(source, size)
