"""The OpenCV engine: functions of padded blocks, as in the NumPy engine.

The modules are loaded at first use, so that naming a filter needs no NumPy.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from .module import BORDERS, import_error, one_thread

if TYPE_CHECKING:
    from . import convolution, nlmeans, simple

__all__ = ["BORDERS", "convolution", "import_error", "nlmeans", "one_thread", "simple"]


def __getattr__(name: str) -> ModuleType:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")
