"""Run: one job by threads, several by processes; a bad input is reported, and the rest goes on."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING, Protocol

from ..errors import OutputError
from ..files import abandon
from ..workers import cores
from ..workers.lost import Gone, Lost
from .before import Before
from .conduct import Conduct
from .job import STREAM, Job
from .outcome import FAILED, SKIPPED, Outcome, Outcomes
from .record import Records
from .report import Report
from .settings import Settings
from .skip import Skip
from .work import Task, Work

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


_going: list[_Run] = []  # what a signal handler says the state of


def run(jobs: Sequence[Job], settings: Settings, conduct: Conduct, console: Console) -> Outcomes:
    """Do jobs; the console gets a line for each failure and each thing worth knowing.

    Parameters
    ----------
    jobs : sequence of Job
        In the order in which they are begun; those of files come before those of streams.
    settings : Settings
    conduct : Conduct
    console : Console

    Returns
    -------
    Outcomes
        How many jobs were written, failed or skipped.

    Raises
    ------
    CommandError
        When there is no such cluster, or the report can't be begun.
    """
    with _cluster(conduct, console) as cluster:
        report = Report(conduct.report) if conduct.report is not None else None
        with closing(report) if report else nullcontext():
            going = _Run(jobs, settings, conduct, console, report)
            _going.append(going)
            try:
                if cluster is not None:
                    going.run_on_cluster(jobs, cluster)
                else:
                    # Files first: processes are begun while this one has no threads.
                    going.run_files(job for job in jobs if not _has_stream(job))
                    going.run_streams(job for job in jobs if _has_stream(job))
            finally:
                _going.remove(going)
    if note := going.before.note:
        console.note(note)
    if going.outcomes.disk_full and len(jobs) > 1:
        going.outcomes.resuming = f"the disk is full; {going.before.resuming}"
    return going.outcomes


def describe_progress() -> str:
    """Return in words what has come of the run that is on its way, of several jobs, if one is."""
    if not _going or len(_going[-1].jobs) < 2:
        return ""
    outcomes, before = _going[-1].outcomes, _going[-1].before
    outcomes.broken_off = True
    return f": {outcomes}; {before.resuming}"


def _cluster(conduct: Conduct, console: Console) -> AbstractContextManager[Cluster | None]:
    """Return the cluster that does the jobs, if one does."""
    if conduct.cluster is None:
        return nullcontext()
    from ..workers.cluster import Cluster

    return Cluster(conduct.cluster, console.note)


def hands(allowed: int, jobs: int) -> tuple[int, int]:
    """Return how many jobs are done side by side, and by how many threads each."""
    count = min(allowed, jobs)
    return count, allowed // count


def _has_stream(job: Job) -> bool:
    return job.target == STREAM or STREAM in job.sources


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
        self.skip = Skip(settings, conduct)
        self.allowed = conduct.workers or cores()
        self.before = Before(jobs, conduct, self.skip.records)
        self.outcomes = Outcomes(len(jobs))
        self.begun = ""

    def run_files(self, jobs: Iterable[Job]) -> None:
        """Do jobs in processes, so many threads in all as are allowed; one alone by threads."""
        due = self._pending_tasks(jobs)
        first = list(itertools.islice(due, max(2, self.allowed)))
        if len(first) < 2:
            self._run_in_this_process(first)
            return
        from ..workers.processes import side_by_side

        count, threads = hands(self.allowed, len(first))
        found = side_by_side(
            self._work(threads),
            self._begun(itertools.chain(first, due)),
            count,
            glance=self._glance,
            cleanup=abandon,
            ahead=not self.conduct.fail_fast,
        )
        self._settle_all(found)

    def run_on_cluster(self, jobs: Sequence[Job], cluster: Cluster) -> None:
        """Do jobs on a cluster, each by one thread."""
        from .away import Parcels

        parcels = Parcels(jobs)
        settings = dataclasses.replace(self.settings, threads=1)
        found = cluster.side_by_side(
            parcels.work(Work(settings, Records(per_machine=True), self.conduct.changed)),
            self._begun(self._pending_tasks(jobs)),
            self.conduct.workers,
            pack=parcels.pack,
            glance=self._glance,
            cleanup=abandon,
        )
        with closing(parcels):
            try:
                self._settle_all(found)
            except Gone as error:
                self.console.failure(str(error))
                self.outcomes.broken_off = True

    def run_streams(self, jobs: Iterable[Job]) -> None:
        """Do jobs that need stdin or stdout, which only this process has."""
        self._run_in_this_process(self._pending_tasks(jobs))

    def _run_in_this_process(self, tasks: Iterable[Task]) -> None:
        """Do tasks one after the other, each by threads."""
        work = self._work(self.allowed)
        for task in self._begun(tasks):
            progress = functools.partial(self.console.progress, task.job.name)
            progress(0)
            self._settle(task.job, work(task, progress))

    def _settle_all(self, found: Iterable[tuple[Task, Outcome | Lost]]) -> None:
        for task, result in found:
            if isinstance(result, Lost):
                result = Outcome(FAILED, f"{task.job.name}: {result.reason}")
            self._settle(task.job, result)

    def _work(self, threads: int) -> Work:
        settings = dataclasses.replace(self.settings, threads=threads)
        return Work(settings, self.skip.records, self.conduct.changed)

    def _pending_tasks(self, jobs: Iterable[Job]) -> Iterator[Task]:
        """Give what is to be done, when it is asked for."""
        for job in jobs:
            reason = self.skip.reason(job)
            if note := self.before.look(job, due=reason is None):
                self.console.note(note)
            if reason is None:
                yield Task(job, self.skip.key(job))
            else:
                self._settle(job, Outcome(SKIPPED, reason))

    def _begun(self, tasks: Iterable[Task]) -> Iterator[Task]:
        """Give tasks to be begun now."""
        for task in tasks:
            failed = self.conduct.fail_fast and self.outcomes.counts[FAILED]
            if failed or self.outcomes.disk_full:
                return
            self.begun = task.job.name
            yield task

    def _glance(self) -> None:
        self.console.count(self.outcomes.done, self.outcomes.jobs, self.begun)

    def _settle(self, job: Job, outcome: Outcome) -> None:
        """Count and say what came of a job."""
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
        self._glance()
