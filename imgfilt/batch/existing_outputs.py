"""Look for outputs that exist before a run: notes on them, and how to resume the run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import islice

from ..errors import Note
from ..files import STREAM, printable_path
from .job import Job
from .options import RunOptions
from .record import NAME, Records

_MOST_LOOKED_FOR = 1000  # outputs looked for in an interrupted run, which has to end soon


class ExistingOutputs:
    """Looks at the target of each job before the job begins.

    Parameters
    ----------
    jobs : sequence of Job
        All jobs of the run.
    options : RunOptions
    records : Records
        The records of the outputs.
    """

    def __init__(self, jobs: Sequence[Job], options: RunOptions, records: Records):
        self._jobs, self._options, self._records = jobs, options, records
        self._job_count = self._refiltered_count = self._edited_count = 0
        self._replaces = self._noted_missing_record = False
        self._checked_folders: set[str] = set()

    def look_at(self, job: Job, is_skipped: bool) -> str | None:
        """Look at the target of the next job; return a note for the user, if there is one."""
        self._job_count += 1
        if self._options.changed and job.is_in_place:
            if not is_skipped:
                self._edited_count += self._records.changed_since(job.target)
            return self._describe_damage(job)
        if is_skipped:
            return None
        if job.is_in_place:
            self._refiltered_count += self._records.earlier_run(job.target) is not None
            return None
        if job.target == STREAM or not os.path.lexists(job.target):
            return None
        self._replaces = True
        if not self._options.changed or self._noted_missing_record:
            return None
        if self._records.has_record(job.target):
            return None
        self._noted_missing_record = True
        folder = printable_path(os.path.dirname(job.target) or ".")
        return f"{folder}: no record ({NAME}) says how its pictures were made; they are made again"

    def _describe_damage(self, job: Job) -> str | None:
        """Return a note, once for each folder, on records that can't be read."""
        folder = os.path.dirname(job.target)
        if folder in self._checked_folders:
            return None
        self._checked_folders.add(folder)
        damage = self._records.damage(job.target)
        return damage and f"{damage}; pictures that no other line names are not filtered"

    @property
    def note(self) -> str | None:
        """A note on all jobs together, after the run."""
        if self._refiltered_count:
            pictures = _count_pictures(self._refiltered_count)
            before = f"{pictures} had been filtered before; "
            return Note("changed filters none twice", ("changed",)).after(before)
        if self._edited_count:
            pictures = _count_pictures(self._edited_count)
            return f"{pictures} had been changed since the last time; filtered again"
        return None

    @property
    def how_to_resume(self) -> str:
        """How a user of the command does the jobs that are left, should the run end early."""
        if self._options.changed or self._options.skip_existing:
            return "the same command does the rest"
        if self._jobs[0].is_in_place:
            return "with --changed the same command does the rest"
        jobs_left = islice(self._jobs, self._job_count, self._job_count + _MOST_LOOKED_FOR)
        if self._replaces or any(os.path.lexists(job.target) for job in jobs_left):
            return "the same command makes all again"
        return "with --skip-existing the same command does the rest"


def _count_pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"
