"""The console: messages and progress on stderr, results on stdout, and streams that fail."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

import click

from ..files import printable_path
from .progress import JobCounter, ProgressLine

if TYPE_CHECKING:
    from ..filters import Filter

# Seconds: before the count of jobs is shown on a terminal; between lines if there is none.
_FIRST, _INTERVAL = 0.5, 60.0
_LONGEST, _END = 10_000, 300  # characters of a message

ASCII_FALLBACK = "imgfilt-ascii-fallback"  # the error handler of an encoding
_ASCII = {"−": "-", "·": "*", "²": "^2"}


def _ascii_fallback(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return ASCII for the first character that can't be encoded, and the index to go on at."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text, start = error.object, error.start
    alone = UnicodeEncodeError(error.encoding, text, start, start + 1, error.reason)
    plain = _ASCII.get(text[start])
    return (plain, start + 1) if plain else codecs.backslashreplace_errors(alone)


codecs.register_error(ASCII_FALLBACK, _ascii_fallback)


def printable(text: str, stream: TextIO | None = None) -> str:
    """Return a text as a stream, stderr by default, can show it.

    Control characters other than line feeds are escaped, and characters that the encoding lacks.
    """
    encoding = getattr(stream or sys.stderr, "encoding", None) or "utf-8"
    lines = "\n".join(map(printable_path, text.split("\n")))
    return lines.encode(encoding, ASCII_FALLBACK).decode(encoding)


def _shorten(line: str) -> str:
    """Return a line without its middle if it is too long to be read; paths stay whole."""
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST // 2]} ... {line[-_END:]}"


def say(line: str) -> None:
    """Print a line of the command's result on stdout."""
    click.echo(printable(line, sys.stdout))


class Console:
    """Prints messages, each once; `quiet` leaves out all but failures, `verbose` nothing."""

    def __init__(self, quiet: bool = False, verbose: bool = False):
        self.quiet, self.verbose = quiet, verbose
        self._notes: set[str] = set()
        self._line = ProgressLine(not quiet)
        self._counter = JobCounter()
        self._next = time.monotonic() + _FIRST

    def __enter__(self) -> Console:
        return self

    def __exit__(self, *raised: object) -> None:
        self._line.end()

    def progress(self, name: str, share: float) -> None:
        """Show on a terminal how much of a picture is done, 0 to 1, once it takes long."""
        self._line.show(printable(name), share)

    def count(self, done: int, jobs: int, name: str) -> None:
        """Show how many jobs are done: on a terminal at once, else in a line each minute."""
        self._counter.update(done, jobs, printable(name))
        if done == jobs or time.monotonic() < self._next:
            return
        if self._line.enabled:
            self._line.write(self._counter.format_line)
        elif not self.quiet:
            self._next = time.monotonic() + _INTERVAL
            if self._counter.rate:
                self._print(self._counter.sentence)

    def failure(self, line: str, below: Sequence[str] = ()) -> None:
        """Print why an input failed, and lines below it."""
        self._print(line, below)

    def detail(self, line: str) -> None:
        """Print a line if --verbose is given."""
        if self.verbose and not self.quiet:
            self._print(line)

    def note(self, line: str) -> None:
        """Print a line unless it was printed before."""
        if not self.quiet and line not in self._notes:
            self._notes.add(line)
            self._print(line)

    def _print(self, line: str, below: Sequence[str] = ()) -> None:
        # A closed or broken stderr must not cost the rest of a batch.
        with self._line.lock, suppress(OSError, ValueError):
            self._line.hide()
            first = _shorten(printable_path(f"imgfilt: {line}"))
            click.echo(printable("\n".join([first, *below])), err=True)

    def kernel_remarks(self, filt: Filter) -> None:
        """Print the notes on how the texts of a filter's kernels were read."""
        for kernel in filt.kernels:
            if kernel.remark is not None:
                self.note(kernel.remark)


def reserve_std_fds() -> None:
    """Open those of the file descriptors 0, 1 and 2 that are closed, or a file would get one.

    Python's streams stay as they were when it started: a closed stdout is None.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115


def use_ascii_fallback() -> None:
    """Replace characters that the encoding of stdout or stderr lacks, in the help, too."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ASCII_FALLBACK)


def flush_stdout() -> None:
    """Write the rest of stdout; OSError if it can't be written."""
    if sys.stdout is not None:
        sys.stdout.flush()


def report_stdout_error(error: OSError) -> int:
    """Print that stdout can't be written, drop the rest of it, and return the exit code."""
    # A reader that ends early (`| head`) is no error worth a line.
    if error.errno != errno.EPIPE:
        Console().failure(f"stdout: {error.strerror or error}")
    with suppress(OSError, ValueError, AttributeError):
        # Else Python would try to write it again, and complain, at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
