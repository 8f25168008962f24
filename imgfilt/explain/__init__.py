"""Explain a run without computing it: its plan as numbers for programs, or as text for people."""

from .explanation import Explanation, explain_assumed, explain_run
from .pixel import PixelTrace, trace_pixels

__all__ = ["Explanation", "PixelTrace", "explain_assumed", "explain_run", "trace_pixels"]
