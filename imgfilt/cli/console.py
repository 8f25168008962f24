"""The console: lines on stderr, each message starting with `imgfilt:`, and the progress below."""

from __future__ import annotations

import codecs
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

import click

from ..files import printable_path
from .batch_progress import Tally
from .progress import ProgressLine

# Seconds: before a terminal is shown how many are done; between lines where there is none.
_FIRST, _NOW_AND_THEN = 0.5, 60.0
_LONGEST, _END = 10_000, 300  # characters of a message


PLAINLY = "imgfilt-plainly"  # what is done with a character that an encoding lacks
_PLAIN = {"−": "-", "·": "*", "²": "^2"}


def _plainly(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return what stands for the first character that can't be encoded, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text, start = error.object, error.start
    alone = UnicodeEncodeError(error.encoding, text, start, start + 1, error.reason)
    plain = _PLAIN.get(text[start])
    return (plain, start + 1) if plain else codecs.backslashreplace_errors(alone)


codecs.register_error(PLAINLY, _plainly)


def printable(text: str, stream: TextIO | None = None) -> str:
    """Return a text as stderr can show it: all that a terminal would obey is escaped.

    Only its line feeds stay. What the encoding lacks is escaped, too.
    """
    encoding = getattr(stream or sys.stderr, "encoding", None) or "utf-8"
    lines = "\n".join(map(printable_path, text.split("\n")))
    return lines.encode(encoding, PLAINLY).decode(encoding)


def _shortened(line: str) -> str:
    """Return a line without the middle of what is too long to be read; paths stay whole."""
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST // 2]} ... {line[-_END:]}"


def say(line: str) -> None:
    """Print a line on stdout: what was asked for."""
    click.echo(printable(line, sys.stdout))


class Console:
    """Says each thing once; `quiet` leaves out all but failures, `verbose` nothing."""

    def __init__(self, quiet: bool = False, verbose: bool = False):
        self.quiet, self.verbose = quiet, verbose
        self.said: set[str] = set()
        self.line = ProgressLine(not quiet)
        self.tally = Tally()
        self.next = time.monotonic() + _FIRST

    def __enter__(self) -> Console:
        return self

    def __exit__(self, *raised: object) -> None:
        self.line.end()

    def progress(self, name: str, share: float) -> None:
        """Show on a terminal how much of a picture is done, 0 to 1, once it takes long."""
        self.line.show(printable(name), share)

    def count(self, done: int, jobs: int, name: str) -> None:
        """Show how many jobs are done: on a terminal always, else in a line now and then."""
        self.tally.update(done, jobs, printable(name))
        if done == jobs or time.monotonic() < self.next:
            return
        if self.line.wanted:
            self.line.write(self.tally.line)
        elif not self.quiet:
            self.next = time.monotonic() + _NOW_AND_THEN
            if self.tally.rate:
                self.failure(self.tally.plain)

    def failure(self, line: str, below: Sequence[str] = ()) -> None:
        """Say that an input failed, and why; below it stands what it is about."""
        # A closed or broken stderr must not cost the rest of a batch.
        with self.line.lock, suppress(OSError, ValueError):
            self.line.hide()
            first = _shortened(printable_path(f"imgfilt: {line}"))
            click.echo(printable("\n".join([first, *below])), err=True)

    def detail(self, line: str) -> None:
        """Say what only those want to know who ask for it."""
        if self.verbose and not self.quiet:
            self.failure(line)

    def note(self, line: str) -> None:
        """Say what is worth knowing, unless it was said before."""
        if not self.quiet and line not in self.said:
            self.said.add(line)
            self.failure(line)
