"""Run: one job by threads, several by processes; a bad input is said, and the rest goes on."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from typing import Protocol

from .. import files
from ..errors import OutputError
from ..workers import cores
from ..workers.processes import side_by_side
from ..workers.worker import Lost
from .conduct import Conduct
from .job import STREAM, Job
from .outcome import FAILED, SKIPPED, Outcome, Outcomes
from .record import Records
from .report import Report
from .settings import Settings
from .skip import reason_to_skip
from .work import Work


class Console(Protocol):
    """Where lines go."""

    def failure(self, line: str) -> None:
        """Say that an input failed, and why."""

    def note(self, line: str) -> None:
        """Say what is worth knowing."""

    def detail(self, line: str) -> None:
        """Say what only those want to know who ask for it."""

    def progress(self, name: str, share: float) -> None:
        """Show how much of an input is done, 0 to 1; called by any thread, with 0 at first."""

    def count(self, done: int, jobs: int, name: str) -> None:
        """Show how many jobs are done, and which was begun last; called again and again."""


def run(jobs: Sequence[Job], settings: Settings, conduct: Conduct, console: Console) -> Outcomes:
    """Do jobs; the console gets a line for each failure and each thing worth knowing.

    Raises
    ------
    OutputError
        When the report can't be begun.
    """
    streams = [n for n, job in enumerate(jobs) if STREAM in (job.target, *job.sources)]
    rest = sorted({*range(len(jobs))}.difference(streams)) if streams else range(len(jobs))
    if len(rest) < 2:
        streams, rest = list(range(len(jobs))), []
    report = Report(conduct.report) if conduct.report is not None else None
    with closing(report) if report else nullcontext():
        going = _Run(jobs, settings, conduct, console, report)
        # Only this process has the streams, and one picture is done by threads.
        going.here(streams)
        going.side_by_side(rest)
    return going.outcomes


def hands(allowed: int, jobs: int) -> tuple[int, int]:
    """Return how many jobs are done side by side, and by how many threads each."""
    count = min(allowed, jobs)
    return count, allowed // count


class _Run:
    """Jobs on their way."""

    def __init__(
        self,
        jobs: Sequence[Job],
        settings: Settings,
        conduct: Conduct,
        console: Console,
        report: Report | None,
    ):
        self.jobs, self.settings, self.conduct = jobs, settings, conduct
        self.console, self.report = console, report
        self.records = Records(settings) if conduct.changed else None
        self.allowed = conduct.workers or cores()
        self.outcomes = Outcomes()
        self.begun = ""

    def here(self, numbers: Iterable[int]) -> None:
        """Do jobs one after the other, each by threads."""
        work = self._work(self.allowed)
        for number in self._due(numbers):
            progress = functools.partial(self.console.progress, self.jobs[number].name)
            progress(0)
            self._settle(number, work(number, progress))

    def side_by_side(self, numbers: Sequence[int]) -> None:
        """Do jobs in processes, so many threads in all as are allowed."""
        if numbers:
            count, threads = hands(self.allowed, len(numbers))
            found = side_by_side(
                self._work(threads),
                self._due(numbers),
                count,
                glance=self._glance,
                cleanup=files.abandon,
            )
            for number, result in found:
                if isinstance(result, Lost):
                    result = Outcome(FAILED, f"{self.jobs[number].name}: {result.reason}")
                self._settle(number, result)
                self._glance()

    def _work(self, threads: int) -> Work:
        settings = dataclasses.replace(self.settings, threads=threads)
        return Work(self.jobs, settings, self.records)

    def _due(self, numbers: Iterable[int]) -> Iterator[int]:
        """Give what is to be done, as there are hands for it."""
        for number in numbers:
            if self.conduct.fail_fast and self.outcomes.counts[FAILED]:
                return
            job = self.jobs[number]
            reason = reason_to_skip(job, self.conduct, self.records)
            if reason is not None:
                self._settle(number, Outcome(SKIPPED, reason))
                continue
            self.begun = job.name
            yield number

    def _glance(self) -> None:
        self.console.count(self.outcomes.done, len(self.jobs), self.begun)

    def _settle(self, number: int, outcome: Outcome) -> None:
        """Count and say what came of a job."""
        job = self.jobs[number]
        self.outcomes.add(outcome)
        if outcome.status == FAILED:
            self.console.failure(outcome.message or "")
        elif outcome.status == SKIPPED:
            self.console.detail(f"{job.name}: skipped, as {outcome.message}: {job.target_name}")
        else:
            self.console.detail(f"{job.name}: {outcome.seconds:.2f} s, {job.target_name}")
        for note in outcome.notes:
            self.console.note(note)
        if self.report is not None:
            try:
                self.report.add(job, outcome)
            except OutputError as error:
                # What isn't reported is done all the same.
                self.console.failure(f"--report {error}")
                self.outcomes.unreported += 1
                self.report = None
