"""Open standard input and output, which may be closed, and write to a stream."""

from __future__ import annotations

import io
import sys
from typing import BinaryIO, TextIO

from ..errors import ImageError, OutputError
from .paths import printable_path

STREAM = "-"  # stdin as an input, stdout as an output


def source_name(source: str) -> str:
    """Return an input as messages call it."""
    return "stdin" if source == STREAM else printable_path(source) or "''"


def open_stdin() -> BinaryIO:
    """Return stdin; ImageError if it is closed."""
    if sys.stdin is None or sys.stdin.closed:
        raise ImageError("stdin: it is closed")
    return sys.stdin.buffer


def open_stdout() -> TextIO:
    """Return stdout; OutputError if it is closed."""
    if sys.stdout is None or sys.stdout.closed:
        raise OutputError("stdout: it is closed")
    return sys.stdout


def write_all(target: BinaryIO, buffer: io.BytesIO, name: str) -> None:
    """Write all bytes; one call of an unbuffered stream's `write` may write only a part.

    Parameters
    ----------
    target : binary stream
    buffer : BytesIO
        The bytes.
    name : str
        The stream's, for messages.

    Raises
    ------
    OutputError
        When the stream can't take them.
    """
    left = buffer.getbuffer()
    try:
        while left:
            left = left[target.write(left) :]
        target.flush()
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"{name}: {words}") from error
