"""The progress line: one on a terminal's stderr, overwritten, while a run takes long."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import click

from ..terminal import columns_of

_FIRST, _NEXT = 1.0, 0.1  # seconds from the beginning to the first line, and from line to line
_BAR, _SHORTEST_BAR, _SHORTEST_NAME = 20, 5, 8  # characters
_COLUMNS = 80  # of a terminal that doesn't say
_ERASED = "\r\x1b[K"


class ProgressLine:
    """Shows how far the picture at hand is; nothing where stderr is no terminal.

    click's own bar shows itself at once, hides the cursor, and can't be taken away again.
    """

    def __init__(self, wanted: bool = True):
        self.lock = threading.RLock()
        self.wanted = wanted and _on_terminal()
        self.name = ""
        self.share = 0.0
        self.visible = False
        self.due = 0.0
        self.timer: threading.Timer | None = None

    def show(self, name: str, share: float) -> None:
        """Take the share of a picture that is done, 0 to 1; 0 is where it begins."""
        if not self.wanted:
            return
        with self.lock:
            if self.timer is None or name != self.name or share == 0:
                self.end()
                self.name = name
                # Of its own accord: until a first share is done, long may pass.
                self.timer = threading.Timer(_FIRST, self._begin)
                self.timer.daemon = True
                self.timer.start()
            self.share = share
            if self.visible and time.monotonic() >= self.due:
                self._draw(self._share)

    def write(self, text: Callable[[int], str]) -> None:
        """Show a line now, of at most so many columns; nothing where the last is still new."""
        if not self.wanted or time.monotonic() < self.due:
            return
        with self.lock:
            self.visible = True
            self._draw(text)

    def hide(self) -> None:
        """Erase the line, to make room for another."""
        with self.lock:
            if self.visible:
                _write(_ERASED)

    def end(self) -> None:
        """Erase the line for good."""
        with self.lock:
            self.hide()
            self.visible = False
            if self.timer is not None:
                self.timer.cancel()
                self.timer = None

    def _begin(self) -> None:
        with self.lock:
            if self.timer is threading.current_thread():  # else it was cancelled too late
                self.visible = True
                self._draw(self._share)

    def _share(self, room: int) -> str:
        return line(self.name, self.share, room)

    def _draw(self, text: Callable[[int], str]) -> None:
        # A ^C that the terminal echoes after it still fits.
        _write(f"{_ERASED}{text(_columns() - 3)}")
        self.due = time.monotonic() + _NEXT


def line(name: str, share: float, room: int) -> str:
    """Return the line for a share, at most so many columns wide; the name is shortened first."""
    percent = f"{round(100 * share):3} %"
    beside = room - len(percent) - 2
    bar = min(_BAR, beside - min(_SHORTEST_NAME, columns_of(name)) - 4)
    if bar >= _SHORTEST_BAR:
        percent = f"[{'#' * round(bar * share):{bar}}]  {percent}"
        beside -= bar + 4
    return f"{shortened(name, beside)}  {percent}" if beside > 3 else percent.strip()[:room]


def shortened(name: str, room: int) -> str:
    """Return a name, or as much of its end as there is room for: there names differ."""
    if columns_of(name) <= room:
        return name
    end = name
    while columns_of(end) > room - 3:
        end = end[1:]
    return f"...{end}"


def _on_terminal() -> bool:
    with suppress(OSError, ValueError, AttributeError):
        return sys.stderr.isatty()
    return False


def _columns() -> int:
    # Not stdout's, which may be a file.
    with suppress(OSError, ValueError, AttributeError):
        return os.get_terminal_size(sys.stderr.fileno()).columns or _COLUMNS
    return _COLUMNS


def _write(text: str) -> None:
    # What can't be shown must not cost the picture.
    with suppress(OSError, ValueError):
        click.echo(text, err=True, nl=False)
