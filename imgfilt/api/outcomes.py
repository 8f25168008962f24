"""FileOutcome: what became of a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ..batch.job import Job
from ..batch.outcomes import Outcome, report_fields


class FileOutcome(NamedTuple):
    """What became of one output file.

    Attributes
    ----------
    input, output : str
        Paths.
    status : {"written", "failed", "skipped"}
    message : str or None
        Why it failed or was skipped.
    notes : tuple of str
        What was lost, such as clipped values or metadata that the format can't hold.
    seconds : float
    width, height, frames : int or None
        Of the input; None if it wasn't read.
    engine : str or None
        "numpy" or "opencv"; both for chains that used both; "exact" for a grid of exact numbers.
    clipped : float or None
        The share of values that were clipped, from 0 to 1.
    bytes_in, bytes_out : int or None
        The sizes of both files.
    """

    input: str
    output: str
    status: Literal["written", "failed", "skipped"]
    message: str | None
    notes: tuple[str, ...]
    seconds: float
    width: int | None
    height: int | None
    frames: int | None
    engine: str | None
    clipped: float | None
    bytes_in: int | None
    bytes_out: int | None

    @classmethod
    def of(cls, job: Job, outcome: Outcome) -> FileOutcome:
        """Return the outcome of a job."""
        fields = report_fields(job, outcome)
        fields["notes"] = outcome.notes
        fields["status"] = str(outcome.status)
        return cls(**{name: fields[name] for name in cls._fields})


class Silence:
    """A console that prints nothing: outcomes have the messages."""

    def failure(self, line: str, below: Sequence[str] = ()) -> None:
        """Print nothing."""

    def note(self, line: str) -> None:
        """Print nothing."""

    def detail(self, line: str) -> None:
        """Print nothing."""

    def show_progress(self, name: str, share: float) -> None:
        """Show nothing."""

    def show_job_count(self, done: int, jobs: int, name: str, failed: int) -> None:
        """Show nothing.

        Parameters
        ----------
        done, jobs, name, failed
            As of Console.
        """
