"""Work: one job done, whatever it is; what goes wrong is its outcome."""

from __future__ import annotations

import errno
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from ..errors import ImageError, ImgfiltError
from ..workers import allow
from .door import about, obstacle_to, refuse
from .job import Job
from .outcome import FAILED, SKIPPED, WRITTEN, Outcome
from .progress import Progress
from .record import Records
from .record_file import Stamp
from .settings import Settings
from .skip import UNCHANGED, obstacle_in_place

if TYPE_CHECKING:
    from .key import Key


_FULL = errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)


class Task(NamedTuple):
    """A job that is due, and what the record is to say of how it was done, if anything."""

    job: Job
    key: Key | None = None


class Work:
    """What does tasks, in this process, another or one on another machine.

    Parameters
    ----------
    settings : Settings
    records : Records
        What is said of the outputs.
    changed : bool
        Whether what has been done meanwhile, by another run, is to be left.
    """

    def __init__(self, settings: Settings, records: Records, changed: bool = False):
        self.settings, self.records, self.changed = settings, records, changed

    def __call__(self, task: Task, progress: Progress = lambda share: None) -> Outcome:
        """Do a task."""
        begun = time.monotonic()
        allow(self.settings.threads)
        try:
            outcome = self._done(task, progress)
        except ImgfiltError as error:
            cause = error.__cause__
            full = isinstance(cause, OSError) and cause.errno in _FULL
            outcome = Outcome(FAILED, str(error), disk_full=full)
        except MemoryError:
            outcome = Outcome(FAILED, f"{task.job.name}: not enough memory")
        return outcome._replace(seconds=time.monotonic() - begun)

    def _done(self, task: Task, progress: Progress) -> Outcome:
        job, key = task
        # First: its output, named after it, may have a name of no format.
        if found := obstacle_to(job):
            raise ImageError(": ".join(found))
        size = None
        was = None if key is None else Stamp.at(job.sources[0])

        def complete(output: int) -> None:
            nonlocal size
            size = os.fstat(output).st_size
            if job.in_place and Stamp.at(job.sources[0]) != was:
                raise _Overtaken(f"{job.name}: another program changed it while it was filtered")
            if key is not None:
                self.records.add(job, key, was, output)

        # Only after the stamp was taken: another run says so before it replaces the picture.
        if self._is_done(task):
            return Outcome(SKIPPED, UNCHANGED)
        if key is not None and self.changed and job.in_place:
            with about(job.name):
                refuse(obstacle_in_place(job, key, self.records))
        if job.figure:
            from .drawing import draw as do
        else:
            from .picture import filter_picture as do
        try:
            notes = do(job, self.settings, progress, complete)
        except _Overtaken:
            if self._is_done(task):
                return Outcome(SKIPPED, UNCHANGED)
            raise
        return Outcome(WRITTEN, None, tuple(notes), size=size)

    def _is_done(self, task: Task) -> bool:
        """Return whether another run has filtered a picture in its place by now."""
        if task.key is None or not (self.changed and task.job.in_place):
            return False
        return self.records.is_done(task.job, task.key)


class _Overtaken(ImageError):
    """The input is no longer the one that was read, and would be lost."""
