"""How far a run of many pictures is, in words: how many, how fast, how much longer, which one."""

from __future__ import annotations

import time
from collections import deque

from ..terminal import columns_of
from .progress import shortened

_BAR, _SHORTEST_NAME = 16, 8  # characters
_WINDOW, _STEP = 60.0, 1.0  # seconds that the rate is taken of, and between two looks at it


class Tally:
    """Counts what is done, and how fast that goes at present."""

    def __init__(self) -> None:
        self.done = self.jobs = 0
        self.name = ""
        self._seen: deque[tuple[float, int]] = deque()

    def update(self, done: int, jobs: int, name: str) -> None:
        """Take how many are done of how many, and which was begun last."""
        self.done, self.jobs, self.name = done, jobs, name
        now = time.monotonic()
        if not self._seen or now - self._seen[-1][0] >= _STEP:
            self._seen.append((now, done))
        while now - self._seen[0][0] > _WINDOW:
            self._seen.popleft()

    @property
    def rate(self) -> float:
        """Pictures a second; 0 before that is known."""
        then, before = self._seen[0] if self._seen else (0.0, 0)
        passed = time.monotonic() - then
        return (self.done - before) / passed if self._seen and passed >= _STEP else 0.0

    @property
    def plain(self) -> str:
        """All of it in a sentence."""
        return ", ".join([f"{self.done} of {self.jobs} done", *self._speed()])

    def line(self, room: int) -> str:
        """As much of it as there is room for: the count first, the name last."""
        count = f"{self.done:{len(str(self.jobs))}}/{self.jobs}"
        text = "  ".join([count, *self._speed()])
        if columns_of(text) > room:
            return count[:room]
        bar = f"[{'#' * (_BAR * self.done // max(1, self.jobs)):{_BAR}}]  "
        if len(bar) + columns_of(text) <= room:
            text = bar + text
        left = room - columns_of(text) - 2
        return f"{text}  {shortened(self.name, left)}" if left >= _SHORTEST_NAME else text

    def _speed(self) -> list[str]:
        rate = self.rate
        if not rate:
            return []
        return [
            f"{rate:.{1 if rate < 100 else 0}f}/s",
            f"{_clock((self.jobs - self.done) / rate)} left",
        ]


def _clock(seconds: float) -> str:
    """Return a time as hours, minutes and seconds.

    Examples
    --------
    >>> _clock(7), _clock(671), _clock(7200)
    ('0:07', '11:11', '2:00:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
