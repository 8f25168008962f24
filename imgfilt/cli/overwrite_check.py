"""The check that no output of a command replaces a file that the command reads."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Mapping, Sequence
from typing import Any

from ..batch import STREAM, Job
from ..batch.record import NAMES
from ..errors import CommandError
from ..files import RealPathCache, printable_path

_OPTIONS = "files_from", "mask", "reference", "kernel"  # each may name a file to read


def check_replaced(jobs: Sequence[Job], report: str | None, given: Mapping[str, Any]) -> None:
    """Raise CommandError where an output or the report would replace what is read.

    Parameters
    ----------
    jobs : sequence of Job
    report : str, optional
        The path of the report; `-` for stdout.
    given : mapping
        The options by name.
    """
    real = RealPathCache()
    read = {
        real(path): f"--{option.replace('_', '-')}"
        for option in _OPTIONS
        for path in _paths(given.get(option))
    }
    for job in jobs:
        option = read.get(real(job.target)) if job.target != STREAM else None
        if option is not None:
            raise CommandError(f"{job.target_name}: {option} reads it; it can't be an output")
    if report == STREAM and any(job.target == STREAM for job in jobs):
        raise CommandError("--report -: stdout is the picture's output")
    if report is None or report == STREAM:
        return
    name, shown = real(report), printable_path(report)
    if name in read:
        raise CommandError(f"--report {shown}: {read[name]} reads this file")
    if any(real(place) == name for job in jobs for place in (*job.sources, job.target)):
        raise CommandError(f"--report {shown}: a picture is read or written there")
    if fnmatch.fnmatch(os.path.basename(name), NAMES):
        raise CommandError(f"--report {shown}: --changed keeps its record under this name")


def _paths(value: Any) -> Sequence[str]:
    """Return what an option names, as far as it may be a file."""
    values = value if isinstance(value, (tuple, list)) else [value]
    return [path for path in values if isinstance(path, str) and path not in ("", STREAM)]
