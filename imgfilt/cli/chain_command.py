"""The command `chain`: filters one after the other, in one read and one write."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from .. import startup
from ..errors import CommandError
from .click_classes import StrictCommand
from .command_options import CommandOptions
from .filter_command import INPUTS, check_arguments, run_recipes
from .option_sections import run_sections
from .option_types import flag_option
from .spec import parse_spec, read_recipe, split_arguments
from .spec_text import Spec

if TYPE_CHECKING:
    from ..batch import Recipe
    from .console import Console


def _callback(
    arguments: tuple[str, ...], recipe: str | None, compose: bool, **given: Any
) -> Callable[[], int]:
    """Divide the arguments into inputs and SPECs; return the work."""
    context, options = click.get_current_context(), CommandOptions(**given)
    inputs, specs = split_arguments("chain", arguments)
    if recipe is None and not specs:
        raise CommandError("chain: no SPEC was given, such as 'median --size 3'")
    if recipe is not None and specs:
        raise CommandError("--recipe names the filters, and a SPEC does, too; give one of them")
    if named := next((spec for spec in specs if spec.start), None):
        raise named.error("a name sets a caption of compare; chain has one result", 0)
    check_arguments(context, tuple(inputs), options)
    return functools.partial(_run, context, tuple(inputs), specs, recipe, compose, options)


def _run(
    context: click.Context,
    inputs: tuple[str, ...],
    specs: list[Spec],
    recipe: str | None,
    compose: bool,
    options: CommandOptions,
) -> int:
    """Run the command; return the exit code."""
    startup.load_numpy()
    from ..batch import chain_recipes
    from .console import Console

    files = [] if recipe is None else [("--recipe", recipe)]
    parts = []
    for spec in specs if recipe is None else read_recipe(recipe):
        recipes, read = parse_spec(spec, options)
        parts.append(recipes)
        files += read
    recipes = chain_recipes(parts)
    if compose:
        recipes = _compose(recipes, Console(options.quiet))
    return run_recipes(context, inputs, recipes, files, options)


def _compose(recipes: list[Recipe], console: Console) -> list[Recipe]:
    """Return the recipes with composed kernels; print where their results may differ."""
    from ..batch import Recipe
    from ..pipeline.composition import compose

    composed = []
    for recipe in recipes:
        if recipe.steps[0].options.may_miss:
            why = "with missing pixels, one mean after the other is no kernel"
            raise CommandError(f"--compose goes without --ignore-nan and --nodata: {why}")
        steps, notes = compose(recipe.steps)
        if not notes:
            raise CommandError(
                "--compose goes with linear filters that follow each other, with the same border, "
                "engine and linear light, and no --values but for the last; there are none"
            )
        for note in notes:
            console.note(note)
        composed.append(Recipe(steps, recipe.words, recipe.across))
    return composed


chain = StrictCommand(
    "chain",
    params=[
        click.Argument(["arguments"], nargs=-1, metavar="INPUT... SPEC..."),
        click.Option(
            ["--recipe"],
            metavar="FILE",
            help="Read the filters from a text file, one on each line, instead of SPECs; # begins "
            "a comment.",
        ),
        flag_option(
            "--compose",
            help="Compose linear filters that follow each other into one kernel. Results may "
            "differ near the edge, around transparent pixels, and where a filter rounds or clips.",
        ),
    ],
    sections=run_sections(),
    callback=_callback,
    short_help="Apply several filters, one after the other.",
    help=f"""Apply several filters, one after the other.

{INPUTS} A SPEC is a quoted filter command with
the filter's own options, --border, --engine, --linear and --values, or several of them joined by |.
Several values for a parameter in a SPEC make one captioned figure.

The result is that of one command after the other: each filter rounds and clips to the depth of the
picture. With --depth float, and for grids of numbers, nothing is rounded or clipped in between.
--region and --mask apply to the result of all filters.

\b
Example:
  imgfilt chain photo.jpg "median --size 3 | gaussian --sigma 1" -o soft.jpg
""",
)
