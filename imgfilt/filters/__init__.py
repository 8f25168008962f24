"""FILTERS: what there is, one line a filter; command, help, checks and tests follow from it."""

from __future__ import annotations

from .base import Filter
from .bilateral import Bilateral
from .blur import Blur
from .convolve import Convolve
from .declaration import Parameter
from .gaussian import Gaussian
from .median import Median
from .nlmeans import NLMeans

FILTERS: dict[str, type[Filter]] = {
    "convolve": Convolve,
    "blur": Blur,
    "gaussian": Gaussian,
    "median": Median,
    "bilateral": Bilateral,
    "nlmeans": NLMeans,
}

__all__ = ["FILTERS", "Filter", "Parameter"]
