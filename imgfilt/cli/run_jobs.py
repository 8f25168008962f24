"""Finishing a command: its jobs run, or rehearsed; what came of them; the exit code."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..batch import STREAM, Job, JobOptions, RunOptions, plan_actions, run_jobs
from ..errors import CommandError
from ..files import printable_path
from ..parameters import MOST_VALUES
from .build import conduct, settings
from .console import Console, say
from .overwrite_check import check_replaced

_MOST_SUFFIXES = 8  # that are named


def finish(jobs: list[Job], given: dict[str, Any], unread: Mapping[str, int] | None = None) -> int:
    """Run the jobs; say what came of several, and what of folders isn't read; return the exit code.

    `unread` is how many files of each suffix aren't read.
    """
    for job in jobs:
        if job.figure:
            _check_figure(job, given)
    how = conduct(given)
    check_replaced(jobs, how.report, given)
    if how.cluster is not None:
        _check_away(jobs)
    if given.get("dry_run"):
        if unread and not given["quiet"]:
            Console().note(_unread_in_words(unread))
        return _rehearsed(jobs, settings(given), how, given)
    with Console(given["quiet"], given.get("verbose", False)) as console:
        outcomes = run_jobs(jobs, settings(given), how, console)
        if unread:
            console.note(_unread_in_words(unread))
    if len(jobs) != 1:
        console.note(str(outcomes))
    return outcomes.exit_code


def _check_figure(job: Job, given: dict[str, Any]) -> None:
    """Raise CommandError for a figure of what can't be shown, or of too many cells."""
    if any(step.options.values == "raw" for step in job.steps):
        raise CommandError("--values raw: a figure shows 8 bits; offset, abs or stretch fit them")
    cells = len(job.sources) * (len(job.steps) + (not given["no_original"]))
    if cells > MOST_VALUES:
        raise CommandError(f"{job.target_name}: a figure of {cells} cells; at most {MOST_VALUES}")


def _check_away(jobs: Sequence[Job]) -> None:
    """Raise CommandError where a job can't be done on other machines."""
    if any(job.figure for job in jobs):
        raise CommandError("--cluster: a cluster makes no figures; give each parameter one value")
    if any(STREAM in job.sources for job in jobs):
        raise CommandError("--cluster: stdin is on this machine alone; name files")
    if any(job.target == STREAM for job in jobs):
        raise CommandError("--cluster: stdout is on this machine alone; name a file or a folder")


def _rehearsed(
    jobs: Sequence[Job], settings: JobOptions, how: RunOptions, given: dict[str, Any]
) -> int:
    """Print what a run would do; return the exit code that it is known to have."""
    counts: Counter[str] = Counter()
    for job, action, reason in plan_actions(jobs, settings, how):
        counts[action] += 1
        if given["json"]:
            say(json.dumps(job.to_dict() | {"action": action, "reason": reason}))
        else:
            why = f" ({reason})" if reason else ""
            say(f"{action:7} {job.name} -> {job.target_name}{why}")
    if not given["quiet"]:
        words = ", ".join(f"{count} to {action}" for action, count in counts.items())
        Console().failure(f"dry run: {words or 'nothing to do'}")
    return 1 if counts["fail"] else 0


def _unread_in_words(unread: Mapping[str, int]) -> str:
    """Return how many files aren't read, the most frequent suffixes first."""
    ordered = sorted(unread.items(), key=lambda item: (-item[1], item[0]))
    words = [f"{printable_path(suffix)} {count}" for suffix, count in ordered[:_MOST_SUFFIXES]]
    if others := sum(count for _, count in ordered[_MOST_SUFFIXES:]):
        words.append(f"others {others}")
    return f"{sum(unread.values())} not read: {', '.join(words)}"
