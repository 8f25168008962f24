"""Kinds of parameters: how a value is written, and which values are right.

One parser for options, sweeps, templates, captions and the arguments of kernel presets.
"""

from __future__ import annotations

from .kind import Choice, Flag, ParameterType
from .number import (
    AUTO,
    LARGEST_SIGMA,
    LARGEST_SIZE,
    LARGEST_WINDOW,
    Integers,
    Number,
    NumberOrAuto,
    Ratio,
    Side,
    Sides,
)

MOST_VALUES = 400  # of a sweep, and cells of a figure

__all__ = [
    "AUTO",
    "LARGEST_SIGMA",
    "LARGEST_SIZE",
    "LARGEST_WINDOW",
    "MOST_VALUES",
    "Choice",
    "Flag",
    "Integers",
    "Number",
    "NumberOrAuto",
    "ParameterType",
    "Ratio",
    "Side",
    "Sides",
]
