"""Explain: what a plan says, in facts for programs and lines for people."""

from __future__ import annotations

from .facts import Explanation, assumed, explained
from .kernel import kernel_lines
from .pixel import Pixel, pixels_at
from .window import pixel_lines
from .words import lines

__all__ = [
    "Explanation",
    "Pixel",
    "assumed",
    "explained",
    "kernel_lines",
    "lines",
    "pixel_lines",
    "pixels_at",
]
