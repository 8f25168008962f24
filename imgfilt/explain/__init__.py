"""Explain a run without computing it: its plan as numbers for programs, or as text for people."""

from .explanation import Explanation, assumed_picture, explain_chain, explain_run
from .pixel import PixelTrace, trace_pixels

__all__ = [
    "Explanation",
    "PixelTrace",
    "assumed_picture",
    "explain_chain",
    "explain_run",
    "trace_pixels",
]
