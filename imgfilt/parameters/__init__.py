"""Kinds of parameters: each kind parses and checks the values of a parameter.

Options, sweeps, templates, captions and arguments of kernel presets all use these kinds.
"""

from __future__ import annotations

from .integers import Integers
from .kind import Choice, Flag, ParameterType
from .length import Length
from .limits import LIMITS, check_limits
from .number import (
    AUTO,
    LARGEST_SIGMA,
    LARGEST_SIZE,
    LARGEST_WINDOW,
    Number,
    NumberOrAuto,
    PerAxis,
    Ratio,
    Side,
    join_axes,
    per_axis,
)
from .page_width import PageWidth, Pixels, UnitlessLength, to_points

CAPTION_PLACES = "above", "below", "none"  # from the pictures
LARGEST_THRESHOLD = 1e150  # of levels, which floats may have of any size: its square is finite
MOST_VALUES = 400  # of a sweep, and cells of a figure
MOST_INSETS = 6  # of a cell
KERNEL_PLOTS = "heat", "profile", "response", "surface"  # parts of a kernel's figure

__all__ = [
    "AUTO",
    "CAPTION_PLACES",
    "KERNEL_PLOTS",
    "LARGEST_SIGMA",
    "LARGEST_SIZE",
    "LARGEST_THRESHOLD",
    "LARGEST_WINDOW",
    "LIMITS",
    "MOST_INSETS",
    "MOST_VALUES",
    "Choice",
    "Flag",
    "Integers",
    "Length",
    "Number",
    "NumberOrAuto",
    "PageWidth",
    "ParameterType",
    "PerAxis",
    "Pixels",
    "Ratio",
    "Side",
    "UnitlessLength",
    "check_limits",
    "join_axes",
    "per_axis",
    "to_points",
]
