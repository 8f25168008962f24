"""Run the jobs of a command, or print the actions of a dry run; return the exit code."""

from __future__ import annotations

import fnmatch
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence

from ..batch import (
    STREAM,
    Job,
    JobOptions,
    RunOptions,
    output_format,
    plan_actions,
    run_jobs,
)
from ..batch.record import NAMES
from ..border import BORDERS
from ..errors import CommandError, command_note
from ..files import RealPathCache, printable_path
from ..parameters import MOST_VALUES, UnitlessLength
from .build import make_job_options, make_run_options
from .command_options import CommandOptions
from .console import Console, say

_MOST_SUFFIXES = 8  # in the note on files that aren't read


def run_and_report(
    jobs: list[Job],
    options: CommandOptions,
    unread: Mapping[str, int],
    files: Sequence[tuple[str, str]],
) -> int:
    """Run the jobs, print a summary if there are several, and return the exit code.

    Parameters
    ----------
    jobs : list of Job
    options : CommandOptions
    unread : mapping of str to int
        By suffix: the number of files in input folders that aren't read.
    files : sequence of (str, str)
        Options, and files that a filter's parameters read: no output may replace them.

    Raises
    ------
    CommandError
        If options and jobs don't fit together; then no job runs.
    """
    for job in jobs:
        if job.figure:
            _check_figure(job, options)
    run_options = make_run_options(options)
    if options.table is not None:
        _check_table(options.table)
    _check_replaced(jobs, options, files)
    _check_terminal(jobs)
    if run_options.cluster is not None:
        _check_cluster(jobs)
    if isinstance(options.figure_width, UnitlessLength):
        points = options.figure_width
        width = f"{points:g} points are {points * 25.4 / 72:.3g}mm"
        Console(options.quiet).note(f"--figure-width {points:g} has no unit: {width}")
    if options.dry_run:
        if unread:
            Console(options.quiet).note(format_unread(unread))
        return _print_actions(jobs, make_job_options(options), run_options, options)
    with Console(options.quiet, options.verbose) as console:
        outcomes = run_jobs(jobs, make_job_options(options), run_options, console)
        if unread:
            console.note(format_unread(unread))
    if len(jobs) != 1:
        console.note(str(outcomes))
    return outcomes.exit_code


def _check_figure(job: Job, options: CommandOptions) -> None:
    """Raise CommandError for a figure with raw values or too many cells."""
    steps = (step for recipe in job.recipes for step in recipe.steps)
    if any(step.options.values == "raw" for step in steps):
        raise CommandError("--values raw: a figure shows 8 bits; offset, abs or stretch fit them")
    _check_size(job, options)
    extra = (not options.no_original) + (options.noise is not None) + options.show_reference
    cells = len(job.sources) * (len(job.recipes) + extra)
    if cells > MOST_VALUES:
        raise CommandError(f"{job.target_name}: a figure of {cells} cells; at most {MOST_VALUES}")


def _check_size(job: Job, options: CommandOptions) -> None:
    """Raise CommandError if results are to be compared with a picture of another size."""
    names = [name for name in ("reference", "noise", "difference") if getattr(options, name)]
    borders = (step.options.border for recipe in job.recipes for step in recipe.steps)
    other = next((border for border in borders if BORDERS[border].growth), None)
    if names and other:
        raise CommandError(
            f"--{names[0]} compares pictures of one size, and --border {other} changes it"
        )


def _check_table(path: str) -> None:
    """Raise CommandError if a table can't be written, as far as its path shows."""
    from ..figure.table import FORMATS

    name = printable_path(path)
    if os.path.splitext(path)[1].lower() not in FORMATS:
        *others, last = FORMATS
        raise CommandError(f"--table {name}: wanted a {', '.join(others)} or {last}")
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise CommandError(f"--table {name}: there is no folder {printable_path(folder)}")
    if os.path.isdir(path):
        raise CommandError(f"--table {name}: is a folder, not a regular file")


def _check_cluster(jobs: Sequence[Job]) -> None:
    """Raise CommandError if a job can't run on other machines."""
    if any(job.figure for job in jobs):
        raise CommandError("--cluster: a cluster makes no figures; give each parameter one value")
    if any(STREAM in job.sources for job in jobs):
        raise CommandError("--cluster: stdin is on this machine alone; name files")
    if any(job.target == STREAM for job in jobs):
        raise CommandError("--cluster: stdout is on this machine alone; name a file or a folder")


def _check_terminal(jobs: Sequence[Job]) -> None:
    """Raise CommandError if a picture, which is no text, would be printed on a terminal."""
    if sys.stdout is None or not sys.stdout.isatty():
        return
    if any(job.target == STREAM and output_format(job).signature for job in jobs):
        raise CommandError("-o -: stdout is a terminal; send it to a file or a pipe")


def _check_replaced(
    jobs: Sequence[Job], options: CommandOptions, files: Sequence[tuple[str, str]]
) -> None:
    """Raise CommandError if an output or the report would replace a file that is read."""
    real = RealPathCache()
    named = (
        ("--files-from", options.files_from),
        ("--mask", options.mask),
        ("--reference", options.reference),
        *files,
    )
    read = {real(path): option for option, path in named if path and path != STREAM}
    for job in jobs:
        option = read.get(real(job.target)) if job.target != STREAM else None
        if option is not None:
            raise CommandError(f"{job.target_name}: {option} reads it; it can't be an output")
    if options.report == STREAM and any(job.target == STREAM for job in jobs):
        raise CommandError("--report -: stdout is the picture's output")
    for option, file in (("--table", options.table), ("--report", options.report)):
        if file is None or file == STREAM:
            continue
        path, name = real(file), printable_path(file)
        if path in read:
            verb = "writes" if read[path] == "--table" else "reads"
            raise CommandError(f"{option} {name}: {read[path]} {verb} this file")
        if any(real(other) == path for job in jobs for other in (*job.sources, job.target)):
            raise CommandError(f"{option} {name}: a picture is read or written there")
        if fnmatch.fnmatch(os.path.basename(path), NAMES):
            raise CommandError(f"{option} {name}: --changed keeps its record under this name")
        read[path] = option


def _print_actions(
    jobs: Sequence[Job], job_options: JobOptions, run_options: RunOptions, options: CommandOptions
) -> int:
    """Print the action that a run would take for each job; return the exit code of such a run."""
    import json

    counts: Counter[str] = Counter()
    for job, action, reason in plan_actions(jobs, job_options, run_options):
        counts[action] += 1
        if options.json:
            say(
                json.dumps(
                    job.to_dict() | {"action": action, "reason": reason and command_note(reason)}
                )
            )
        else:
            why = f" ({command_note(reason)})" if reason else ""
            say(f"{action:7} {job.name} -> {job.target_name}{why}")
    summary = ", ".join(f"{count} to {action}" for action, count in counts.items())
    Console(options.quiet).note(f"dry run: {summary or 'nothing to do'}")
    return 1 if counts["fail"] else 0


def format_unread(unread: Mapping[str, int]) -> str:
    """Return a text with the numbers of unread files, the most frequent suffixes first."""
    ordered = sorted(unread.items(), key=lambda item: (-item[1], item[0]))
    texts = [f"{printable_path(suffix)} {count}" for suffix, count in ordered[:_MOST_SUFFIXES]]
    if others := sum(count for _, count in ordered[_MOST_SUFFIXES:]):
        texts.append(f"others {others}")
    return f"{sum(unread.values())} not read: {', '.join(texts)}"
