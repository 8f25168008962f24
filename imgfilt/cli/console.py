"""Print messages and progress to stderr and results to stdout, also if a stream fails."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

import click

from ..errors import command_note
from ..files import printable_path
from .help_format import wrap_for_terminal
from .progress import JobCounter, ProgressLine
from .std_streams import ASCII_FALLBACK

if TYPE_CHECKING:
    from ..filters import Filter

# Seconds until the count of jobs is shown on a terminal, and between lines where none is redrawn.
_FIRST, _INTERVAL = 0.5, 60.0
_LONGEST, _END = 10_000, 300  # characters of a message, and of its end if it is shortened


def printable(text: str, stream: TextIO | None = None) -> str:
    """Return a text in which a stream, by default stderr, can show every character.

    Control characters except line feeds, and characters that the encoding lacks, are escaped.
    """
    encoding = getattr(stream or sys.stderr, "encoding", None) or "utf-8"
    lines = "\n".join(map(printable_path, text.split("\n")))
    return lines.encode(encoding, ASCII_FALLBACK).decode(encoding)


def _shorten(line: str) -> str:
    """Return a line without its middle if it is extremely long; even long paths aren't cut."""
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST // 2]} ... {line[-_END:]}"


def say(line: str) -> None:
    """Print a line of the command's result on stdout."""
    click.echo(printable(line, sys.stdout))


def say_row(line: str) -> None:
    """Print the row of a table, whose last column is wrapped on a terminal, as in the help."""
    for part in wrap_for_terminal(line):
        say(part)


class Console:
    """Prints messages without repetitions.

    Parameters
    ----------
    quiet : bool
        Print only failures.
    verbose : bool
        Print details, too.
    """

    def __init__(self, quiet: bool = False, verbose: bool = False):
        self.quiet, self.verbose = quiet, verbose
        self._notes: set[str] = set()
        self._line = ProgressLine(not quiet)
        self._counter = JobCounter()
        self._next = time.monotonic() + (_FIRST if self._line.enabled else _INTERVAL)

    def __enter__(self) -> Console:
        return self

    def __exit__(self, *raised: object) -> None:
        self._line.end()

    def show_progress(self, name: str, share: float) -> None:
        """Show the share of a picture that is done, 0 to 1, if this takes long; as for jobs."""
        self._line.show(printable(name), share)
        if share < 1 and self._is_line_due():
            self._print(f"{name}: {round(100 * share)} % done")

    def show_job_count(self, done: int, jobs: int, name: str, failed: int) -> None:
        """Show how many jobs are done: on a terminal continuously, else in a line each minute.

        Parameters
        ----------
        done, jobs, failed : int
            The number of finished jobs, of all jobs, and of finished jobs that failed.
        name : str
            The input of the last job that began.
        """
        self._counter.update(done, jobs, printable(name), failed)
        if done == jobs or time.monotonic() < self._next:
            return
        if self._line.enabled:
            self._line.write(self._counter.format_line)
        elif self._is_line_due():
            self._print(self._counter.sentence)

    def _is_line_due(self) -> bool:
        """Return whether to print a line on progress now, because none can be redrawn."""
        with self._line.lock:
            if self.quiet or self._line.enabled or time.monotonic() < self._next:
                return False
            self._next = time.monotonic() + _INTERVAL
            return True

    def failure(self, line: str, below: Sequence[str] = ()) -> None:
        """Print a message about an input that failed, and further lines below it."""
        self._print(line, below)

    def detail(self, line: str) -> None:
        """Print a line if `verbose` is set."""
        if self.verbose and not self.quiet:
            self._print(line)

    def note(self, line: str) -> None:
        """Print a line unless the same line was printed before or `quiet` is set."""
        if not self.quiet and line not in self._notes:
            self._notes.add(line)
            self._print(line)

    def _print(self, line: str, below: Sequence[str] = ()) -> None:
        # The rest of a batch must run even if stderr is closed or broken.
        with self._line.lock, suppress(OSError, ValueError):
            self._line.hide()
            first = _shorten(printable_path(f"imgfilt: {command_note(line)}"))
            click.echo(printable("\n".join([first, *below])), err=True)

    def kernel_remarks(self, filt: Filter) -> None:
        """Print the notes on how the texts of a filter's kernels were read."""
        for kernel in filt.kernels:
            if kernel.remark is not None:
                self.note(kernel.remark)


def report_stdout_error(error: OSError) -> int:
    """Print that stdout can't be written, drop its buffered rest, and return the exit code."""
    # If the reader ends early (`| head`), nothing is printed.
    if error.errno != errno.EPIPE:
        Console().failure(f"stdout: {error.strerror or error}")
    with suppress(OSError, ValueError, AttributeError):
        # Otherwise Python would try to write the rest again when it exits, and print an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
