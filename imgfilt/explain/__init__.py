"""Explain a run without computing it: its plan as numbers for programs, or as text for people."""

from .explanation import Explanation, assumed_picture, explain_chain, explain_run
from .pixel import ChannelTrace, trace_pixel

__all__ = [
    "ChannelTrace",
    "Explanation",
    "assumed_picture",
    "explain_chain",
    "explain_run",
    "trace_pixel",
]
