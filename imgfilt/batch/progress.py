"""Progress: who is told how much is done, a share from 0 to 1, by any thread."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]


def part_of(progress: Progress, number: int, count: int) -> Progress:
    """Return what to tell of one of so many equal parts, 0-based, those before it done."""
    return lambda share: progress((number + share) / count)
