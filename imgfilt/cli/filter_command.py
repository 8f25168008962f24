"""Make the command of a filter from the declaration of the filter."""

from __future__ import annotations

import functools
import os
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from .. import startup
from ..errors import CommandError
from ..filters import FILTERS
from ..rows import TEXT_SUFFIXES
from .click_classes import StrictCommand
from .command_options import CommandOptions
from .option_sections import run_sections
from .options import filter_options, step_options

if TYPE_CHECKING:
    from ..batch import InPlace, Recipe, Source, Target
    from ..filters import Filter

INPUTS = """INPUT is a picture, a folder, a pattern such as "photos/*.jpg", or - for stdin. A text
file (.txt, .csv) with rows of numbers is a picture, too; without -o its result is printed."""
_SWEEPS = """Several values for a parameter, 5,15,25 or 5:45:10 (from 5 to 45 in steps of 10), make
one captioned figure of each input."""


def make_filter_command(name: str) -> click.Command:
    """Return the command of a filter."""
    kind = FILTERS[name]
    sentence = (kind.__doc__ or "").partition("\n")[0]
    return StrictCommand(
        name,
        params=[
            click.Argument(["inputs"], nargs=-1, metavar="INPUT..."),
            *filter_options(kind),
        ],
        sections=run_sections(step_options(kind)),
        callback=functools.partial(_callback, name, kind),
        help=f"{sentence}\n\n{INPUTS} {_SWEEPS}\n\n\b\nExample:\n  {kind.example}",
        short_help=sentence,
    )


def _callback(
    name: str, kind: type[Filter], inputs: tuple[str, ...], **given: Any
) -> Callable[[], int]:
    """Divide Click's values into the filter's parameters and the options; return the work."""
    parameters = {parameter.name: given.pop(parameter.name) for parameter in kind.parameters()}
    context = click.get_current_context()
    options = CommandOptions(**given)
    check_arguments(context, inputs, options)
    return functools.partial(_run, context, name, kind, inputs, parameters, options)


def check_arguments(
    context: click.Context, inputs: tuple[str, ...], options: CommandOptions
) -> None:
    """Raise UsageError if inputs are missing, or an output, by the names of the inputs.

    Parameters
    ----------
    context : click.Context
    inputs : tuple of str
    options : CommandOptions
    """
    from .input_answers import check_inputs

    check_inputs(context, inputs)
    if not (inputs or options.explain or options.files_from is not None):
        raise click.UsageError("no INPUT was given", context)
    suffixes = {os.path.splitext(path)[1].lower() for path in inputs}
    if _needs_output(options) and not suffixes.issubset(["", *TEXT_SUFFIXES]):
        raise _missing_output(context, inputs, options)


def _missing_output(
    context: click.Context, inputs: Sequence[str], options: CommandOptions
) -> Exception:
    """Return the error for a missing output, or for what only goes with commands without one."""
    if options.json or options.steps:
        from .option_rules import why_not_printed

        if why := why_not_printed(options):
            return CommandError(why)
    from .input_answers import describe_missing_output

    return describe_missing_output(context, inputs)


def _needs_output(options: CommandOptions) -> bool:
    return not (options.has_output or options.explain or options.at is not None)


def _run(
    context: click.Context,
    name: str,
    kind: type[Filter],
    inputs: tuple[str, ...],
    parameters: dict[str, Any],
    options: CommandOptions,
) -> int:
    """Run the command; return the exit code."""
    # What is loaded here isn't needed for the help and for wrong options.
    startup.load_numpy()
    from .build import list_files_read, make_recipes

    recipes = make_recipes(kind, name, parameters, options)
    return run_recipes(context, inputs, recipes, list_files_read(kind, parameters), options)


def run_recipes(
    context: click.Context,
    inputs: tuple[str, ...],
    recipes: list[Recipe],
    files: list[tuple[str, str]],
    options: CommandOptions,
) -> int:
    """Filter the inputs, or print what would be done; return the exit code.

    Parameters
    ----------
    context : click.Context
    inputs : tuple of str
        As they were typed.
    recipes : list of Recipe
    files : list of (option, path)
        What the filters read; no output may replace it.
    options : CommandOptions
    """
    from ..batch import STREAM, is_text_grid, list_frames, make_jobs
    from .build import make_read_options, make_target
    from .invocation import Invocation
    from .option_files import read_input_list
    from .option_rules import check_options
    from .run_jobs import run_and_report

    startup.resume_garbage_collection()
    listed = read_input_list(options.files_from, inputs)
    if _needs_output(options):
        names = [*inputs, *listed]
        is_printed = len(recipes) == 1 and options.format in (None, "csv", "txt")
        if names != [STREAM] and not (is_printed and all(map(is_text_grid, names))):
            raise _missing_output(context, names, options)
        options.output = STREAM
    target = make_target(options) if options.has_output else None
    if options.base is not None and not (target and target.keeps_tree):
        raise CommandError("--base goes with an output folder, or with {parent} in -o")
    unread: Counter[str] = Counter()
    sources = _find_sources(inputs, listed, target, options, unread)
    list_own_frames = functools.partial(list_frames, options=make_read_options(options))
    jobs = make_jobs(sources, target, recipes, list_own_frames) if target else []
    paths = [source.path for source in sources]
    check_options(context, Invocation(options, [*inputs, *listed], paths, recipes, jobs))
    if not (options.explain or options.at is not None):
        return run_and_report(jobs, options, unread, files)
    from .explain import print_pixel, print_plans

    if options.at is None:
        return print_plans(sources, recipes, jobs, options)
    return print_pixel(sources, recipes, options, options.at)


def _find_sources(
    inputs: tuple[str, ...],
    listed: list[str],
    target: Target | InPlace | None,
    options: CommandOptions,
    unread: Counter[str],
) -> list[Source]:
    """Return the files to read; `unread` gets the number of files that aren't pictures."""
    from ..batch import NamePatterns, find_inputs

    return find_inputs(
        inputs,
        listed,
        recursive=options.recursive,
        excluded_folder=target.fixed_folder if target else None,
        output=target.folder if target else None,
        patterns=NamePatterns(options.include, options.exclude),
        base=options.base,
        unread=unread,
    )
