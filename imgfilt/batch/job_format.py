"""The format of a job's output, and whether its numbers are kept: a grid made of a grid."""

from __future__ import annotations

import os
import sys
from typing import Any

from ..errors import CommandError, ImageError
from ..files import STREAM, printable_path
from ..image import FORMATS, OUTPUT_FORMATS, Format, detect_format, format_from_suffix
from ..image.format_detection import detect
from ..rows import TEXT_SUFFIXES
from .job import Job

_TEXT_CODEC = FORMATS["txt"].codec


def find_format_key(text: str) -> str | None:
    """Return the key in OUTPUT_FORMATS of the name or suffix of a format, or None."""
    for key, form in OUTPUT_FORMATS.items():
        if text.lower() == key or f".{text.lower()}" in form.suffixes:
            return key
    return None


def format_key(text: str) -> str:
    """Return the key in OUTPUT_FORMATS of what `-f` names; CommandError if there is none."""
    if (key := find_format_key(text)) is not None:
        return key
    message = f"format {printable_path(text)}: wanted one of {', '.join(OUTPUT_FORMATS)}"
    raise CommandError(message, parameters=("format",))


def output_format(job: Job) -> Format:
    """Return the format of the output: `-f`, else the suffix; for stdout a grid's, or PNG."""
    if job.format is not None:
        return OUTPUT_FORMATS[job.format]
    if job.target != STREAM:
        return format_from_suffix(job.target)
    return FORMATS["txt" if not job.figure and is_text_grid(job.sources[0]) else "png"]


def is_text_grid(source: str) -> bool:
    """Return whether an input is a grid: by its suffix; without one, by its first bytes."""
    if source != STREAM and (suffix := os.path.splitext(source)[1].lower()):
        return suffix in TEXT_SUFFIXES
    try:
        found = detect(_peek_stdin(), None) if source == STREAM else detect_format(source)
    except ImageError:
        return False
    return found.codec == _TEXT_CODEC


def _peek_stdin() -> bytes:
    """Return the first bytes of stdin, which can still be read; b"" if there are none."""
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        return b""
    stream: Any = sys.stdin.buffer
    if hasattr(stream, "peek"):
        return bytes(stream.peek(512)[:512])
    start: bytes = stream.read(512)  # of a BytesIO that stands for stdin
    stream.seek(0)
    return start


def keeps_numbers(job: Job) -> bool:
    """Return whether a job makes a grid of a grid: its numbers are neither rounded nor clipped."""
    if job.figure or output_format(job).codec != _TEXT_CODEC:
        return False
    return is_text_grid(job.sources[0])


def renamed_format_note(job: Job, format: Format) -> str | None:
    """Return a note if the name of the input, and so of the output, doesn't fit its content.

    Parameters
    ----------
    job : Job
        With one input.
    format : Format
        The output's.
    """
    (source, *_), target = job.sources, job.target
    suffixes = {os.path.splitext(path)[1].lower() for path in (source, target)}
    if STREAM in (source, target) or job.format is not None or len(suffixes) > 1:
        return None
    found = detect_format(source)
    if not format.signature or format is found:
        return None
    return f"{job.name}: holds {found.label}, whatever its name says; written as {format.label}"
