"""The sections of options in the help of commands: each heading with its options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from .click_classes import UNDERSTANDING
from .display_options import figure_options, pixel_options, print_options, quiet_option
from .file_options import (
    batch_options,
    encoding_options,
    figure_output_options,
    input_options,
    jobs_option,
    max_pixels_option,
    output_options,
    target_options,
)
from .option_types import flag_option
from .options import border_value_option, missing_options, part_options

Sections = Mapping[str, Sequence[click.Parameter]]


def run_sections(step_options: Sequence[click.Parameter] = ()) -> Sections:
    """Return the options of a command that writes an output for each input.

    Parameters
    ----------
    step_options : sequence of click.Parameter
        The options for borders and values of a command with one filter.
    """
    return {
        "Input and output": [
            *output_options(),
            *target_options(),
            *encoding_options(makes_figure=False),
            *input_options(makes_figure=False),
        ],
        "Part of the picture": part_options(),
        "Borders and values": _order_value_options(step_options),
        "Many files": batch_options(),
        "Figures": figure_options(),
        UNDERSTANDING: [
            *print_options(),
            *(pixel_options() if step_options else ()),
            quiet_option(),
        ],
        "Limits": [max_pixels_option(), jobs_option()],
    }


def _order_value_options(step_options: Sequence[click.Parameter]) -> list[click.Parameter]:
    """Return the options for borders and values: `--strict` after `--values`, and so on."""
    options = [*step_options, *missing_options()]
    strict = flag_option("--strict", help="Fail for an input if its result would be clipped.")
    for name, follower in (("border", border_value_option()), ("values", strict)):
        places = [place for place, option in enumerate(options, 1) if option.name == name]
        options.insert(places[0] if places else 0, follower)
    return options


def figure_sections() -> Sections:
    """Return the options of a command that makes one figure."""
    return {
        "Input and output": [
            *figure_output_options(
                "A file; a folder (out/, made if it is missing), where the figure gets the name of "
                'the first INPUT; a template such as "{stem}-compared.png", whose words are '
                "replaced by what they are for the first INPUT and the first cell: {stem}, {ext}, "
                "{parent}, {filter} and the parameters of the filter"
            ),
            *encoding_options(makes_figure=True),
            *input_options(makes_figure=True),
        ],
        "Borders and values": [border_value_option(), *missing_options()],
        "Figures": figure_options(),
        UNDERSTANDING: [quiet_option()],
        "Limits": [max_pixels_option(), jobs_option()],
    }
