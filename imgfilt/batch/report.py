"""The report: a line of JSON for each job, as it is done."""

from __future__ import annotations

import json
import sys
from typing import Any

from ..errors import CommandError, OutputError
from ..files import Lines
from .job import STREAM, Job
from .outcome import Outcome


def said(job: Job) -> dict[str, Any]:
    """Return what a job is, in words for programs."""
    filters = [step.caption for step in job.steps]
    source = job.sources[0] if len(job.sources) == 1 else list(job.sources)
    return {
        "input": source,
        "output": job.target,
        "filter": filters[0] if len(filters) == 1 else filters,
    }


class Report:
    """Where lines go: a file, emptied first, or stdout.

    Raises
    ------
    CommandError
        When the file can't be opened.
    """

    def __init__(self, path: str):
        try:
            self._lines = None if path == STREAM else Lines(path, anew=True)
        except OutputError as error:
            raise CommandError(f"--report {error}") from None

    def add(self, job: Job, outcome: Outcome) -> None:
        """Say what came of a job; OutputError when the line can't be written."""
        words = said(job) | {
            "status": outcome.status,
            "message": outcome.message,
            "notes": list(outcome.notes),
            "seconds": round(outcome.seconds, 4),
            "size": outcome.size,
        }
        if self._lines is not None:
            self._lines.add(words)
        elif sys.stdout is None or sys.stdout.closed:
            raise OutputError("stdout: it is closed")
        else:
            try:
                print(json.dumps(words), flush=True)
            except OSError as error:
                raise OutputError(f"stdout: {error.strerror or error}") from error

    def close(self) -> None:
        """Close the file."""
        if self._lines is not None:
            self._lines.close()
