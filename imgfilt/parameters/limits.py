"""The kinds of options that the command and the functions of Python share: one table of limits."""

from __future__ import annotations

from typing import Any

from .integers import Integers
from .length import Length
from .number import Number, NumberOrAuto
from .page_width import PageWidth

# By the names of parameters; the command's `-j` is `workers`.
LIMITS: dict[str, Any] = {
    "frame": Number(0, whole=True),
    "max_pixels": Number(1, whole=True),
    "quality": Number(1, 100, whole=True),
    "compression": Number(0, 9, whole=True),
    "workers": Number(1, 1024, whole=True),
    "columns": Number(1, 400, whole=True),
    "cell_width": Number(1, 65_535, whole=True),
    "figure_width": PageWidth(36, 14_400),
    "dpi": Number(10, 10_000),
    "caption_size": Length(1, 1000),
    "difference": NumberOrAuto(0.01, 255),
    "zoom": Integers(("LEFT", "TOP", "WIDTH", "HEIGHT")),
}


def check_limits(**values: Any) -> dict[str, Any]:
    """Return values as their kinds have them; None stays. ParameterError if one isn't allowed."""
    return {
        name: None if value is None else LIMITS[name].check(value, name)
        for name, value in values.items()
    }
