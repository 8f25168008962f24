"""Compare: one figure of several filters, and of several pictures, a row each."""

from __future__ import annotations

import dataclasses
import shlex
from typing import Any

import click

from ..errors import CommandError
from ..filters import FILTERS
from . import options


def _compare(arguments: tuple[str, ...], **given: Any) -> None:
    from ..batch import Job, check, find
    from . import request

    specs = [argument for argument in arguments if _split(argument)]
    inputs = [argument for argument in arguments if not _split(argument)]
    if not specs or not inputs:
        what = "SPEC, such as 'gaussian --size 35'" if inputs else "INPUT"
        raise CommandError(f"compare: no {what} was given")
    steps = [step for spec in specs for step in _steps(spec, given)]
    target = request.target(given)
    sources = tuple(find(inputs))
    path = target.path(sources[0], steps[0])
    job = Job(sources, path, tuple(steps), True, target.format, target.makes_folders)
    check([job], target)
    click.get_current_context().exit(request.finish([job], given))


def _split(argument: str) -> tuple[str, str] | None:
    """Return the name and the command of a SPEC, or None for an input."""
    if argument.split(maxsplit=1)[:1] and argument.split(maxsplit=1)[0] in FILTERS:
        return "", argument
    name, equals, command = argument.partition("=")
    words = command.split(maxsplit=1)
    return (name.strip(), command) if equals and words and words[0] in FILTERS else None


def _steps(spec: str, shared: dict[str, Any]) -> list[Any]:
    """Return the steps of a SPEC, under the name that it gives."""
    from . import request

    name, command = _split(spec) or ("", spec)
    try:
        filter_name, *words = shlex.split(command)
    except ValueError as error:
        raise CommandError(f"{spec!r}: {error}") from None
    given = {**shared, **_parse(spec, filter_name, words)}
    steps = request.steps(FILTERS[filter_name], filter_name, given)
    if not name:
        return steps
    captions = [name] if len(steps) == 1 else [f"{name}: {step.caption}" for step in steps]
    return [
        dataclasses.replace(step, caption=caption)
        for step, caption in zip(steps, captions, strict=True)
    ]


def _parse(spec: str, filter_name: str, words: list[str]) -> dict[str, Any]:
    own = options.own(FILTERS[filter_name])
    if filter_name == "convolve":
        own.append(options.convolve_values())
    command = click.Command(filter_name, params=[*own, *options.step()], add_help_option=False)
    try:
        return command.make_context(filter_name, words).params
    except click.UsageError as error:
        raise CommandError(f"{spec!r}: {error.format_message()}") from None


compare = click.Command(
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
