"""Run one job and return its outcome; an error is an outcome, too."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from .. import engines
from ..concurrency import set_worker_limit
from ..concurrency.allocator import keep_freed_memory
from ..errors import CommandError, ImageError, ImgfiltError
from ..figure.renderers import load_renderer
from ..image.codec import load_codec
from ..pipeline.options import Progress
from . import job_io
from .actions import UNCHANGED, why_not_refiltered
from .job import Job
from .job_facts import JobFacts
from .job_format import keeps_numbers, output_format
from .job_io import error_context, raise_if, unreadable_input
from .options import JobOptions
from .outcomes import Outcome, Status
from .record import Records
from .record_file import FileStamp

if TYPE_CHECKING:
    from .record_key import RecordKey


# From this number of jobs on, modules are loaded before the workers start: cv2 alone would take
# 22 ms in each. This time is lost if NumPy is the faster engine for the filter.
_MANY = 16

_DISK_FULL = errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)


class Task(NamedTuple):
    """A job to be done, and the key for its record; the key is None if it gets no record."""

    job: Job
    key: RecordKey | None = None


def load_modules(jobs: Sequence[Job]) -> None:
    """Load the modules that many jobs need: processes forked afterwards needn't load them again."""
    if len(jobs) < _MANY:
        return
    from . import image_job  # noqa: F401

    job = jobs[0]
    with suppress(CommandError):  # it will be the job's error
        format = output_format(job)
        load_renderer(format) if format.renderer else load_codec(format)
    steps = (step for recipe in job.recipes for step in recipe.steps)
    if any(step.options.engine != "numpy" for step in steps):
        engines.opencv.import_error()  # imports cv2


class JobRunner:
    """Runs tasks: in this process, in a worker process or on another machine.

    Parameters
    ----------
    options : JobOptions
    records : Records
        The records of the outputs.
    workers : int, optional
        How many threads process one image; by default the number of cores.
    changed : bool
        Whether a job that another run has done meanwhile is skipped.
    as_guest : bool
        As of RunOptions.
    """

    def __init__(
        self,
        options: JobOptions,
        records: Records,
        workers: int | None = None,
        changed: bool = False,
        as_guest: bool = False,
    ):
        self.options, self.records = options, records
        self.workers, self.changed, self.as_guest = workers, changed, as_guest

    def __call__(self, task: Task, progress: Progress = lambda share: None) -> Outcome:
        """Run a task."""
        start = time.monotonic()
        if not self.as_guest:
            keep_freed_memory()
        set_worker_limit(self.workers)
        input_size = job_io.input_size(task.job)  # now: the output may replace the input
        facts = JobFacts()
        try:
            outcome = self._run(task, progress, facts)
        except ImgfiltError as error:
            cause = error.__cause__
            disk_full = isinstance(cause, OSError) and cause.errno in _DISK_FULL
            outcome = Outcome(
                Status.FAILED, error.full_note, disk_full=disk_full, below=error.notes
            )
        except MemoryError:
            outcome = Outcome(Status.FAILED, f"{task.job.name}: not enough memory")
        seconds = time.monotonic() - start
        return outcome._replace(seconds=seconds, facts=facts, input_size=input_size)

    def _run(self, task: Task, progress: Progress, facts: JobFacts) -> Outcome:
        job, key = task
        # First, because an input that doesn't exist may give the output a suffix of no format.
        if unreadable := unreadable_input(job):
            with error_context(unreadable[0]):
                raise_if(unreadable[1])
        size = None
        stamp = None if key is None else FileStamp.at(job.sources[0])

        def on_complete(output: int) -> None:
            nonlocal size
            size = os.fstat(output).st_size
            if job.is_in_place and FileStamp.at(job.sources[0]) != stamp:
                raise _InputChanged(f"{job.name}: another program changed it while it was filtered")
            if key is not None:
                self.records.add(job, key, stamp, output)

        # After the stamp was taken: another run adds its record before it replaces the image.
        if self._was_done_meanwhile(task):
            return Outcome(Status.SKIPPED, UNCHANGED)
        if key is not None and self.changed and job.is_in_place:
            reason = why_not_refiltered(job, key, self.records)
            # Between the two looks at the records, another run may have replaced the image.
            if reason is not None and self._was_done_meanwhile(task):
                return Outcome(Status.SKIPPED, UNCHANGED)
            with error_context(job.name):
                raise_if(reason)
        if job.figure:
            from .figure_job import make_figure as run
        elif keeps_numbers(job):
            from .grid_job import filter_grid as run
        else:
            from .image_job import filter_image as run
        try:
            notes = run(job, job.adapt(self.options), progress, on_complete, facts)
        except _InputChanged:
            if self._was_done_meanwhile(task):
                return Outcome(Status.SKIPPED, UNCHANGED)
            raise
        return Outcome(Status.WRITTEN, None, tuple(notes), size=size)

    def _was_done_meanwhile(self, task: Task) -> bool:
        """Return whether another run has filtered the image in place by now."""
        if task.key is None or not (self.changed and task.job.is_in_place):
            return False
        return self.records.is_done(task.job, task.key)


class _InputChanged(ImageError):
    """The input was changed while it was filtered; replacing it would lose the change."""
