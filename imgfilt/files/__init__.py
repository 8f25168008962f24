"""Open files safely, write files atomically, and handle file names."""

from __future__ import annotations

from .atomic import atomic_write, remove_temporary_files
from .json_lines import CUT_OFF, JsonLinesFile
from .paths import RealPathCache, printable_path, real_path, split_name
from .reading import describe_file, error_text, open_regular, why_unreadable

__all__ = [
    "CUT_OFF",
    "JsonLinesFile",
    "RealPathCache",
    "atomic_write",
    "describe_file",
    "error_text",
    "open_regular",
    "printable_path",
    "real_path",
    "remove_temporary_files",
    "split_name",
    "why_unreadable",
]
