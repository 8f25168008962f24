"""The command `compare`: a figure with a column for each filter and a row for each picture."""

from __future__ import annotations

import functools
import os
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from .. import startup
from ..errors import CommandError
from ..files import STREAM, quote_for_shell
from .click_classes import StrictCommand
from .command_options import CommandOptions
from .option_sections import figure_sections
from .spec import parse_spec, split_arguments

if TYPE_CHECKING:
    from ..batch import Recipe


def _callback(arguments: tuple[str, ...], **given: Any) -> Callable[[], int]:
    """Return the work of the command."""
    context = click.get_current_context()
    return functools.partial(_run, context, arguments, CommandOptions(**given))


def _run(context: click.Context, arguments: tuple[str, ...], options: CommandOptions) -> int:
    """Run the command; return the exit code."""
    startup.load_numpy()
    from ..batch import Job, find_inputs, validate_jobs
    from .build import make_target
    from .console import Console
    from .invocation import Invocation
    from .option_rules import check_options
    from .run_jobs import run_and_report

    startup.resume_garbage_collection()
    named, specs = split_arguments("compare", arguments)
    inputs, given_names = _split_names(named)
    if not specs or not inputs:
        what = "SPEC was given, such as 'gaussian --size 35'" if inputs else "INPUT was given"
        raise CommandError(f"compare: no {what}")
    for path, name in given_names.items():
        if name.lower() == "reference" and options.reference is None:
            way = f"as the clean picture: --reference {quote_for_shell(path)} --show-reference"
            Console(options.quiet).note(f"{name}={path} is a row of its own; {way}")
    recipes: list[Recipe] = []
    files: list[tuple[str, str]] = []
    for spec in specs:
        spec_recipes, spec_files = parse_spec(spec, options)
        recipes += spec_recipes
        files += spec_files
    target = make_target(options)
    unread: Counter[str] = Counter()
    sources = find_inputs(inputs, unread=unread)
    output = target.path(sources[0], recipes[0])
    paths = tuple(source.path for source in sources)
    obstacles = tuple(source.obstacle for source in sources)
    names = tuple(given_names.pop(path, "") for path in paths)
    for path, name in given_names.items():
        raise CommandError(f"{name}={path}: this input is there already, and is taken once")
    job = Job(
        paths, output, tuple(recipes), True, target.format, target.makes_folders, obstacles, names
    )
    validate_jobs([job], target)
    check_options(context, Invocation(options, inputs, paths, recipes, [job]))
    return run_and_report([job], options, unread, files)


def _split_names(inputs: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Return inputs without the names of `NAME=FILE`, and the names by file.

    The name ends before the first `=` after which a file's name stands. An input that is a file as
    it is has no name.
    """
    paths, names = [], {}
    for argument in inputs:
        places = [place for place, letter in enumerate(argument) if letter == "="]
        path = argument
        if not os.path.lexists(argument):
            files = (argument[place + 1 :] for place in places)
            found = (file for file in files if file == STREAM or os.path.isfile(file))
            path = next(found, argument)
        if path != argument:
            if path in names:
                raise CommandError(f"{argument}: this input is there already, and is taken once")
            names[path] = argument[: -len(path) - 1].strip()
        paths.append(path)
    return paths, names


compare = StrictCommand(
    "compare",
    params=[
        click.Argument(["arguments"], nargs=-1, required=True, metavar="INPUT... SPEC..."),
    ],
    sections=figure_sections(),
    callback=_callback,
    short_help="Show filters side by side in one captioned figure.",
    help="""Show filters side by side in one captioned figure.

A SPEC is a quoted filter command with the filter's own options, --border, --engine, --linear and
--values, or several of them joined by |. Several values for a parameter, 5,15,25 or 5:45:10, make a
cell each. NAME=SPEC sets the caption of a cell. Each INPUT, a picture or - for stdin, makes a row,
and NAME=FILE sets the name of the row.

\b
Example:
  imgfilt compare photo.jpg "gaussian --size 35" "Edges kept=bilateral --diameter 35" -o figure.png
""",
)
