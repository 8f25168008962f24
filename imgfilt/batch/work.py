"""Work: one job done, whatever it is; what goes wrong is its outcome."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from ..errors import ImageError, ImgfiltError
from .drawing import draw
from .job import STREAM, Job
from .outcome import FAILED, WRITTEN, Outcome
from .picture import filter_picture
from .progress import Progress
from .record import Records, Stamp
from .settings import Settings


class Work:
    """Jobs that can be done, each by its number, in this process or another.

    Parameters
    ----------
    jobs : sequence of Job
    settings : Settings
    records : Records, optional
        Where it is said of each output how it was made.
    """

    def __init__(self, jobs: Sequence[Job], settings: Settings, records: Records | None = None):
        self.jobs, self.settings, self.records = jobs, settings, records

    def __call__(self, number: int, progress: Progress = lambda share: None) -> Outcome:
        """Do a job by its number."""
        return self.do(self.jobs[number], progress)

    def do(self, job: Job, progress: Progress, expected: Stamp | None = None) -> Outcome:
        """Do a job; `expected` is what its input must still be when its output takes its name."""
        begun = time.monotonic()
        try:
            notes = self._done(job, progress, expected)
        except ImgfiltError as error:
            return Outcome(FAILED, str(error), seconds=time.monotonic() - begun)
        except MemoryError:
            words = f"{job.name}: not enough memory"
            return Outcome(FAILED, words, seconds=time.monotonic() - begun)
        size = None if job.target == STREAM else os.stat(job.target).st_size
        return Outcome(WRITTEN, None, tuple(notes), time.monotonic() - begun, size)

    def _done(self, job: Job, progress: Progress, expected: Stamp | None) -> list[str]:
        records = self.records

        def complete(output: os.stat_result) -> None:
            if expected is not None and Stamp.at(job.sources[0]) != expected:
                raise ImageError(f"{job.name}: it has changed since; left as it is")
            if records is not None:
                records.add(job, source, output)

        source = None if records is None else Stamp.at(job.sources[0])
        do = draw if job.figure else filter_picture
        return do(job, self.settings, progress, complete)
