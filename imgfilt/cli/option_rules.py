"""RULES: the conditions under which an option has no effect, which is an error.

Options without a rule always have an effect. An option has an effect if some value of the option
could change an output or the printed text of the command. With `--dry-run` and `--explain` the
run that is described decides. `--strip` and `--background` ask for outputs without metadata and
without alpha: a picture that has none is right already, so both options are allowed for all
pictures. A conflict with the content of a file is an error of this file. A filter checks
conflicts between its parameters.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import click
from click.core import ParameterSource

from ..batch import STREAM, Job, keeps_numbers, output_format
from ..errors import CommandError
from ..image import FORMATS, Format
from .click_classes import long_name
from .command_options import CommandOptions
from .figure_rules import FIGURE_RULES, why_no_page
from .invocation import Invocation, Rule


def check_options(context: click.Context, invocation: Invocation) -> None:
    """Raise CommandError for an option that is given and has no effect."""
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        rule = RULES.get(option.name or "")
        if source is ParameterSource.COMMANDLINE and rule and (why := rule(invocation)):
            raise CommandError(f"{long_name(option)} {why}")


def why_not_printed(options: CommandOptions) -> str | None:
    """Return which option goes with printing instead of an output, without the one that prints."""
    invocation = Invocation(options, (), (), (), ())
    given = (name for name in ("json", "steps") if getattr(options, name))
    reasons = ((name, RULES[name](invocation)) for name in given)
    return next((f"--{name} {why}" for name, why in reasons if why), None)


def _why_needs_input(invocation: Invocation) -> str | None:
    return None if invocation.inputs else "goes with INPUT"


def _why_needs_output(invocation: Invocation) -> str | None:
    options = invocation.options
    if options.at is not None:
        return "goes with an output, and --at only prints"
    if options.explain and not options.has_output:
        return "goes with an output; --explain needs -o for it"
    return None


def _why_not_with_at(invocation: Invocation) -> str | None:
    is_printed = invocation.options.at is not None
    return "goes without --at, which only prints; leave it out" if is_printed else None


def _why_no_steps(invocation: Invocation) -> str | None:
    return "goes with --at, such as --at 0,0 --steps 24" if invocation.options.at is None else None


def _why_no_depth(invocation: Invocation) -> str | None:
    figures = invocation.jobs and all(job.figure for job in invocation.jobs)
    return "goes with pictures; a figure has 8 bits" if figures else None


def _why_no_border_value(invocation: Invocation) -> str | None:
    steps = (step for recipe in invocation.recipes for step in recipe.steps)
    borders = [step.options.border for step in steps]
    return None if "constant" in borders else "goes with --border constant"


def _why_no_mask_invert(invocation: Invocation) -> str | None:
    return "goes with --mask" if invocation.options.mask is None else None


def _why_no_background(invocation: Invocation) -> str | None:
    return _why_needs_output(invocation) or why_no_page(invocation)


def _why_no_quality(invocation: Invocation) -> str | None:
    other = "--compression goes with PNG and TIFF"
    return _why_no_output_with(lambda format: format.has_quality, invocation, other)


def _why_no_compression(invocation: Invocation) -> str | None:
    other = "--quality goes with JPEG, WebP and AVIF"
    return _why_no_output_with(lambda format: format.has_compression, invocation, other)


def _why_no_output_with(
    has_effect: Callable[[Format], bool], invocation: Invocation, other: str
) -> str | None:
    """Return why an option that only some formats have is without effect, or None."""

    def may_have_effect(job: Job) -> bool:
        try:
            return has_effect(output_format(job))
        except CommandError:
            return True  # the job itself reports this error

    jobs = invocation.jobs
    if (why := _why_needs_output(invocation)) or not jobs or any(map(may_have_effect, jobs)):
        return why
    *others, last = (format.label for format in FORMATS.values() if has_effect(format))
    return f"goes with {', '.join(others)} and {last}; no output is one of these; {other}"


def _why_not_exact(invocation: Invocation) -> str | None:
    """Return why fractions can't be written, or None."""
    from ..pipeline.exact import why_not_exact

    if invocation.options.mask is not None:
        return "goes without --mask, which blends in floats"
    steps = [step for recipe in invocation.recipes for step in recipe.steps]
    reasons = (why_not_exact(step.filter, step.options) for step in steps)
    if reason := next(filter(None, reasons), None):
        return f"goes with fractions, but {reason}"
    if not invocation.jobs or all(map(keeps_numbers, invocation.jobs)):
        return _why_needs_output(invocation)
    return "goes with grids of numbers: a .txt or .csv as input and as output"


def _why_no_recursive(invocation: Invocation) -> str | None:
    # A path that doesn't exist may be a pattern that matches folders; otherwise it fails later.
    paths = [path for path in invocation.inputs if path != STREAM]
    may_be_folder = any(os.path.isdir(path) or not os.path.exists(path) for path in paths)
    if not invocation.inputs or may_be_folder:
        return None
    return "goes with a folder; no input is one"


def _why_no_npy(invocation: Invocation) -> str | None:
    others = {suffix for format in FORMATS.values() for suffix in format.suffixes} - {".npy"}
    suffixes = [os.path.splitext(path)[1].lower() for path in invocation.sources]
    return "goes with .npy; no input is one" if others.issuperset(suffixes) else None


def _why_no_preserve(invocation: Invocation) -> str | None:
    jobs = invocation.jobs
    streams = jobs and all(STREAM in (job.target, *job.sources[:1]) for job in jobs)
    return _why_needs_output(invocation) or (
        "goes with files; streams have no modification time" if streams else None
    )


def _why_no_skip_existing(invocation: Invocation) -> str | None:
    streams = invocation.jobs and all(job.target == STREAM for job in invocation.jobs)
    return _why_needs_output(invocation) or (
        "goes with files; the output is stdout" if streams else None
    )


def _why_no_changed(invocation: Invocation) -> str | None:
    jobs = invocation.jobs
    streams = jobs and all(STREAM in (job.target, *job.sources) for job in jobs)
    return _why_needs_output(invocation) or (
        "goes with files, not with stdin or stdout" if streams else None
    )


def _why_no_report(invocation: Invocation) -> str | None:
    if invocation.options.dry_run or invocation.options.explain:
        return "goes with a run; --dry-run and --explain have --json"
    return _why_needs_output(invocation)


def _why_no_report_append(invocation: Invocation) -> str | None:
    report = invocation.options.report
    return "goes with --report FILE" if report in (None, STREAM) else None


def _why_no_dry_run(invocation: Invocation) -> str | None:
    return "goes without --explain" if invocation.options.explain else _why_needs_output(invocation)


def _why_no_json(invocation: Invocation) -> str | None:
    options = invocation.options
    return None if options.dry_run or options.explain else "goes with --dry-run or --explain"


def _why_no_verbose(invocation: Invocation) -> str | None:
    if invocation.options.at is not None:
        return _why_not_with_at(invocation)
    quiet = invocation.options.quiet
    return "goes without --quiet, which says nothing but failures" if quiet else None


RULES: dict[str, Rule] = {
    "output": _why_not_with_at,
    "format": _why_needs_output,
    "in_place": _why_not_with_at,
    "border_value": _why_no_border_value,
    "depth": _why_no_depth,
    "mask": _why_needs_output,
    "mask_invert": _why_no_mask_invert,
    "exact": _why_not_exact,
    "frame": _why_needs_input,
    "max_pixels": _why_needs_input,
    "quality": _why_no_quality,
    "compression": _why_no_compression,
    "strip": _why_needs_output,
    "background": _why_no_background,
    "verbose": _why_no_verbose,
    "recursive": _why_no_recursive,
    "include": _why_no_recursive,
    "exclude": _why_no_recursive,
    "base": _why_needs_output,
    "preserve": _why_no_preserve,
    "axes": _why_no_npy,
    "alpha": _why_no_npy,
    "skip_existing": _why_no_skip_existing,
    "changed": _why_no_changed,
    "fail_fast": _why_needs_output,
    "strict": _why_needs_output,
    "report": _why_no_report,
    "report_append": _why_no_report_append,
    "cluster": _why_needs_output,
    "dry_run": _why_no_dry_run,
    "explain": _why_not_with_at,
    "json": _why_no_json,
    "steps": _why_no_steps,
    **FIGURE_RULES,
}
