"""The console: lines on stderr, each starting with `imgfilt:`, and below them the progress."""

from __future__ import annotations

import sys
from contextlib import suppress

import click

from .progress import ProgressLine


def printable(text: str) -> str:
    """Return a text as stderr can show it; a surrogate of an odd file name is escaped."""
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


class Console:
    """Says each thing once; `quiet` leaves out all but failures."""

    def __init__(self, quiet: bool = False):
        self.quiet = quiet
        self.said: set[str] = set()
        self.line = ProgressLine(not quiet)

    def __enter__(self) -> Console:
        return self

    def __exit__(self, *raised: object) -> None:
        self.line.end()

    def progress(self, name: str, share: float) -> None:
        """Show on a terminal how much of a picture is done, 0 to 1, once it takes long."""
        self.line.show(printable(name), share)

    def failure(self, line: str) -> None:
        """Say that an input failed, and why."""
        # A closed or broken stderr must not cost the rest of a batch.
        with self.line.lock, suppress(OSError, ValueError):
            self.line.hide()
            click.echo(f"imgfilt: {printable(line)}", err=True)

    def note(self, line: str) -> None:
        """Say what is worth knowing, unless it was said before."""
        if not self.quiet and line not in self.said:
            self.said.add(line)
            self.failure(line)
