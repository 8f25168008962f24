"""Compare: one figure of several filters, and of several pictures, a row each."""

from __future__ import annotations

import dataclasses
import difflib
import os
import shlex
from collections import Counter
from typing import Any

import click

from ..errors import CommandError, ParameterError
from ..files import printable_path
from ..filters import FILTERS
from . import options
from .click_command import Command


def _compare(arguments: tuple[str, ...], **given: Any) -> None:
    from ..batch import Job, find_inputs, validate_jobs
    from . import build
    from .option_rules import Invocation, check_effect
    from .run_jobs import finish

    specs = [argument for argument in arguments if _split(argument)]
    inputs = [argument for argument in arguments if not _split(argument)]
    if not specs or not inputs:
        what = "SPEC was given, such as 'gaussian --size 35'" if inputs else "INPUT was given"
        raise CommandError(f"compare: no {what}{_nearest(inputs)}")
    steps = [step for spec in specs for step in _steps(spec, given)]
    target = build.target(given)
    unread: Counter[str] = Counter()
    sources = find_inputs(inputs, unread=unread)
    path = target.path(sources[0], steps[0])
    paths = tuple(source.path for source in sources)
    obstacles = tuple(source.obstacle for source in sources)
    job = Job(paths, path, tuple(steps), True, target.format, target.makes_folders, obstacles)
    validate_jobs([job], target)
    context = click.get_current_context()
    check_effect(context, Invocation(given, inputs, paths, steps, [job]))
    context.exit(finish([job], given, unread))


def _split(argument: str) -> tuple[str, str] | None:
    """Return the name and the command of a SPEC, or None for an input."""
    if argument.split(maxsplit=1)[:1] and argument.split(maxsplit=1)[0] in FILTERS:
        return "", argument
    # A name may hold `=` itself: the filter's word decides.
    for place in (at for at, character in enumerate(argument) if character == "="):
        words = argument[place + 1 :].split(maxsplit=1)
        if words and words[0] in FILTERS:
            return argument[:place].strip(), argument[place + 1 :]
    return None


def _nearest(inputs: list[str]) -> str:
    """Return which filter an input may have been meant for, where it is no file."""
    for argument in inputs:
        words = argument.rpartition("=")[2].split()
        near = difflib.get_close_matches(words[0], FILTERS, 1) if words else []
        if near and not os.path.lexists(argument):
            return f"; {printable_path(argument)!r} is no file: did you mean {near[0]}?"
    return ""


def _steps(spec: str, shared: dict[str, Any]) -> list[Any]:
    """Return the steps of a SPEC, under the name that it gives."""
    from . import build

    name, command = _split(spec) or ("", spec)
    try:
        filter_name, *words = shlex.split(command)
    except ValueError:
        wanted = "every quotation mark closed, and no backslash at the end"
        raise CommandError(f"{spec!r}: wanted {wanted}") from None
    own = _parse(spec, filter_name, words)
    given = {**shared, **own}
    # Of all SPECs together: the files among them are read.
    shared["kernel"] = [*shared.get("kernel", ()), *own.get("kernel", ())]
    try:
        steps = build.steps(FILTERS[filter_name], filter_name, given)
    except ParameterError as error:
        error.add_prefix(repr(spec))
        raise
    # What a SPEC says beside the filter tells it from its neighbours.
    said = [f"border {given['border']}"] if given["border"] != "reflect" else []
    said += ["linear"] if given["linear"] else []
    captions = [", ".join([step.caption, *said]) for step in steps]
    if name:
        captions = [name] if len(steps) == 1 else [f"{name}: {caption}" for caption in captions]
    return [
        dataclasses.replace(step, caption=caption)
        for step, caption in zip(steps, captions, strict=True)
    ]


def _parse(spec: str, filter_name: str, words: list[str]) -> dict[str, Any]:
    parameters = [*options.own(FILTERS[filter_name]), *options.step()]
    command = Command(filter_name, params=parameters, add_help_option=False)
    try:
        return command.make_context(filter_name, words).params
    except click.UsageError as error:
        raise CommandError(f"{spec!r}: {error.format_message()}") from None
    except ParameterError as error:
        error.add_prefix(repr(spec))
        raise


compare = Command(
    "compare",
    params=[
        click.Argument(["arguments"], nargs=-1, required=True, metavar="INPUT... SPEC..."),
        *options.target(),
        *options.run(),
        *options.figure(),
    ],
    callback=_compare,
    short_help="Show filters side by side in one captioned figure.",
    help="""Show filters side by side in one captioned figure.

A SPEC is a quoted filter command with its own options, --border, --engine and --linear; it may
sweep, and NAME=SPEC sets its caption. Several inputs are rows.

\b
Example:
  imgfilt compare photo.jpg "gaussian --size 35" "Edges kept=bilateral --diameter 35" -o figure.png
""",
)
