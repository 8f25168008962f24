"""Outcomes: the result of each job, the counts for a run, and the report of a run."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import __version__
from ..errors import CommandError, OutputError, command_note
from ..files import STREAM, JsonLinesFile, atomic_write, open_stdout
from .job import Job
from .job_facts import JobFacts

if TYPE_CHECKING:
    from ..figure.table import Measurement


class Status(StrEnum):
    """Whether a job was done; the values are part of JSON reports."""

    WRITTEN = "written"
    FAILED = "failed"
    SKIPPED = "skipped"


class Outcome(NamedTuple):
    """The result of one job.

    Attributes
    ----------
    status : Status
        Whether the job was written, failed or skipped.
    message : str, optional
        Why it failed or was skipped.
    notes : tuple of str
        Notes for the user.
    seconds : float
        How long it took.
    size : int, optional
        The size of the output in bytes.
    disk_full : bool
        Whether it failed because the disk is full.
    below : tuple of str
        Lines to show below the message, such as the wrong line of a text.
    facts : JobFacts, optional
        What is known of the input and of its run; None if the job didn't begin.
    input_size : int, optional
        The size of the inputs in bytes.
    """

    status: Status
    message: str | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    size: int | None = None
    disk_full: bool = False
    below: tuple[str, ...] = ()
    facts: JobFacts | None = None
    input_size: int | None = None


class Outcomes:
    """The counts of a run.

    Attributes
    ----------
    jobs : int
        The number of jobs.
    counts : Counter of Status
        How many jobs have each status.
    report_failed : bool
        Whether the report, or the table, couldn't be written.
    aborted : bool
        Whether the run ended early, by a signal or because the scheduler was lost: jobs that had
        begun may be done or not.
    disk_full : bool
        Whether a job failed because the disk is full; then no more jobs are begun.
    how_to_resume : str
        How to do the rest after the disk was full, in words.
    """

    def __init__(self, jobs: int):
        self.jobs = jobs
        self.counts: Counter[Status] = Counter()
        self.report_failed = self.aborted = self.disk_full = False
        self.how_to_resume = ""

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self.counts[outcome.status] += 1
        self.disk_full |= outcome.disk_full

    @property
    def done(self) -> int:
        """How many jobs have an outcome."""
        return self.counts.total()

    @property
    def exit_code(self) -> int:
        """1 if a job or the report failed or the run was aborted, else 0."""
        failed = self.counts[Status.FAILED] or self.report_failed or self.aborted
        return 1 if failed else 0

    def __str__(self) -> str:
        words = [f"{self.counts[Status.WRITTEN]} written", f"{self.counts[Status.FAILED]} failed"]
        if self.counts[Status.SKIPPED]:
            words.append(f"{self.counts[Status.SKIPPED]} skipped")
        if self.done < self.jobs:
            words.append(f"{self.jobs - self.done} {'left' if self.aborted else 'not begun'}")
        counts = ", ".join(words)
        return f"{counts}; {self.how_to_resume}" if self.how_to_resume else counts


def write_table(path: str, pictures: Sequence[Sequence[Measurement]]) -> None:
    """Write the measures of figures as a table; no file if there are none.

    Parameters
    ----------
    path : str
        Its suffix is one of figure.table.FORMATS.
    pictures : sequence of sequence of Measurement

    Raises
    ------
    OutputError
        When the file can't be written.
    """
    from ..figure.table import format_table

    if pictures:
        content = format_table(pictures, os.path.splitext(path)[1].lower())
        with atomic_write(path) as stream:
            stream.write(content.encode())


def report_fields(job: Job, outcome: Outcome) -> dict[str, Any]:
    """Return what a report says of a job; the names are part of JSON reports."""
    return job.to_dict() | {
        "status": outcome.status,
        "message": outcome.message,
        "notes": list(outcome.notes),
        "seconds": round(outcome.seconds, 4),
        "size": outcome.size,
        **(outcome.facts or JobFacts()).to_dict(),
        "bytes_in": outcome.input_size,
        "bytes_out": outcome.size,
        "version": __version__,
    }


class Report:
    """Writes a line of JSON for each job when it is done, to a file or to stdout.

    Parameters
    ----------
    path : str
        A path, or `-`.
    append : bool
        Whether the lines of earlier runs stay in the file.

    Raises
    ------
    CommandError
        When the file can't be opened.
    """

    def __init__(self, path: str, append: bool = False):
        try:
            self._file = None if path == STREAM else JsonLinesFile(path, truncate=not append)
        except OutputError as error:
            raise CommandError(f"report {error}", parameters=("report",)) from None

    def add(self, job: Job, outcome: Outcome) -> None:
        """Write the line of a job; OutputError if it can't be written."""
        import json

        fields = report_fields(job, outcome)
        fields["message"] = outcome.message and command_note(outcome.message)
        fields["notes"] = [*map(command_note, outcome.notes)]
        if self._file is not None:
            self._file.add(fields)
        else:
            try:
                print(json.dumps(fields), file=open_stdout(), flush=True)
            except OSError as error:
                raise OutputError(f"stdout: {error.strerror or error}") from error

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
