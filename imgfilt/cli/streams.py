"""Standard streams that are closed, broken or full: no traceback, and no file in their place."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress

from .console import PLAINLY, Console


def occupy() -> None:
    """Open what is closed of 0, 1 and 2, or the next file opened would be taken for a stream.

    Python itself goes by what it found when it started: a closed stream of its stays None.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115


def speak_plainly() -> None:
    """Let no character of a text, such as the help, fail on a stream whose encoding lacks it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=PLAINLY)


def flush() -> None:
    """Write what is left for stdout; OSError where it can't be."""
    if sys.stdout is not None:
        sys.stdout.flush()


def give_up(error: OSError) -> int:
    """Say that stdout can't be written, drop what is left for it, and return the exit code."""
    # A reader that had enough (`| head`) is no error worth a line.
    if error.errno != errno.EPIPE:
        Console().failure(f"stdout: {error.strerror or error}")
    with suppress(OSError, ValueError, AttributeError):
        # Or it would be tried, and complained of, once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
