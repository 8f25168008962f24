"""Run: the jobs one after the other; a bad input is said, and the rest goes on."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Protocol

from ..errors import ImgfiltError
from .drawing import draw
from .job import Job
from .outcome import Outcomes
from .picture import filter_picture
from .settings import Settings


class Console(Protocol):
    """Where lines go."""

    def failure(self, line: str) -> None:
        """Say that an input failed, and why."""

    def note(self, line: str) -> None:
        """Say what is worth knowing."""

    def progress(self, name: str, share: float) -> None:
        """Show how much of an input is done, 0 to 1; called by any thread, with 0 at first."""


def run(jobs: Sequence[Job], settings: Settings, console: Console) -> Outcomes:
    """Do jobs; the console gets a line for each failure and each thing worth knowing."""
    outcomes = Outcomes()
    for job in jobs:
        progress = functools.partial(console.progress, job.name)
        progress(0)
        try:
            notes = (draw if job.figure else filter_picture)(job, settings, progress)
        except ImgfiltError as error:
            console.failure(str(error))
            outcomes.failed += 1
            continue
        except MemoryError:
            console.failure(f"{job.name}: not enough memory")
            outcomes.failed += 1
            continue
        outcomes.written += 1
        for note in notes:
            console.note(note)
    return outcomes
