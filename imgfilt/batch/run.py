"""Run: one job by threads, several by processes, or all by a cluster; a bad input is only said."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING, Protocol

from .. import files
from ..errors import OutputError
from ..workers import cores
from ..workers.processes import side_by_side
from ..workers.worker import Gone, Lost
from .away import Parcels
from .conduct import Conduct
from .job import STREAM, Job
from .outcome import FAILED, SKIPPED, Outcome, Outcomes
from .record import Records
from .report import Report
from .settings import Settings
from .skip import reason_to_skip
from .work import Work

if TYPE_CHECKING:
    from ..workers.cluster import Cluster


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
    CommandError
        When there is no such cluster.
    OutputError
        When the report can't be begun.
    """
    with _cluster(conduct, console) as cluster:
        report = Report(conduct.report) if conduct.report is not None else None
        with closing(report) if report else nullcontext():
            going = _Run(jobs, settings, conduct, console, report)
            if cluster is not None:
                going.away(cluster)
            else:
                # Only this process has the streams, and one picture is done by threads.
                alone, rest = _parted(jobs)
                going.here(alone)
                going.side_by_side(rest)
    return going.outcomes


def _cluster(conduct: Conduct, console: Console) -> AbstractContextManager[Cluster | None]:
    """Return the cluster that does the jobs, if one does."""
    if conduct.cluster is None:
        return nullcontext()
    from ..workers.cluster import Cluster

    return Cluster(conduct.cluster, console.note)


def _parted(jobs: Sequence[Job]) -> tuple[Sequence[int], Sequence[int]]:
    """Return which jobs are done one after the other, and which side by side."""
    streams = [n for n, job in enumerate(jobs) if STREAM in (job.target, *job.sources)]
    rest = sorted({*range(len(jobs))}.difference(streams)) if streams else range(len(jobs))
    return (streams, rest) if len(rest) > 1 else (range(len(jobs)), [])


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
        count = min(self.allowed, len(numbers))
        if count:
            found = side_by_side(
                self._work(self.allowed // count),
                self._due(numbers),
                count,
                glance=self._glance,
                cleanup=files.abandon,
            )
            self._settle_all(found)

    def away(self, cluster: Cluster) -> None:
        """Do jobs on a cluster, each by one thread."""
        parcels = Parcels(self.jobs)
        settings = dataclasses.replace(self.settings, threads=1)
        records = Records(settings, apart=True) if self.records else None
        found = cluster.side_by_side(
            parcels.work(settings, records),
            parcels.pack(self._due(range(len(self.jobs)))),
            self.conduct.workers,
            glance=self._glance,
            cleanup=files.abandon,
        )
        try:
            self._settle_all((parcel.number, result) for parcel, result in found)
        except Gone as error:
            left = len(self.jobs) - self.outcomes.done
            self.console.failure(f"{error}: {left} of {len(self.jobs)} aren't known to be done")
            self.outcomes.broken_off = True

    def _settle_all(self, found: Iterable[tuple[int, Outcome | Lost]]) -> None:
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
