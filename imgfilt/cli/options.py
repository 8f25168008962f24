"""Declare the options for what is computed: a filter's own, borders and values, the part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from ..border import BORDERS
from ..parameters import Ratio
from ..pipeline.options import ENGINES, VALUES
from .help_format import add_range, table_rows
from .option_types import RECTANGLE, BorderType, ValueType, WordType, flag_option

if TYPE_CHECKING:
    from ..filters import Filter

_GROWS = "; the picture grows"


# Parameter -> its option in another spelling.
_SPELLINGS = {"normalize": ["--normalise"]}


def filter_options(kind: type[Filter]) -> list[click.Parameter]:
    """Return an option for each parameter of a filter."""
    options: list[click.Parameter] = []
    for parameter in kind.parameters():
        short = [f"-{parameter.short}"] if parameter.short else []
        names = [parameter.option, *_SPELLINGS.get(parameter.name, ()), *short, parameter.name]
        parsing, help = parameter.kind, parameter.help
        if not parsing.metavar:
            options.append(click.Option(names, is_flag=True, help=help))
            continue
        if not parameter.required and parameter.default is not None:
            help = f"{help}  [default: {parameter.default}]"
        help = add_range(help, parsing.limits)
        options.append(
            click.Option(
                names,
                metavar=parsing.metavar,
                required=parameter.required,
                multiple=parsing.repeatable,
                help=help,
            )
        )
    return options


def step_options(kind: type[Filter]) -> list[click.Parameter]:
    """Return the other options that a filter has in a command and in a SPEC of compare."""
    values_option = click.Option(
        ["--values"],
        type=WordType(list(VALUES)),
        default="clip",
        metavar="MODE",
        help="What becomes of values outside the range of the output, such as the negative ones of "
        f"a derivative.  [default: clip]{table_rows(VALUES.items())}",
    )
    return [
        *([values_option] if kind.leaves_range else []),
        click.Option(
            ["--border"],
            type=BorderType(kind.borders),
            default="reflect",
            metavar="NAME",
            help="How pixels beyond the edge are made, here for the row a b c d; zero is "
            "transparent if the picture has alpha.  [default: reflect]"
            f"{border_table(kind.borders)}",
        ),
        click.Option(
            ["--engine"],
            type=WordType(list(ENGINES)),
            default="auto",
            help=f"What computes the filter.  [default: auto]{table_rows(ENGINES.items())}",
        ),
        flag_option("--linear", help="Filter in linear light (sRGB curve); grey and RGB only."),
    ]


def border_table(names: Iterable[str]) -> str:
    """Return the end of a help text: what borders do to the row `a b c d`."""
    borders = ((name, BORDERS[name]) for name in names)
    return table_rows(
        (name, rule.meaning if rule.growth < 0 else rule.example + _GROWS * rule.growth)
        for name, rule in borders
    )


def border_value_option() -> click.Parameter:
    """Return the option for the level beyond the edge."""
    return click.Option(
        ["--border-value"],
        metavar="NUMBER[,...]",
        default="0",
        help="With --border constant: the value beyond the edge, in levels of the file (0..255 for "
        "8 bits); one number, or one for each channel.  [default: 0]",
    )


def missing_options() -> list[click.Parameter]:
    """Return the options for pixels that are missing."""
    return [
        flag_option(
            "--ignore-nan",
            help="Treat NaN as missing: leave these pixels out of means and medians.",
        ),
        click.Option(
            ["--nodata"],
            type=ValueType(Ratio()),
            help="Treat pixels with this level in all colours as missing: leave them out of means "
            "and medians. In levels of the file.",
        ),
    ]


def part_options() -> list[click.Parameter]:
    """Return the options for the part of a picture that is filtered."""
    return [
        click.Option(
            ["--region"],
            type=RECTANGLE,
            multiple=True,
            help="Filter this rectangle only, in pixels; also written WIDTHxHEIGHT+LEFT+TOP. "
            "Repeatable.  [default: the whole picture]",
        ),
        click.Option(
            ["--mask"],
            metavar="FILE",
            help="A grey picture of the input's size: white takes the filtered pixel, black keeps "
            "the input's, and grey blends both. If the mask has transparent pixels, its alpha is "
            "used instead.",
        ),
        flag_option("--mask-invert", help="Swap black and white of the mask."),
    ]
