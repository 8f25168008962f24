"""Effect: options that would do nothing are refused; RULES has a row for each option.

An option counts when some value of it could change an output of the command, or what it prints.
With `--dry-run` and `--explain` it counts as in the run that they describe. `--strip` and
`--background` ask for an output without metadata and without alpha: a picture that has none is
right as it is, so that both may be given for any mix of pictures. What depends on the content of a
file is that file's failure. What the own parameters of a filter do to each other, the filter says.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
from click.core import ParameterSource

from ..batch import STREAM, Job, Step, output_format
from ..errors import CommandError
from ..image import FORMATS
from .command import long_name


@dataclass(frozen=True)
class Run:
    """What a command was told, and what comes of it.

    Attributes
    ----------
    given : mapping
        The options by name.
    inputs, sources : sequence of str
        Paths as they were named, and those of the files that they stand for.
    steps : sequence of Step
    jobs : sequence of Job
        None where nothing is to be written.
    """

    given: Mapping[str, Any]
    inputs: Sequence[str] = ()
    sources: Sequence[str] = ()
    steps: Sequence[Step] = ()
    jobs: Sequence[Job] = ()

    def has(self, *names: str) -> bool:
        """Return whether one of these options was given a value that isn't false."""
        return any(self.given.get(name) not in (None, False) for name in names)


Rule = Callable[[Run], str | None]  # what is said of an option that would do nothing


def check_effect(context: click.Context, run: Run) -> None:
    """Raise CommandError for an option of a command line that would do nothing."""
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        rule = RULES.get(option.name or "")
        if source is ParameterSource.COMMANDLINE and rule and (why := rule(run)):
            raise CommandError(f"{long_name(option)} {why}")


def _always(run: Run) -> None:
    return None


def _with_input(run: Run) -> str | None:
    return None if run.inputs else "goes with INPUT"


def _with_output(run: Run) -> str | None:
    if run.has("at"):
        return "goes with an output, and --at only prints"
    if run.has("explain") and not run.has("output", "in_place"):
        return "goes with an output; --explain needs -o for it"
    return None


def _without_at(run: Run) -> str | None:
    return "goes without --at" if run.has("at") else None


def _output(run: Run) -> str | None:
    return "goes without --at, which only prints" if run.has("at") else None


def _depth(run: Run) -> str | None:
    figures = run.jobs and all(job.figure for job in run.jobs)
    return "goes with pictures; a figure has 8 bits" if figures else None


def _border(run: Run) -> str | None:
    # Of `kernel show`, the only command with --as.
    alone = "system" in run.given and not run.has("system")
    return "goes with --as" if alone else None


def _border_value(run: Run) -> str | None:
    borders = [step.options.border for step in run.steps] or [run.given["border"]]
    return _border(run) or (None if "constant" in borders else "goes with --border constant")


def _mask_invert(run: Run) -> str | None:
    return None if run.has("mask") else "goes with --mask"


def _quality(run: Run) -> str | None:
    if (why := _with_output(run)) or not run.jobs or any(map(_has_quality, run.jobs)):
        return why
    return "goes with JPEG, WebP and AVIF; no output is one of these"


def _has_quality(job: Job) -> bool:
    try:
        return output_format(job).label in ("JPEG", "WebP", "AVIF")
    except CommandError:
        return True  # of no format: that is what will be said


def _recursive(run: Run) -> str | None:
    # What doesn't exist may be a pattern that stands for folders; else it fails later.
    given = (path for path in run.inputs if path != STREAM)
    if not run.inputs or any(os.path.isdir(path) or not os.path.exists(path) for path in given):
        return None
    return "goes with a folder; no input is one"


def _numpy(run: Run) -> str | None:
    others = {suffix for form in FORMATS.values() for suffix in form.suffixes} - {".npy"}
    suffixes = [os.path.splitext(path)[1].lower() for path in run.sources]
    return "goes with .npy; no input is one" if others.issuperset(suffixes) else None


def _preserve(run: Run) -> str | None:
    streams = run.jobs and all(STREAM in (job.target, *job.sources[:1]) for job in run.jobs)
    return _with_output(run) or (
        "goes with files; stdin and stdout have no time" if streams else None
    )


def _skip_existing(run: Run) -> str | None:
    streams = run.jobs and all(job.target == STREAM for job in run.jobs)
    return _with_output(run) or ("goes with files; the output is stdout" if streams else None)


def _changed(run: Run) -> str | None:
    streams = run.jobs and all(STREAM in (job.target, *job.sources) for job in run.jobs)
    return _with_output(run) or ("goes with files, not with stdin or stdout" if streams else None)


def _report(run: Run) -> str | None:
    if run.has("dry_run", "explain"):
        return "goes with a run; --dry-run and --explain have --json"
    return _with_output(run)


def _dry_run(run: Run) -> str | None:
    return "goes without --explain" if run.has("explain") else _with_output(run)


def _json(run: Run) -> str | None:
    return None if run.has("dry_run", "explain") else "goes with --dry-run and --explain"


def _verbose(run: Run) -> str | None:
    return "goes without --quiet, which says nothing but failures" if run.has("quiet") else None


def _figure(run: Run) -> str | None:
    if any(job.figure for job in run.jobs):
        return None
    return "goes with a figure: several values for a parameter"


RULES: dict[str, Rule] = {
    "output": _output,
    "format": _with_output,
    "in_place": _output,
    "border": _border,
    "border_value": _border_value,
    "engine": _always,
    "linear": _always,
    "values": _always,
    "depth": _depth,
    "region": _always,
    "mask": _with_output,
    "mask_invert": _mask_invert,
    "frame": _with_input,
    "max_pixels": _with_input,
    "quality": _quality,
    "strip": _with_output,
    "background": _with_output,
    "jobs": _always,
    "quiet": _always,
    "verbose": _verbose,
    "recursive": _recursive,
    "include": _recursive,
    "exclude": _recursive,
    "base": _with_output,
    "preserve": _preserve,
    "axes": _numpy,
    "alpha": _numpy,
    "files_from": _always,
    "skip_existing": _skip_existing,
    "changed": _changed,
    "fail_fast": _with_output,
    "strict": _with_output,
    "report": _report,
    "cluster": _with_output,
    "dry_run": _dry_run,
    "explain": _without_at,
    "json": _json,
    "columns": _figure,
    "no_original": _figure,
    "title": _figure,
    "cell_width": _figure,
    "zoom": _figure,
    "reference": _figure,
    "at": _always,
    "system": _always,
}
