"""Image filters: exact convolution, and median, bilateral and non-local means.

The public names are here; each is loaded at its first use.
"""

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
    from .filters.bilateral import Bilateral
    from .filters.blur import Blur
    from .filters.convolve import Convolve
    from .filters.gaussian import Gaussian
    from .filters.median import Median
    from .filters.nlmeans import NLMeans
    from .image import Image, read, write
    from .kernel.kernel import Kernel

__version__ = "0.1.0"

# The module of each public name.
_MODULES = {
    "apply": ".api",
    "Bilateral": ".filters.bilateral",
    "Blur": ".filters.blur",
    "ClippedWarning": ".errors",
    "CommandError": ".errors",
    "Convolve": ".filters.convolve",
    "EngineError": ".errors",
    "Gaussian": ".filters.gaussian",
    "Image": ".image",
    "ImageError": ".errors",
    "ImgfiltError": ".errors",
    "Kernel": ".kernel.kernel",
    "KernelError": ".errors",
    "Median": ".filters.median",
    "NLMeans": ".filters.nlmeans",
    "OutputError": ".errors",
    "ParameterError": ".errors",
    "read": ".image",
    "write": ".image",
}

__all__ = [
    "Bilateral",
    "Blur",
    "ClippedWarning",
    "CommandError",
    "Convolve",
    "EngineError",
    "Gaussian",
    "Image",
    "ImageError",
    "ImgfiltError",
    "Kernel",
    "KernelError",
    "Median",
    "NLMeans",
    "OutputError",
    "ParameterError",
    "__version__",
    "apply",
    "read",
    "write",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_MODULES[name], __name__), name)
    globals()[name] = value
    return value
