"""The command `compare`: a figure with a column for each filter and a row for each picture."""

from __future__ import annotations

import difflib
import functools
import os
import shlex
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from .. import startup
from ..errors import CommandError, ParameterError
from ..files import printable_path
from ..filters import FILTERS
from .click_classes import StrictCommand
from .command_options import CommandOptions
from .display_options import figure_options
from .options import filter_options, output_options, run_options, step_options

if TYPE_CHECKING:
    from ..batch import Step


def _callback(arguments: tuple[str, ...], **given: Any) -> Callable[[], int]:
    """Return the work of the command."""
    context = click.get_current_context()
    return functools.partial(_run, context, arguments, CommandOptions(**given))


def _run(context: click.Context, arguments: tuple[str, ...], options: CommandOptions) -> int:
    """Run the command; return the exit code."""
    startup.load_numpy()
    from ..batch import Job, find_inputs, validate_jobs
    from .build import make_target
    from .option_rules import Invocation, check_options
    from .run_jobs import run_and_report

    startup.resume_garbage_collection()
    specs = [argument for argument in arguments if _split_spec(argument)]
    inputs = [argument for argument in arguments if not _split_spec(argument)]
    if not specs or not inputs:
        what = "SPEC was given, such as 'gaussian --size 35'" if inputs else "INPUT was given"
        raise CommandError(f"compare: no {what}{_suggest_filter(inputs)}")
    steps: list[Step] = []
    files: list[tuple[str, str]] = []
    for spec in specs:
        spec_steps, spec_files = _parse_spec(spec, options)
        steps += spec_steps
        files += spec_files
    target = make_target(options)
    unread: Counter[str] = Counter()
    sources = find_inputs(inputs, unread=unread)
    path = target.path(sources[0], steps[0])
    paths = tuple(source.path for source in sources)
    obstacles = tuple(source.obstacle for source in sources)
    job = Job(paths, path, tuple(steps), True, target.format, target.makes_folders, obstacles)
    validate_jobs([job], target)
    check_options(context, Invocation(options, inputs, paths, steps, [job]))
    return run_and_report([job], options, unread, files)


def _split_spec(argument: str) -> tuple[str, str] | None:
    """Return (name, command) of a SPEC, the name "" if there is none; None for an input."""
    if argument.split(maxsplit=1)[:1] and argument.split(maxsplit=1)[0] in FILTERS:
        return "", argument
    # A name may contain `=`: the name ends before the first `=` that a filter's name follows.
    for place in (at for at, character in enumerate(argument) if character == "="):
        words = argument[place + 1 :].split(maxsplit=1)
        if words and words[0] in FILTERS:
            return argument[:place].strip(), argument[place + 1 :]
    return None


def _suggest_filter(inputs: list[str]) -> str:
    """Return a hint for the error: the filter that an input may mean if it is no file; else ""."""
    for argument in inputs:
        words = argument.rpartition("=")[2].split()
        near = difflib.get_close_matches(words[0], FILTERS, 1) if words else []
        if near and not os.path.lexists(argument):
            return f"; {printable_path(argument)!r} is no file: did you mean {near[0]}?"
    return ""


def _parse_spec(spec: str, shared: CommandOptions) -> tuple[list[Step], list[tuple[str, str]]]:
    """Return (steps of a SPEC with captions, the files that `list_files_read` names)."""
    from ..batch import Step
    from .build import list_files_read, make_steps

    name, command = _split_spec(spec) or ("", spec)
    try:
        filter_name, *words = shlex.split(command)
    except ValueError:
        wanted = "every quotation mark closed, and no backslash at the end"
        raise CommandError(f"{spec!r}: wanted {wanted}") from None
    kind = FILTERS[filter_name]
    try:
        given = _parse_words(filter_name, words)
        parameters = {parameter.name: given.pop(parameter.name) for parameter in kind.parameters()}
        options = CommandOptions(**vars(shared) | given)
        steps = make_steps(kind, filter_name, parameters, options)
    except click.UsageError as error:
        raise CommandError(f"{spec!r}: {error.format_message()}") from None
    except ParameterError as error:
        error.add_prefix(repr(spec))
        raise
    # The caption shows options in which a SPEC may differ from the others.
    suffixes = [f"border {options.border}"] if options.border != "reflect" else []
    suffixes += ["linear"] if options.linear else []
    captions = [", ".join([step.caption, *suffixes]) for step in steps]
    if name:
        captions = [name] if len(steps) == 1 else [f"{name}: {caption}" for caption in captions]
    named = [
        Step(step.filter, step.options, step.words, caption, step.across)
        for step, caption in zip(steps, captions, strict=True)
    ]
    return named, list_files_read(kind, parameters)


def _parse_words(filter_name: str, words: list[str]) -> dict[str, Any]:
    """Return the parameters and options of a SPEC by name, parsed by Click."""
    parameters = [*filter_options(FILTERS[filter_name]), *step_options(FILTERS[filter_name])]
    command = StrictCommand(filter_name, params=parameters, add_help_option=False)
    return command.make_context(filter_name, words).params


compare = StrictCommand(
    "compare",
    params=[
        click.Argument(["arguments"], nargs=-1, required=True, metavar="INPUT... SPEC..."),
        *output_options(),
        *run_options(),
        *figure_options(),
    ],
    callback=_callback,
    short_help="Show filters side by side in one captioned figure.",
    help="""Show filters side by side in one captioned figure.

A SPEC is a quoted filter command with its own options, --border, --engine and --linear; it may
sweep, and NAME=SPEC sets its caption. Several inputs are rows.

\b
Example:
  imgfilt compare photo.jpg "gaussian --size 35" "Edges kept=bilateral --diameter 35" -o figure.png
""",
)
