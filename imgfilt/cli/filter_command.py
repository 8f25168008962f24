"""The command of a filter, made from its declaration."""

from __future__ import annotations

import functools
from collections import Counter
from typing import Any

import click

from ..errors import CommandError
from ..filters import Filter
from . import options
from .click_command import Command


def filter_command(name: str, kind: type[Filter]) -> click.Command:
    """Return the command of a filter."""
    parameters: list[click.Parameter] = [
        click.Argument(["inputs"], nargs=-1, metavar="INPUT..."),
        *options.own(kind),
        *options.target(required=False),
        *options.step(),
        *options.picture(),
        *options.run(),
        *options.batch(),
        *options.figure(),
        *(options.place() if kind.explains_pixels else []),
    ]
    sentence = (kind.__doc__ or "").partition("\n")[0]
    swept = "Several values for a number, 5,15,25 or 5:45:10, make one captioned figure."
    return Command(
        name,
        params=parameters,
        callback=functools.partial(_filter, name, kind),
        help=f"{sentence}\n\n{swept}\n\n\b\nExample:\n  {kind.example}",
        short_help=sentence,
    )


def _filter(name: str, kind: type[Filter], inputs: tuple[str, ...], **given: Any) -> None:
    context = click.get_current_context()
    only_said = given["explain"] or given.get("at") is not None
    nowhere = given["output"] is None and not given["in_place"]
    if not (inputs or given["explain"]) and given["files_from"] is None:
        raise click.UsageError("Missing argument 'INPUT...'.", context)
    if nowhere and not only_said:
        raise click.UsageError("Missing option '-o' / '--output'.", context)
    from ..batch import NamePatterns, find_inputs, make_jobs
    from . import build
    from .file_list import listed
    from .option_rules import Invocation, check_effect
    from .run_jobs import finish

    steps = build.steps(kind, name, given)
    target = None if nowhere else build.target(given)
    if given["base"] is not None and not (target and target.keeps_tree):
        raise CommandError("--base goes with an output folder, or with {parent} in -o")
    unread: Counter[str] = Counter()
    named = listed(given["files_from"], inputs)
    sources = find_inputs(
        inputs,
        named,
        recursive=given["recursive"],
        excluded_folder=target.fixed_folder if target else None,
        output=target.folder if target else None,
        patterns=NamePatterns(given["include"], given["exclude"]),
        base=given["base"],
        unread=unread,
    )
    jobs = make_jobs(sources, target, steps) if target else []
    paths = [source.path for source in sources]
    check_effect(context, Invocation(given, [*inputs, *named], paths, steps, jobs))
    if only_said:
        from .explain import print_pixel, print_plans

        show = print_plans if given["explain"] else print_pixel
        context.exit(show(sources, steps, given))
    context.exit(finish(jobs, given, unread))
