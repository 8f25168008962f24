"""RULES: when an option has no effect; it is an error then. Other options always have one.

An option has an effect if some value of it could change an output of the command, or what it
prints. With `--dry-run` and `--explain` it has the effect that it has in the run that they
describe. `--strip` and `--background` ask for an output without metadata and without alpha: a
picture that has none is right as it is, so both may be given for any mix of pictures. What depends
on the content of a file is an error of that file. What the parameters of a filter do to each other
is checked by the filter.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click
from click.core import ParameterSource

from ..batch import STREAM, Job, Step, output_format
from ..errors import CommandError
from ..image import FORMATS
from .click_classes import long_name
from .command_options import CommandOptions


@dataclass(frozen=True)
class Invocation:
    """A command line: its options, and what they come to.

    Attributes
    ----------
    options : CommandOptions
    inputs, sources : sequence of str
        The inputs as they were typed or listed, and the files that they stand for.
    steps : sequence of Step
    jobs : sequence of Job
        Empty if nothing will be written.
    """

    options: CommandOptions
    inputs: Sequence[str]
    sources: Sequence[str]
    steps: Sequence[Step]
    jobs: Sequence[Job]


Rule = Callable[[Invocation], str | None]  # returns why an option has no effect, or None


def check_options(context: click.Context, invocation: Invocation) -> None:
    """Raise CommandError for an option of a command line that has no effect."""
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        rule = RULES.get(option.name or "")
        if source is ParameterSource.COMMANDLINE and rule and (why := rule(invocation)):
            raise CommandError(f"{long_name(option)} {why}")


def _with_input(invocation: Invocation) -> str | None:
    return None if invocation.inputs else "goes with INPUT"


def _with_output(invocation: Invocation) -> str | None:
    options = invocation.options
    if options.at is not None:
        return "goes with an output, and --at only prints"
    if options.explain and not options.has_output:
        return "goes with an output; --explain needs -o for it"
    return None


def _without_at(invocation: Invocation) -> str | None:
    return "goes without --at, which only prints" if invocation.options.at is not None else None


def _depth(invocation: Invocation) -> str | None:
    figures = invocation.jobs and all(job.figure for job in invocation.jobs)
    return "goes with pictures; a figure has 8 bits" if figures else None


def _border_value(invocation: Invocation) -> str | None:
    borders = [step.options.border for step in invocation.steps]
    return None if "constant" in borders else "goes with --border constant"


def _mask_invert(invocation: Invocation) -> str | None:
    return "goes with --mask" if invocation.options.mask is None else None


def _quality(invocation: Invocation) -> str | None:
    jobs = invocation.jobs
    if (why := _with_output(invocation)) or not jobs or any(map(_has_quality, jobs)):
        return why
    return "goes with JPEG, WebP and AVIF; no output is one of these"


def _has_quality(job: Job) -> bool:
    try:
        return output_format(job).label in ("JPEG", "WebP", "AVIF")
    except CommandError:
        return True  # the job fails with this error


def _recursive(invocation: Invocation) -> str | None:
    # A path that doesn't exist may be a pattern for folders; else it fails later.
    paths = [path for path in invocation.inputs if path != STREAM]
    may_be_folder = any(os.path.isdir(path) or not os.path.exists(path) for path in paths)
    if not invocation.inputs or may_be_folder:
        return None
    return "goes with a folder; no input is one"


def _numpy(invocation: Invocation) -> str | None:
    others = {suffix for format in FORMATS.values() for suffix in format.suffixes} - {".npy"}
    suffixes = [os.path.splitext(path)[1].lower() for path in invocation.sources]
    return "goes with .npy; no input is one" if others.issuperset(suffixes) else None


def _preserve(invocation: Invocation) -> str | None:
    jobs = invocation.jobs
    streams = jobs and all(STREAM in (job.target, *job.sources[:1]) for job in jobs)
    return _with_output(invocation) or (
        "goes with files; streams have no modification time" if streams else None
    )


def _skip_existing(invocation: Invocation) -> str | None:
    streams = invocation.jobs and all(job.target == STREAM for job in invocation.jobs)
    return _with_output(invocation) or (
        "goes with files; the output is stdout" if streams else None
    )


def _changed(invocation: Invocation) -> str | None:
    jobs = invocation.jobs
    streams = jobs and all(STREAM in (job.target, *job.sources) for job in jobs)
    return _with_output(invocation) or (
        "goes with files, not with stdin or stdout" if streams else None
    )


def _report(invocation: Invocation) -> str | None:
    if invocation.options.dry_run or invocation.options.explain:
        return "goes with a run; --dry-run and --explain have --json"
    return _with_output(invocation)


def _dry_run(invocation: Invocation) -> str | None:
    return "goes without --explain" if invocation.options.explain else _with_output(invocation)


def _json(invocation: Invocation) -> str | None:
    options = invocation.options
    return None if options.dry_run or options.explain else "goes with --dry-run or --explain"


def _verbose(invocation: Invocation) -> str | None:
    quiet = invocation.options.quiet
    return "goes without --quiet, which says nothing but failures" if quiet else None


def _figure(invocation: Invocation) -> str | None:
    if any(job.figure for job in invocation.jobs):
        return None
    return "goes with a figure: several values for a parameter"


RULES: dict[str, Rule] = {
    "output": _without_at,
    "format": _with_output,
    "in_place": _without_at,
    "border_value": _border_value,
    "depth": _depth,
    "mask": _with_output,
    "mask_invert": _mask_invert,
    "frame": _with_input,
    "max_pixels": _with_input,
    "quality": _quality,
    "strip": _with_output,
    "background": _with_output,
    "verbose": _verbose,
    "recursive": _recursive,
    "include": _recursive,
    "exclude": _recursive,
    "base": _with_output,
    "preserve": _preserve,
    "axes": _numpy,
    "alpha": _numpy,
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
}
