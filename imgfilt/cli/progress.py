"""Show progress: a line on the terminal that is overwritten, and a count of finished jobs."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import click

from ..stderr import is_dumb_terminal
from ..terminal import display_width

_FIRST, _NEXT = 1.0, 0.1  # seconds until the first line, and between two lines
_BAR, _SHORTEST_BAR, _JOBS_BAR, _SHORTEST_NAME = 20, 5, 16, 8  # characters
# Seconds: the time over which the rate is computed; between two samples, and two ticks of the line.
_WINDOW, _STEP = 60.0, 1.0
_MUCH_ROOM = 50  # columns
_COLUMNS = 80  # if the terminal's width is unknown
_ERASE = "\r\x1b[K"


class ProgressLine:
    """Shows the share of a picture that is done, if stderr is a terminal that can erase a line.

    Click's progress bar appears at once, hides the cursor, and can't be erased.
    """

    def __init__(self, enabled: bool = True):
        self.lock = threading.RLock()
        self.enabled = enabled and _is_on_terminal() and not is_dumb_terminal()
        self._name = ""
        self._share = 0.0
        self._visible = False
        self._next = self._since = 0.0
        self._timer: threading.Timer | None = None

    def show(self, name: str, share: float) -> None:
        """Show the share of a picture that is done, 0 to 1; a share of 0 begins a new picture."""
        if not self.enabled:
            return
        with self.lock:
            if self._timer is None or name != self._name or share == 0:
                self.end()
                self._name, self._since = name, time.monotonic()
                self._start_timer(_FIRST)
            self._share = share
            if self._visible and time.monotonic() >= self._next:
                self._draw(self._format)

    def write(self, text: Callable[[int], str]) -> None:
        """Show `text(columns)` now, unless the last line was shown a moment ago."""
        if not self.enabled or time.monotonic() < self._next:
            return
        with self.lock:
            self._visible = True
            self._draw(text)

    def hide(self) -> None:
        """Erase the line, so that a message can be printed."""
        with self.lock:
            if self._visible:
                _write(_ERASE)

    def end(self) -> None:
        """Erase the line; it isn't shown again."""
        with self.lock:
            self.hide()
            self._visible = False
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _start_timer(self, seconds: float) -> None:
        # It may take long until the next call: a strip is one call of OpenCV.
        self._timer = threading.Timer(seconds, self._tick)
        self._timer.daemon = True
        self._timer.start()

    def _tick(self) -> None:
        """Draw the line; again after a second, so that its time goes on."""
        with self.lock:
            if self._timer is threading.current_thread():  # otherwise it was canceled too late
                self._visible = True
                self._draw(self._format)
                self._start_timer(_STEP)

    def _format(self, room: int) -> str:
        return format_share(self._name, self._share, room, time.monotonic() - self._since)

    def _draw(self, text: Callable[[int], str]) -> None:
        # Three columns are left for a ^C that the terminal echoes.
        _write(f"{_ERASE}{text(_terminal_columns() - 3)}")
        self._next = time.monotonic() + _NEXT


def format_share(name: str, share: float, room: int, seconds: float = 0) -> str:
    """Return a line for a share of a picture; if it is too wide, the name is shortened first.

    Parameters
    ----------
    name : str
    share : float
        0 to 1.
    room : int
        The largest number of columns.
    seconds : float
        The time so far; it is shown from a second on, if there is much room.
    """
    percent = f"{round(100 * share):3} %"
    if seconds >= 1 and room >= _MUCH_ROOM:
        percent += f"  {_format_duration(seconds)}"
    left = room - len(percent) - 2
    bar = min(_BAR, left - min(_SHORTEST_NAME, display_width(name)) - 4)
    if bar >= _SHORTEST_BAR:
        percent = f"[{'#' * round(bar * share):{bar}}]  {percent}"
        left -= bar + 4
    return f"{_end_of(name, left)}  {percent}" if left > 3 else percent.strip()[:room]


class JobCounter:
    """Counts finished jobs, and measures the present rate in jobs per second."""

    def __init__(self) -> None:
        self.done = self.jobs = self.failed = 0
        self._name = ""
        self._samples: deque[tuple[float, int]] = deque()

    def update(self, done: int, jobs: int, name: str, failed: int = 0) -> None:
        """Set the numbers of finished, of all and of failed jobs, and the name of the current job.

        Parameters
        ----------
        done, jobs, failed : int
        name : str
            The input of the last job that began, as `console.printable` returns it.
        """
        self.done, self.jobs, self.failed, self._name = done, jobs, failed, name
        now = time.monotonic()
        if not self._samples or now - self._samples[-1][0] >= _STEP:
            self._samples.append((now, done))
        while now - self._samples[0][0] > _WINDOW:
            self._samples.popleft()

    @property
    def rate(self) -> float:
        """Jobs per second; 0 before the rate is known."""
        then, before = self._samples[0] if self._samples else (0.0, 0)
        passed = time.monotonic() - then
        return (self.done - before) / passed if self._samples and passed >= _STEP else 0.0

    @property
    def sentence(self) -> str:
        """A text with the counts, the rate and the time left."""
        failed = [f"{self.failed} failed"] if self.failed else []
        return ", ".join([f"{self.done} of {self.jobs} done", *failed, *self._format_speed()])

    def format_line(self, room: int) -> str:
        """Return the parts that fit into a width: the count first, then bar, rate and name."""
        count = f"{self.done:{len(str(self.jobs))}}/{self.jobs}"
        text = "  ".join([count, *self._format_speed()])
        if display_width(text) > room:
            return count[:room]
        filled = "#" * (_JOBS_BAR * self.done // max(1, self.jobs))
        bar = f"[{filled:{_JOBS_BAR}}]  "
        if len(bar) + display_width(text) <= room:
            text = bar + text
        left = room - display_width(text) - 2
        return f"{text}  {_end_of(self._name, left)}" if left >= _SHORTEST_NAME else text

    def _format_speed(self) -> list[str]:
        rate = self.rate
        if not rate:
            return []
        left = _format_duration((self.jobs - self.done) / rate)
        return [f"{rate:.{1 if rate < 100 else 0}f}/s", f"{left} left"]


def _format_duration(seconds: float) -> str:
    """Return a duration as minutes and seconds; from one hour on with hours.

    Examples
    --------
    >>> _format_duration(7), _format_duration(671), _format_duration(7200)
    ('0:07', '11:11', '2:00:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _end_of(name: str, room: int) -> str:
    """Return a name or, if it is too wide, its end: the ends of file names differ most."""
    if display_width(name) <= room:
        return name
    end = name
    while display_width(end) > room - 3:
        end = end[1:]
    return f"...{end}"


def _is_on_terminal() -> bool:
    with suppress(OSError, ValueError, AttributeError):
        return sys.stderr.isatty()
    return False


def _terminal_columns() -> int:
    # Ask for the size of stderr: stdout may be a file.
    with suppress(OSError, ValueError, AttributeError):
        return os.get_terminal_size(sys.stderr.fileno()).columns or _COLUMNS
    return _COLUMNS


def _write(text: str) -> None:
    # The picture must be filtered even if the line can't be written.
    with suppress(OSError, ValueError):
        click.echo(text, err=True, nl=False)
