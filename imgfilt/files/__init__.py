"""Open files safely, write files atomically, and handle file names."""

from __future__ import annotations

from .atomic import atomic_write, remove_temporary_files
from .content import read_content, read_text
from .json_lines import CUT_OFF, JsonLinesFile
from .opening import describe_file, error_text, open_regular, why_unreadable
from .paths import RealPathCache, printable_path, quote_for_shell, real_path, split_name
from .std_streams import STREAM, open_stdin, open_stdout, source_name, write_all

__all__ = [
    "CUT_OFF",
    "STREAM",
    "JsonLinesFile",
    "RealPathCache",
    "atomic_write",
    "describe_file",
    "error_text",
    "open_regular",
    "open_stdin",
    "open_stdout",
    "printable_path",
    "quote_for_shell",
    "read_content",
    "read_text",
    "real_path",
    "remove_temporary_files",
    "source_name",
    "split_name",
    "why_unreadable",
    "write_all",
]
