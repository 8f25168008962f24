"""What was there before the jobs of a run: what is worth knowing of it, and how to go on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import islice

from ..files import displayed
from .conduct import Conduct
from .job import STREAM, Job
from .record import NAME, Records

_MOST = 1000  # outputs that are looked for: an interrupted command has to end soon


class Before:
    """Looks at the targets of jobs, before each is begun.

    Parameters
    ----------
    jobs : sequence of Job
        All of them.
    conduct : Conduct
    records : Records
        What is said of the outputs.
    """

    def __init__(self, jobs: Sequence[Job], conduct: Conduct, records: Records):
        self._jobs, self._conduct, self._records = jobs, conduct, records
        self._seen = self._filtered = self._edited = 0
        self._replaced = self._unrecorded = False
        self._looked_at: set[str] = set()

    def look(self, job: Job, due: bool) -> str | None:
        """Take note of a job, whether it is due or skipped; return what is worth knowing now."""
        self._seen += 1
        if self._conduct.changed and job.in_place:
            self._edited += due and self._records.changed_since(job.target)
            return self._damage(job)
        if not due:
            return None
        if job.in_place:
            self._filtered += self._records.made(job.target) is not None
            return None
        if job.target == STREAM or not os.path.lexists(job.target):
            return None
        self._replaced = True
        if not self._conduct.changed or self._unrecorded or self._records.exist_beside(job.target):
            return None
        self._unrecorded = True
        folder = displayed(os.path.dirname(job.target) or ".")
        return f"{folder}: no record ({NAME}) says how its pictures were made; they are made again"

    def _damage(self, job: Job) -> str | None:
        """Return what can't be read of the records beside a picture, once of each folder."""
        folder = os.path.dirname(job.target)
        if folder in self._looked_at:
            return None
        self._looked_at.add(folder)
        damage = self._records.damage(job.target)
        return damage and f"{damage}; pictures that no other line names are not filtered"

    @property
    def note(self) -> str | None:
        """What is worth knowing of all jobs together."""
        if self._filtered:
            pictures = _pictures(self._filtered)
            return f"{pictures} had been filtered before; --changed filters none twice"
        if self._edited:
            return f"{_pictures(self._edited)} had been changed since the last time; filtered again"
        return None

    @property
    def resuming(self) -> str:
        """With which option the same command does the rest, should the run end early."""
        left = list(islice(self._jobs, self._seen, self._seen + _MOST))
        if self._conduct.changed or self._conduct.skip_existing:
            return "the same command does the rest"
        if self._jobs[0].in_place:
            return "with --changed the same command does the rest"
        if self._replaced or any(os.path.lexists(job.target) for job in left):
            return "the same command makes all again"
        return "with --skip-existing the same command does the rest"


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"
