"""Run jobs: one job with threads, several in worker processes or on a cluster."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING

from ..concurrency import cores
from ..errors import Note, OutputError
from ..files import remove_temporary_files
from .actions import SkipRules
from .console import Console
from .existing_outputs import ExistingOutputs
from .job import Job
from .options import JobOptions, RunOptions
from .outcomes import Outcome, Outcomes, Report, Status, write_table
from .record import Records
from .run_job import JobRunner, Task, load_modules

if TYPE_CHECKING:
    from ..cluster.client import Cluster
    from ..concurrency.worker_process import TaskFailure
    from ..figure.table import Measurement

_active_runs: list[_Run] = []  # for the signal handler, which describes the progress


def run_jobs(
    jobs: Sequence[Job],
    job_options: JobOptions,
    run_options: RunOptions,
    console: Console,
    on_outcome: Callable[[Job, Outcome], None] = lambda job, outcome: None,
) -> Outcomes:
    """Run jobs; print a line for each failure and each note.

    Parameters
    ----------
    jobs : sequence of Job
        They begin in this order, except that jobs with stdin or stdout begin after the others.
    job_options : JobOptions
    run_options : RunOptions
    console : Console
    on_outcome : callable
        Called with each job and its outcome.

    Returns
    -------
    Outcomes
        How many jobs were written, failed or skipped.

    Raises
    ------
    CommandError
        When the cluster can't be used or the report can't be opened.
    """
    with _open_cluster(run_options, console) as cluster:
        path, append = run_options.report, run_options.report_append
        report = None if path is None else Report(path, append)
        with closing(report) if report else nullcontext():
            run = _Run(jobs, job_options, run_options, console, report, on_outcome)
            _active_runs.append(run)
            try:
                if cluster is not None:
                    run.run_on_cluster(cluster)
                else:
                    run.run_here()
            finally:
                _active_runs.remove(run)
            if run_options.table is not None:
                run.write_table(run_options.table)
    if note := run.existing_outputs.note:
        console.note(note)
    if run.outcomes.disk_full and len(jobs) > 1:
        run.outcomes.how_to_resume = f"the disk is full; {run.existing_outputs.how_to_resume}"
    return run.outcomes


def describe_progress() -> str:
    """Return how far the active run is, for a signal that ends it; "" for a single job."""
    if not _active_runs or len(_active_runs[-1].jobs) < 2:
        return ""
    run = _active_runs[-1]
    run.outcomes.aborted = True
    return f": {run.outcomes}; {run.existing_outputs.how_to_resume}"


def _open_cluster(options: RunOptions, console: Console) -> AbstractContextManager[Cluster | None]:
    """Return the cluster of a run as a context manager, which gives None if the run has none."""
    if options.cluster is None:
        return nullcontext()
    from ..cluster.client import Cluster

    return Cluster(options.cluster, console.note)


def split_workers(workers: int | None, jobs: int) -> tuple[int, int]:
    """Return how many jobs run at once, and how many threads each job has."""
    workers = workers or cores()
    processes = min(workers, jobs)
    return processes, workers // processes


class _Run:
    """A run of jobs: its options, its outcomes so far, and the name of the last job begun."""

    def __init__(
        self,
        jobs: Sequence[Job],
        job_options: JobOptions,
        run_options: RunOptions,
        console: Console,
        report: Report | None,
        on_outcome: Callable[[Job, Outcome], None],
    ):
        self.jobs, self.job_options, self.run_options = jobs, job_options, run_options
        self.console, self.report, self.on_outcome = console, report, on_outcome
        self.rules = SkipRules(job_options, run_options)
        self.existing_outputs = ExistingOutputs(jobs, run_options, self.rules.records)
        self.outcomes = Outcomes(len(jobs))
        self.last_begun = ""
        self._measured: dict[str, list[tuple[Measurement, ...]]] = {}  # by target

    def run_here(self) -> None:
        """Run the jobs on this machine."""
        # Files first: processes are forked while this one has no threads.
        self._run_files(job for job in self.jobs if not job.has_stream)
        # Only this process has stdin and stdout.
        self._run_inline(self._iter_pending(job for job in self.jobs if job.has_stream))

    def _run_files(self, jobs: Iterable[Job]) -> None:
        """Run jobs in worker processes, or a single one in this process."""
        pending = self._iter_pending(jobs)
        count = 0 if self.run_options.as_guest else max(2, self.run_options.workers or cores())
        first = list(itertools.islice(pending, count))
        if len(first) < 2:
            self._run_inline(itertools.chain(first, pending))
            return
        from ..concurrency.parallel import parallel_map

        processes, workers = split_workers(self.run_options.workers, len(first))
        load_modules(self.jobs)
        results = parallel_map(
            self._make_job_runner(self.rules.records, workers),
            self._begin(itertools.chain(first, pending)),
            processes,
            on_poll=self._update_progress,
            cleanup=remove_temporary_files,
            prefetch=not self.run_options.fail_fast,
        )
        self._record_all(results)

    def run_on_cluster(self, cluster: Cluster) -> None:
        """Run the jobs on a cluster, each with one thread."""
        from ..cluster.client import SchedulerLost
        from .remote_jobs import RemoteTasks

        remote_tasks = RemoteTasks(self.jobs)
        results = cluster.parallel_map(
            remote_tasks.runner(self._make_job_runner(Records(per_machine=True), 1)),
            self._begin(self._iter_pending(self.jobs)),
            self.run_options.workers,
            prepare=remote_tasks.prepare,
            on_poll=self._update_progress,
            cleanup=remove_temporary_files,
        )
        with closing(remote_tasks):
            try:
                self._record_all(results)
            except SchedulerLost as error:
                self.console.failure(str(error))
                self.outcomes.aborted = True

    def write_table(self, path: str) -> None:
        """Write the measures of all figures in the order of the jobs; nothing if there are none."""
        pictures = [cells for job in self.jobs for cells in self._measured.get(job.target, ())]
        try:
            write_table(path, pictures)
        except OutputError as error:
            self.console.failure(Note(f"table {error}", ("table",)))
            self.outcomes.report_failed = True

    def _run_inline(self, tasks: Iterable[Task]) -> None:
        """Run tasks in this process, one after the other, each with all threads."""
        runner = self._make_job_runner(self.rules.records, self.run_options.workers)
        for task in self._begin(tasks):
            progress = functools.partial(self.console.show_progress, task.job.name)
            progress(0)
            self._record(task.job, runner(task, progress))

    def _make_job_runner(self, records: Records, workers: int | None) -> JobRunner:
        options = self.run_options
        return JobRunner(self.job_options, records, workers, options.changed, options.as_guest)

    def _iter_pending(self, jobs: Iterable[Job]) -> Iterator[Task]:
        """Give the tasks of jobs that aren't skipped; record the skipped ones."""
        for job in jobs:
            reason = self.rules.why_skipped(job)
            if note := self.existing_outputs.look_at(job, is_skipped=reason is not None):
                self.console.note(note)
            if reason is None:
                yield Task(job, self.rules.record_key(job))
            else:
                self._record(job, Outcome(Status.SKIPPED, reason))

    def _begin(self, tasks: Iterable[Task]) -> Iterator[Task]:
        """Give tasks that begin now, until a failure stops the run."""
        for task in tasks:
            failed = self.run_options.fail_fast and self.outcomes.counts[Status.FAILED]
            if failed or self.outcomes.disk_full:
                return
            self.last_begun = task.job.name
            yield task

    def _update_progress(self) -> None:
        failed = self.outcomes.counts[Status.FAILED]
        self.console.show_job_count(self.outcomes.done, self.outcomes.jobs, self.last_begun, failed)

    def _record_all(self, results: Iterable[tuple[Task, Outcome | TaskFailure]]) -> None:
        for task, result in results:
            if not isinstance(result, Outcome):
                result = Outcome(Status.FAILED, f"{task.job.name}: {result.reason}")
            self._record(task.job, result)

    def _record(self, job: Job, outcome: Outcome) -> None:
        """Count an outcome, print it and add it to the report."""
        self.outcomes.add(outcome)
        self.on_outcome(job, outcome)
        if outcome.status is Status.WRITTEN and outcome.facts is not None:
            self._measured[job.target] = outcome.facts.measured
        if outcome.status is Status.FAILED:
            self.console.failure(outcome.message or "", outcome.below)
        elif outcome.status is Status.SKIPPED:
            self.console.detail(f"{job.name}: skipped, as {outcome.message}: {job.target_name}")
        else:
            self.console.detail(f"{job.name}: {outcome.seconds:.2f} s, {job.target_name}")
        for note in outcome.notes:
            self.console.note(note)
        if self.report is not None:
            try:
                self.report.add(job, outcome)
            except OutputError as error:
                # The jobs go on without a report.
                self.console.failure(Note(f"report {error}", ("report",)))
                self.outcomes.report_failed = True
                self.report = None
        self._update_progress()
