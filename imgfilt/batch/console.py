"""Console: where the messages and the progress of a run go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Console(Protocol):
    """Prints messages and progress."""

    def failure(self, line: str, below: Sequence[str] = ()) -> None:
        """Print why an input failed, and further lines below."""

    def note(self, line: str) -> None:
        """Print a note for the user."""

    def detail(self, line: str) -> None:
        """Print a line that is wanted with --verbose."""

    def show_progress(self, name: str, share: float) -> None:
        """Show how much of an input is done, 0 to 1; called by any thread, at first with 0."""

    def show_job_count(self, done: int, jobs: int, name: str, failed: int) -> None:
        """Show how many jobs are done, and the name of the last one that began.

        Parameters
        ----------
        done, jobs : int
            The number of jobs that were written, failed or skipped, and of all jobs.
        name : str
            The input of the last job that began.
        failed : int
            The number of jobs that failed.
        """
