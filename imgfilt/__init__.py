"""Image filters: exact convolution, and median, bilateral and non-local means.

The public names are here; each is loaded at its first use.
"""

# ruff: noqa: F401, F403 - the imports are for type checkers

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import apply
    from .errors import (
        ClippedWarning,
        CommandError,
        EngineError,
        ImageError,
        ImgfiltError,
        KernelError,
        OutputError,
        ParameterError,
    )
    from .filters import *
    from .filters.chain import Chain
    from .image import Image, read, write
    from .kernel.kernel import Kernel
    from .kernel.preset_table import list_presets

__version__ = "0.1.0"

# The module of each public name; the classes of the filters are public, too.
_MODULES = {
    "apply": ".api",
    "Chain": ".filters.chain",
    "ClippedWarning": ".errors",
    "CommandError": ".errors",
    "EngineError": ".errors",
    "Image": ".image",
    "ImageError": ".errors",
    "ImgfiltError": ".errors",
    "Kernel": ".kernel.kernel",
    "KernelError": ".errors",
    "OutputError": ".errors",
    "list_presets": ".kernel.preset_table",
    "ParameterError": ".errors",
    "read": ".image",
    "write": ".image",
}


def __getattr__(name: str) -> Any:
    if name == "__all__":
        value: Any = sorted([*_MODULES, *_filters().SUMMARIES, "__version__"])
    elif name in _MODULES:
        value = getattr(importlib.import_module(_MODULES[name], __name__), name)
    elif not name.startswith("_") and name in _filters().SUMMARIES:
        value = getattr(_filters(), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__getattr__("__all__"))


def _filters() -> Any:
    return importlib.import_module(".filters", __name__)
