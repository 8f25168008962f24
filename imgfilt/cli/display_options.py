"""Declare the options for what is shown: the look of figures, and pixels in numbers."""

from __future__ import annotations

import click

from ..noise import NoiseType
from ..parameters import AUTO, CAPTION_PLACES, MOST_INSETS, Integers, Length, Number, NumberOrAuto
from .option_types import RECTANGLE, ValueType, choice_option, flag_option, integer_type


def figure_options() -> list[click.Parameter]:
    """Return the options for the look of a figure."""
    return [
        click.Option(
            ["--columns"],
            type=integer_type(1, 400),
            help="For a figure: cells in a row.  [default: 3, or what leaves fewest holes]",
        ),
        flag_option("--no-original", help="For a figure: leave out the unfiltered picture."),
        click.Option(["--title"], metavar="TEXT", help="For a figure: the text above it."),
        click.Option(
            ["--cell-width"],
            type=integer_type(1, 65_535),
            help="For a figure: a cell's width in pixels.",
        ),
        click.Option(
            ["--figure-width"],
            type=ValueType(Length(36, 14_400)),
            help="For a figure: its width in print, such as 16cm; with 300 pixels an inch, unless "
            "--dpi or --cell-width says more.",
        ),
        click.Option(
            ["--dpi"],
            type=ValueType(Number(10, 10_000)),
            help="For a figure: pixels for each inch of the width in print.",
        ),
        click.Option(
            ["--caption-size"],
            type=ValueType(Length(1, 1000)),
            help="For a figure: the size of captions in print, for a figure 16 cm wide or "
            "--figure-width.  [default: 9pt]",
        ),
        choice_option("--captions", CAPTION_PLACES, "above", "For a figure: where captions stand"),
        flag_option("--letters", help="For a figure: (a), (b), (c) before the captions."),
        click.Option(
            ["--font"],
            metavar="FILE",
            help="For a figure: a TrueType or OpenType font.",
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
            help="For a figure: PSNR and SSIM against this picture; those of the best filter are "
            "bold.",
        ),
        flag_option("--show-reference", help="For a figure: the reference as the last cell."),
        click.Option(
            ["--noise"],
            type=ValueType(NoiseType()),
            help="For a figure: add noise, gaussian:SIGMA, salt-pepper:SHARE or poisson, to the "
            "picture first; the picture without it is the reference. SIGMA is in 8-bit levels, "
            "SHARE is 0 to 1; the same SEED, by default 0, gives the same noise.",
        ),
        click.Option(
            ["--difference"],
            type=ValueType(NumberOrAuto(1, 255)),
            is_flag=False,
            flag_value=AUTO,
            metavar="[GAIN]",
            help="For a figure: below each cell its difference from the reference, or from the "
            "original: blue is darker, red lighter, the mean over the channels. The colours end at "
            "255 / GAIN levels.  [default: what 99 % of the pixels stay within]",
        ),
        click.Option(
            ["--animate"],
            type=ValueType(Number(0.01, 600)),
            is_flag=False,
            flag_value=1.0,
            metavar="[SECONDS]",
            help="For a figure: show its cells in turn, each for so long, again and again; a GIF, "
            "WebP, APNG or AVIF.  [default: 1]",
        ),
        click.Option(
            ["--table"],
            metavar="FILE",
            help="For a figure: a table of PSNR, SSIM and mean absolute error (MAE), if there is a "
            "reference, and of the time of each filter: a .csv, .json, .md or .tex.",
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
