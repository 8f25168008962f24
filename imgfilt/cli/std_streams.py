"""Prepare stdin, stdout and stderr: closed descriptors, and characters that an encoding lacks."""

from __future__ import annotations

import codecs
import io
import os
import sys

ASCII_FALLBACK = "imgfilt-ascii-fallback"  # the error handler of an encoding
_ASCII = {"−": "-", "·": "*", "²": "^2"}


def _ascii_fallback(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return (ASCII for the first character that can't be encoded, index of the next one)."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text, start = error.object, error.start
    alone = UnicodeEncodeError(error.encoding, text, start, start + 1, error.reason)
    plain = _ASCII.get(text[start])
    return (plain, start + 1) if plain else codecs.backslashreplace_errors(alone)


codecs.register_error(ASCII_FALLBACK, _ascii_fallback)


def reserve_std_fds() -> None:
    """Open closed descriptors among 0, 1 and 2: otherwise an opened file would get such a number.

    Python's streams don't change: sys.stdout stays None if stdout was closed at the start.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115


def use_ascii_fallback() -> None:
    """Replace characters that the encoding of stdout or stderr lacks, also in the help."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ASCII_FALLBACK)


def flush_stdout() -> None:
    """Write the buffered rest of stdout; OSError if writing fails."""
    if sys.stdout is not None:
        sys.stdout.flush()
