"""Explain: what a plan says, in facts for programs and lines for people."""

from __future__ import annotations

from .explanation import Explanation, assumed, explained
from .format_pixel import pixel_lines
from .format_plan import lines
from .kernel_info import kernel_lines
from .pixel import Pixel, pixels_at

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
