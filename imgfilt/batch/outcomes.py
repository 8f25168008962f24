"""Outcomes: what came of each job, and of all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

WRITTEN, FAILED, SKIPPED = "written", "failed", "skipped"


class Outcome(NamedTuple):
    """What came of one job.

    Attributes
    ----------
    status : str
        WRITTEN, FAILED or SKIPPED.
    message : str, optional
        Why it failed or was skipped.
    notes : tuple of str
        What is worth knowing beside.
    seconds : float
        How long it took.
    size : int, optional
        Of the output, in bytes.
    disk_full : bool
        Whether it failed because there is no room for the output.
    """

    status: str
    message: str | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    size: int | None = None
    disk_full: bool = False


@dataclass
class Outcomes:
    """How many of the jobs came to what.

    Attributes
    ----------
    jobs : int
        How many there are.
    counts : Counter of str
        By status.
    unreported : int
        How many a report should tell of and can't.
    broken_off : bool
        Whether nobody was left to do the rest; of some it isn't known whether they are done.
    disk_full : bool
        Whether one found no room for its output, so that no more were begun.
    resuming : str
        How to go on after the disk was full, in words.
    """

    jobs: int
    counts: Counter[str] = field(default_factory=Counter)
    unreported: int = 0
    broken_off: bool = False
    disk_full: bool = False
    resuming: str = ""

    def add(self, outcome: Outcome) -> None:
        """Count one more."""
        self.counts[outcome.status] += 1
        self.disk_full |= outcome.disk_full

    @property
    def done(self) -> int:
        """How many there are."""
        return self.counts.total()

    @property
    def exit_code(self) -> int:
        """0 if none failed; a bad input doesn't stop the others, but makes it 1."""
        return 1 if self.counts[FAILED] or self.unreported or self.broken_off else 0

    def __str__(self) -> str:
        words = [f"{self.counts[WRITTEN]} written", f"{self.counts[FAILED]} failed"]
        if self.counts[SKIPPED]:
            words.append(f"{self.counts[SKIPPED]} skipped")
        if self.done < self.jobs:
            words.append(f"{self.jobs - self.done} {'left' if self.broken_off else 'not begun'}")
        counts = ", ".join(words)
        return f"{counts}; {self.resuming}" if self.resuming else counts
