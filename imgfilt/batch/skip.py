"""Skipping: which jobs needn't be done, because of what is there already."""

from __future__ import annotations

import os

from .conduct import Conduct
from .job import STREAM, Job
from .record import Records

EXISTS, UNCHANGED = "it exists", "it is unchanged"


def reason_to_skip(job: Job, conduct: Conduct, records: Records | None) -> str | None:
    """Return why a job isn't done, or None for one that is."""
    if job.target == STREAM:
        return None
    if conduct.skip_existing and os.path.lexists(job.target):
        return EXISTS
    if records is not None and records.is_done(job):
        return UNCHANGED
    return None
