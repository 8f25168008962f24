"""The sections of options in the help of commands: each heading with its options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from .click_classes import UNDERSTANDING
from .display_options import figure_options, pixel_options, print_options, quiet_option
from .file_options import (
    batch_options,
    encoding_options,
    input_options,
    jobs_option,
    max_pixels_option,
    output_options,
    target_options,
)
from .option_types import flag_option
from .options import part_options, value_options

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
            *output_options(required=False),
            *target_options(),
            *encoding_options(),
            *input_options(),
        ],
        "Part of the picture": part_options(),
        "Borders and values": [*step_options, *value_options()],
        "Many files": batch_options(),
        "Figures": figure_options(),
        UNDERSTANDING: [
            *print_options(),
            *(pixel_options() if step_options else ()),
            quiet_option(),
        ],
        "Limits": [
            flag_option("--strict", help="Fail for an input if its result would be clipped."),
            max_pixels_option(),
            jobs_option(),
        ],
    }


def figure_sections() -> Sections:
    """Return the options of a command that makes one figure."""
    return {
        "Input and output": [*output_options(), *encoding_options(), *input_options()],
        "Borders and values": value_options(),
        "Figures": figure_options(),
        UNDERSTANDING: [quiet_option()],
        "Limits": [max_pixels_option(), jobs_option()],
    }
