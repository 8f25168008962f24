"""Declare the options for what is shown: the look of figures, and pixels in numbers."""

from __future__ import annotations

import click

from ..parameters import MOST_INSETS, Integers
from .option_types import RECTANGLE, ValueType, flag_option, integer_type


def figure_options() -> list[click.Parameter]:
    """Return the options for the look of a figure."""
    return [
        click.Option(
            ["--columns"],
            type=integer_type(1, 400),
            help="For a figure: cells in a row.  [default: 3]",
        ),
        flag_option("--no-original", help="For a figure: leave out the unfiltered picture."),
        click.Option(["--title"], metavar="TEXT", help="For a figure: the text above it."),
        click.Option(
            ["--cell-width"],
            type=integer_type(1, 65_535),
            help="For a figure: a cell's width in pixels.",
        ),
        click.Option(["--zoom"], type=RECTANGLE, help="For a figure: show this part, enlarged."),
        click.Option(
            ["--inset"],
            type=RECTANGLE,
            multiple=True,
            help="For a figure: mark this part in every cell, and show it enlarged below; "
            f"repeatable, up to {MOST_INSETS} times.",
        ),
        flag_option(
            "--numbers",
            help="For a figure of grids of numbers: write each number on its pixel; the smallest "
            "of a row is black, the largest white.",
        ),
        click.Option(
            ["--reference"],
            metavar="FILE",
            help="For a figure: PSNR and SSIM against this picture.",
        ),
    ]


def pixel_options() -> list[click.Parameter]:
    """Return the options that print how pixels come about."""
    return [
        click.Option(
            ["--at"],
            type=ValueType(Integers(("ROW", "COL"))),
            help="Print how this pixel comes about: its window, what the filter does with it, and "
            "the stored level; write nothing.",
        ),
        click.Option(
            ["--steps"],
            type=integer_type(1),
            default=0,
            help="With --at: how many pixels follow, row by row.",
        ),
    ]
