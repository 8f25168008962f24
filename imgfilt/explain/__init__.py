"""Explain: what a plan says, in facts for programs and lines for people."""

from __future__ import annotations

from .facts import ASSUMED, Explanation, assumed, explained
from .words import direct_said, lines, size_said

__all__ = ["ASSUMED", "Explanation", "assumed", "direct_said", "explained", "lines", "size_said"]
