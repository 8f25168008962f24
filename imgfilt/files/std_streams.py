"""Open standard output, which may be closed, and write to a stream."""

from __future__ import annotations

import io
import sys
from typing import BinaryIO, TextIO

from ..errors import OutputError


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
