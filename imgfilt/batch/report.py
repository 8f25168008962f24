"""The report of a run: a line of JSON for each job, written when it is done."""

from __future__ import annotations

import json

from ..errors import CommandError, OutputError
from ..files import JsonLinesFile
from ..files.std_streams import open_stdout
from .job import STREAM, Job
from .outcomes import Outcome


class Report:
    """Writes the lines to a file, which is emptied first, or to stdout.

    Parameters
    ----------
    path : str
        A path, or `-`.

    Raises
    ------
    CommandError
        When the file can't be opened.
    """

    def __init__(self, path: str):
        try:
            self._file = None if path == STREAM else JsonLinesFile(path, truncate=True)
        except OutputError as error:
            raise CommandError(f"--report {error}") from None

    def add(self, job: Job, outcome: Outcome) -> None:
        """Write the line of a job; OutputError if it can't be written."""
        fields = job.to_dict() | {
            "status": outcome.status,
            "message": outcome.message,
            "notes": list(outcome.notes),
            "seconds": round(outcome.seconds, 4),
            "size": outcome.size,
        }
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
