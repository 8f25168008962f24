"""Skipping: which jobs needn't be done, because of what is there already."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from .job import STREAM, Job
from .job_options import Settings
from .record import Records
from .run_options import Conduct

if TYPE_CHECKING:
    from .key import Key, Keys

EXISTS, UNCHANGED = "it exists", "it is unchanged"


class Skip:
    """Says of jobs why they needn't be done; knows the records that this is said by.

    Attributes
    ----------
    records : Records
        What is said of the outputs by now.
    """

    def __init__(self, settings: Settings, conduct: Conduct):
        self.records = Records()
        self._settings, self._conduct = settings, conduct

    @cached_property
    def _key(self) -> Keys:
        from .key import Keys

        return Keys(self._settings)

    def key(self, job: Job) -> Key | None:
        """Return what the record is to say of how a job was done; None where it says nothing."""
        # In place nothing else will tell which pictures are done, should the run not end.
        recorded = self._conduct.changed or job.in_place
        return self._key(job) if recorded and _comparable(job) else None

    def reason(self, job: Job) -> str | None:
        """Return why a job isn't done, or None for one that is."""
        if job.target == STREAM:
            return None
        if self._conduct.skip_existing and os.path.lexists(job.target):
            return EXISTS
        if self._conduct.changed and _comparable(job):
            return UNCHANGED if self.records.is_done(job, self._key(job)) else None
        return None

    def obstacle(self, job: Job) -> str | None:
        """Return why a picture that isn't skipped can't be filtered in its place."""
        if not (self._conduct.changed and job.in_place):
            return None
        return obstacle_in_place(job, self._key(job), self.records)


def obstacle_in_place(job: Job, key: Key, records: Records) -> str | None:
    """Return why `--changed` doesn't filter a picture in its place that isn't done.

    It was filtered in another way, or it can't be known whether it was filtered at all.
    """
    if made := records.made(job.target):
        return f"was filtered before: {made.but_now(key)}; without --changed it is filtered again"
    if damage := records.damage(job.target):
        return (
            f"it isn't known whether it was filtered before: {damage}; to filter it, remove "
            "that record or leave out --changed"
        )
    return None


def _comparable(job: Job) -> bool:
    """Return whether it can be told that a job is done: what comes by stdin is new each time."""
    return STREAM not in (job.target, *job.sources)
