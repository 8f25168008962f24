"""The filters: a line in the table for each, in the order of the commands.

The commands, their help, the public names of imgfilt and the tests follow from the table. The class
of a filter is loaded when it is asked for: all of them would take longer to load than Click.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..lazy import LazyMapping

if TYPE_CHECKING:
    # Type checkers know what is imported here.
    from .base import Filter as Filter
    from .bilateral import Bilateral as Bilateral
    from .blur import Blur as Blur
    from .convolve import Convolve as Convolve
    from .declaration import Parameter as Parameter
    from .edges import Edges as Edges
    from .gaussian import Gaussian as Gaussian
    from .median import Median as Median
    from .nlmeans import NLMeans as NLMeans

# Class -> first sentence of its docstring. Command and module are called like it in lower case.
SUMMARIES = {
    "Convolve": "Convolve with a kernel: it is flipped, and never normalised unless asked.",
    "Blur": "Blur: replace every pixel by the mean of the rectangle around it.",
    "Gaussian": "Smooth with a Gaussian of a given size, sigma or both.",
    "Median": "Replace every pixel by the median of the rectangle around it, channel by channel.",
    "Bilateral": "Smooth with a mean weighted by distance and by similarity, which keeps edges.",
    "NLMeans": "Remove noise by non-local means: a mean of pixels whose surroundings are similar.",
    "Edges": "Show edges: the magnitude of the gradient, white at a step from black to white.",
}
_CLASSES = {name.lower(): name for name in SUMMARIES}
_MODULES = {name: command for command, name in _CLASSES.items()}
_MODULES |= {"Filter": "base", "Parameter": "declaration"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _load_class(name)


def _load_class(name: str) -> Any:
    return getattr(importlib.import_module(f".{_MODULES[name]}", __name__), name)


# Command -> class.
FILTERS: Mapping[str, type[Filter]] = LazyMapping(
    _CLASSES, lambda command: _load_class(_CLASSES[command])
)
