"""Kernels: exact weights with an origin, their text, and the presets."""

from __future__ import annotations

from .content import format_content, parse_content
from .formula import FORMULAS
from .kernel import Kernel
from .preset import preset, preset_list, preset_names
from .response import response
from .source import parse_source
from .text import format_text, parse_text
from .weights import MOST_WEIGHTS
from .written import decimal, in_columns, kernel_written, sum_written, written

__all__ = [
    "FORMULAS",
    "MOST_WEIGHTS",
    "Kernel",
    "decimal",
    "format_content",
    "format_text",
    "in_columns",
    "kernel_written",
    "parse_content",
    "parse_source",
    "parse_text",
    "preset",
    "preset_list",
    "preset_names",
    "response",
    "sum_written",
    "written",
]
