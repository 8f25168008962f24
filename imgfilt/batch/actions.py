"""Decide for each job: write its output, replace a file, skip the job, or fail."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ..errors import Note
from ..files import STREAM
from .job import Job
from .job_io import unreadable_input
from .options import JobOptions, RunOptions
from .record import Records

if TYPE_CHECKING:
    from .record_key import RecordKey, RecordKeys

EXISTS, UNCHANGED = "it exists", "it is unchanged"


class PlannedAction(NamedTuple):
    """The action that a run would take for a job.

    Attributes
    ----------
    job : Job
        The job.
    action : str
        `write`, `replace`, `skip` or `fail`, as in the JSON of `--dry-run`.
    reason : str, optional
        Why the job is skipped or fails, or what is replaced.
    """

    job: Job
    action: str
    reason: str | None = None


def plan_actions(
    jobs: Sequence[Job], job_options: JobOptions, run_options: RunOptions
) -> Iterator[PlannedAction]:
    """Give what a run would do with each job, as far as it is known without decoding an image.

    Parameters
    ----------
    jobs : sequence of Job
    job_options : JobOptions
    run_options : RunOptions
    """
    rules = SkipRules(job_options, run_options)
    for job in jobs:
        if reason := rules.why_skipped(job):
            yield PlannedAction(job, "skip", reason)
        elif unreadable := unreadable_input(job):
            yield PlannedAction(job, "fail", unreadable[1])
        elif reason := rules.why_not_refiltered(job):
            yield PlannedAction(job, "fail", reason)
        elif job.is_in_place and (earlier_run := rules.records.earlier_run(job.target)):
            yield PlannedAction(job, "replace", f"was filtered before: {earlier_run}")
        elif job.target != STREAM and os.path.lexists(job.target):
            yield PlannedAction(job, "replace")
        else:
            yield PlannedAction(job, "write")


class SkipRules:
    """Decides which jobs are skipped, by existing outputs and the records of outputs.

    Attributes
    ----------
    records : Records
        The records of the outputs.
    """

    def __init__(self, job_options: JobOptions, run_options: RunOptions):
        self.records = Records()
        self._job_options, self._run_options = job_options, run_options

    @cached_property
    def _keys(self) -> RecordKeys:
        from .record_key import RecordKeys

        return RecordKeys(self._job_options)

    def record_key(self, job: Job) -> RecordKey | None:
        """Return the key for a job's record, or None if the job gets no record."""
        # In place, only a record tells which images are done if the run ends early.
        recorded = self._run_options.changed or job.is_in_place
        return self._keys.key_of(job) if recorded and not job.has_stream else None

    def why_skipped(self, job: Job) -> str | None:
        """Return why a job is skipped, or None if it is to be done."""
        if job.target == STREAM:
            return None
        if self._run_options.skip_existing and os.path.lexists(job.target):
            return EXISTS
        # It can't be known whether stdin is unchanged.
        if self._run_options.changed and not job.has_stream:
            return UNCHANGED if self.records.is_done(job, self._keys.key_of(job)) else None
        return None

    def why_not_refiltered(self, job: Job) -> Note | None:
        """Return why an image that isn't skipped can't be filtered in place, or None if it can."""
        if not (self._run_options.changed and job.is_in_place):
            return None
        return why_not_refiltered(job, self._keys.key_of(job), self.records)


def why_not_refiltered(job: Job, key: RecordKey, records: Records) -> Note | None:
    """Return why `changed` doesn't filter an image in place, or None if it does.

    Either the image was filtered before in another way, or a damaged record may have said that.

    Parameters
    ----------
    job : Job
        A job in place that isn't skipped as unchanged.
    key : RecordKey
    records : Records
    """
    if earlier_run := records.earlier_run(job.target):
        before = f"was filtered before: {earlier_run.compared_with(key)}; "
        return Note("without changed it is filtered again", ("changed",)).after(before)
    if damage := records.damage(job.target):
        unknown = f"it isn't known whether it was filtered before: {damage}; "
        way = "to filter it, remove that record or leave out changed"
        return Note(way, ("changed",)).after(unknown)
    return None
