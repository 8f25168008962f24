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
from .click_command import long_name


@dataclass(frozen=True)
class Invocation:
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


Rule = Callable[[Invocation], str | None]  # what is said of an option that would do nothing


def check_effect(context: click.Context, command: Invocation) -> None:
    """Raise CommandError for an option of a command line that would do nothing."""
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        rule = RULES.get(option.name or "")
        if source is ParameterSource.COMMANDLINE and rule and (why := rule(command)):
            raise CommandError(f"{long_name(option)} {why}")


def _has_effect(command: Invocation) -> None:
    return None


def _with_input(command: Invocation) -> str | None:
    return None if command.inputs else "goes with INPUT"


def _with_output(command: Invocation) -> str | None:
    if command.has("at"):
        return "goes with an output, and --at only prints"
    if command.has("explain") and not command.has("output", "in_place"):
        return "goes with an output; --explain needs -o for it"
    return None


def _without_at(command: Invocation) -> str | None:
    return "goes without --at, which only prints" if command.has("at") else None


def _depth(command: Invocation) -> str | None:
    figures = command.jobs and all(job.figure for job in command.jobs)
    return "goes with pictures; a figure has 8 bits" if figures else None


def _border(command: Invocation) -> str | None:
    # Of `kernel show`, the only command with --as.
    alone = "system" in command.given and not command.has("system")
    return "goes with --as" if alone else None


def _border_value(command: Invocation) -> str | None:
    borders = [step.options.border for step in command.steps] or [command.given["border"]]
    return _border(command) or (None if "constant" in borders else "goes with --border constant")


def _mask_invert(command: Invocation) -> str | None:
    return None if command.has("mask") else "goes with --mask"


def _quality(command: Invocation) -> str | None:
    if (why := _with_output(command)) or not command.jobs or any(map(_has_quality, command.jobs)):
        return why
    return "goes with JPEG, WebP and AVIF; no output is one of these"


def _has_quality(job: Job) -> bool:
    try:
        return output_format(job).label in ("JPEG", "WebP", "AVIF")
    except CommandError:
        return True  # of no format: that is what will be said


def _recursive(command: Invocation) -> str | None:
    # What doesn't exist may be a pattern that stands for folders; else it fails later.
    given = (path for path in command.inputs if path != STREAM)
    if not command.inputs or any(os.path.isdir(path) or not os.path.exists(path) for path in given):
        return None
    return "goes with a folder; no input is one"


def _numpy(command: Invocation) -> str | None:
    others = {suffix for form in FORMATS.values() for suffix in form.suffixes} - {".npy"}
    suffixes = [os.path.splitext(path)[1].lower() for path in command.sources]
    return "goes with .npy; no input is one" if others.issuperset(suffixes) else None


def _preserve(command: Invocation) -> str | None:
    streams = command.jobs and all(STREAM in (job.target, *job.sources[:1]) for job in command.jobs)
    return _with_output(command) or (
        "goes with files; streams have no modification time" if streams else None
    )


def _skip_existing(command: Invocation) -> str | None:
    streams = command.jobs and all(job.target == STREAM for job in command.jobs)
    return _with_output(command) or ("goes with files; the output is stdout" if streams else None)


def _changed(command: Invocation) -> str | None:
    streams = command.jobs and all(STREAM in (job.target, *job.sources) for job in command.jobs)
    return _with_output(command) or (
        "goes with files, not with stdin or stdout" if streams else None
    )


def _report(command: Invocation) -> str | None:
    if command.has("dry_run", "explain"):
        return "goes with a run; --dry-run and --explain have --json"
    return _with_output(command)


def _dry_run(command: Invocation) -> str | None:
    return "goes without --explain" if command.has("explain") else _with_output(command)


def _json(command: Invocation) -> str | None:
    return None if command.has("dry_run", "explain") else "goes with --dry-run or --explain"


def _verbose(command: Invocation) -> str | None:
    return "goes without --quiet, which says nothing but failures" if command.has("quiet") else None


def _figure(command: Invocation) -> str | None:
    if any(job.figure for job in command.jobs):
        return None
    return "goes with a figure: several values for a parameter"


RULES: dict[str, Rule] = {
    "output": _without_at,
    "format": _with_output,
    "in_place": _without_at,
    "border": _border,
    "border_value": _border_value,
    "engine": _has_effect,
    "linear": _has_effect,
    "values": _has_effect,
    "depth": _depth,
    "region": _has_effect,
    "mask": _with_output,
    "mask_invert": _mask_invert,
    "frame": _with_input,
    "max_pixels": _with_input,
    "quality": _quality,
    "strip": _with_output,
    "background": _with_output,
    "jobs": _has_effect,
    "quiet": _has_effect,
    "verbose": _verbose,
    "recursive": _recursive,
    "include": _recursive,
    "exclude": _recursive,
    "base": _with_output,
    "preserve": _preserve,
    "axes": _numpy,
    "alpha": _numpy,
    "files_from": _has_effect,
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
    "at": _has_effect,
    "system": _has_effect,
}
