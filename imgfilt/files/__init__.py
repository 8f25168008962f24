"""Files: opened safely and written atomically, and what they are called."""

from __future__ import annotations

from .atomic import abandon, replacing
from .json_lines import CUT, Lines
from .marker import Mark
from .paths import RealNames, displayed, real, stem
from .reading import kind, obstacle, open_regular, reason

__all__ = [
    "CUT",
    "Lines",
    "Mark",
    "RealNames",
    "abandon",
    "displayed",
    "kind",
    "obstacle",
    "open_regular",
    "real",
    "reason",
    "replacing",
    "stem",
]
