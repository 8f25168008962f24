"""The NumPy engine: plain functions of arrays, one method in each module.

Every method takes a padded block, with `reach` more rows and columns on each side, and returns the
(h, w, C) values inside. Borders, files and threads are the business of the pipeline. The modules
are loaded at first use, so that naming a filter needs no NumPy.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import (
        bilateral,
        block_info,
        convolution,
        integer_sums,
        median,
        nlmeans,
        noise,
        nonfinite,
    )

__all__ = [
    "bilateral",
    "block_info",
    "convolution",
    "integer_sums",
    "median",
    "nlmeans",
    "noise",
    "nonfinite",
]


def __getattr__(name: str) -> ModuleType:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")
