"""Files: opened safely and written atomically, and what they are called."""

from __future__ import annotations

from .atomic import abandon, replacing
from .lines import Lines
from .mark import Mark
from .name import RealNames, displayed, real
from .regular import kind, obstacle, open_regular, reason

__all__ = [
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
]
