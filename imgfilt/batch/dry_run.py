"""A rehearsal: what a run would do with each job, said and not done."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .job import STREAM, Job
from .job_io import obstacle_to
from .job_options import Settings
from .run_options import Conduct
from .skip import Skip


class Intent(NamedTuple):
    """What would become of a job: `write`, `replace`, `skip` or `fail`; and why, where it isn't."""

    job: Job
    action: str
    reason: str | None = None


def rehearse(jobs: Sequence[Job], settings: Settings, conduct: Conduct) -> Iterator[Intent]:
    """Give what a run would do, as far as can be known without decoding a picture."""
    skip = Skip(settings, conduct)
    for job in jobs:
        skipped = skip.reason(job)
        obstacle = obstacle_to(job)
        made = skip.records.made(job.target) if job.in_place and not skipped else None
        if skipped is not None:
            yield Intent(job, "skip", skipped)
        elif obstacle is not None:
            yield Intent(job, "fail", obstacle[1])
        elif why := skip.obstacle(job):
            yield Intent(job, "fail", why)
        elif made is not None:
            yield Intent(job, "replace", f"was filtered before: {made}")
        elif job.target != STREAM and os.path.lexists(job.target):
            yield Intent(job, "replace")
        else:
            yield Intent(job, "write")
