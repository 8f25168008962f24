"""Declare the options for what is shown: the look of figures, what is printed, pixels."""

from __future__ import annotations

import click

from ..noise import NoiseType
from ..parameters import AUTO, CAPTION_PLACES, LIMITS, MOST_INSETS, Integers, Number
from .option_types import RECTANGLE, ValueType, choice_option, flag_option, integer_type


def figure_options() -> list[click.Parameter]:
    """Return the options for the look of a figure."""
    return [
        click.Option(
            ["--columns"],
            type=ValueType(LIMITS["columns"]),
            help="How many cells a row has.  [default: 3, or what leaves the fewest gaps]",
        ),
        flag_option("--no-original", help="Leave out the cell with the unfiltered picture."),
        click.Option(["--title"], metavar="TEXT", help="A text above the figure."),
        click.Option(
            ["--cell-width"],
            type=ValueType(LIMITS["cell_width"]),
            help="Width of a cell in pixels; a larger one than the picture's enlarges it without "
            "smoothing.  [default: the picture's, or less, so that the figure has at most 2400 "
            "pixels across]",
        ),
        click.Option(
            ["--figure-width"],
            type=ValueType(LIMITS["figure_width"]),
            help="Width in print, such as 16cm, 170mm or 6in, or in pixels: 1920px.  "
            "[default: 16cm]",
        ),
        click.Option(
            ["--dpi"],
            type=ValueType(LIMITS["dpi"]),
            help="Pixels an inch in print; sets the width of the cells.  [default: 300 if only "
            "--figure-width is given, else it follows from the width of the cells]",
        ),
        click.Option(
            ["--caption-size"],
            type=ValueType(LIMITS["caption_size"]),
            help="Height of the captions' letters in print, in points unless it has another unit.  "
            "[default: 9pt]",
        ),
        choice_option("--captions", CAPTION_PLACES, "above", "Where the captions stand"),
        flag_option("--letters", help="Begin the captions with (a), (b), (c)."),
        click.Option(
            ["--font"],
            metavar="FILE",
            help="A TrueType or OpenType font for all text.  [default: a built-in one]",
        ),
        click.Option(
            ["--zoom"],
            type=RECTANGLE,
            help="Show only this part of the pictures, enlarged without smoothing.",
        ),
        click.Option(
            ["--inset"],
            type=RECTANGLE,
            multiple=True,
            help="Mark this part in every cell, and show it enlarged below the cell. Repeatable, "
            f"up to {MOST_INSETS} times.",
        ),
        flag_option(
            "--numbers",
            help="Write each number of a grid of numbers (.txt, .csv) on its pixel. The "
            "smallest number of all cells of a picture is black, the largest is white.",
        ),
        click.Option(
            ["--reference"],
            metavar="FILE",
            help="Add PSNR and SSIM against this picture to the captions; the best are bold. They "
            "are measured at the picture's own depth (white is 255, 65535 or 1.0), also beyond "
            "black and white; with a colour profile, in sRGB with 8 bits.",
        ),
        flag_option("--show-reference", help="Add the reference as the last cell."),
        click.Option(
            ["--noise"],
            type=ValueType(NoiseType()),
            help="Add noise to the input first; the input without noise is the reference. KIND is "
            "gaussian:SIGMA (0 to 1000, in 8-bit levels), salt-pepper:SHARE (of the pixels, 0 "
            "to 1) or poisson. The same SEED gives the same noise; without one it is 0.",
        ),
        click.Option(
            ["--difference"],
            type=ValueType(LIMITS["difference"]),
            is_flag=False,
            flag_value=AUTO,
            metavar="[GAIN]",
            help="Show below each cell its difference from the reference, or else from the "
            "original, as the mean over the channels: blue where the cell is darker, red where it "
            "is lighter. The strongest colours stand for 255 / GAIN levels.  [default GAIN: "
            "auto, such that 99 % of the pixels are weaker]",
        ),
        click.Option(
            ["--animate"],
            type=ValueType(Number(0.01, 600)),
            is_flag=False,
            flag_value=1.0,
            metavar="[SECONDS]",
            help="Show the cells in turn, without end, in a GIF, WebP, APNG or AVIF; each for so "
            "many seconds.  [default SECONDS: 1]",
        ),
        click.Option(
            ["--table"],
            metavar="FILE",
            help="Write a table, too (.csv, .json, .md or .tex): the time of each filter and, with "
            "a reference, PSNR, SSIM and mean absolute error (MAE), in 8-bit levels at every "
            "depth.",
        ),
    ]


def print_options() -> list[click.Parameter]:
    """Return the options for what a run prints."""
    return [
        flag_option("-n", "--dry-run", help="Print what would be done; write nothing."),
        flag_option(
            "--explain",
            help="Print how the filter would be computed (kernel, border, engine, cost); write "
            "nothing. INPUT and -o may be missing.",
        ),
        flag_option("--json", help="With --dry-run or --explain: print JSON lines."),
        flag_option(
            "-v",
            "--verbose",
            help="Print a line for each picture, and what was measured, such as the error of an "
            "approximation.",
        ),
    ]


def quiet_option() -> click.Parameter:
    """Return the option for fewer messages."""
    return flag_option("-q", "--quiet", help="Print errors only.")


def pixel_options() -> list[click.Parameter]:
    """Return the options that print how pixels are computed."""
    return [
        click.Option(
            ["--at"],
            type=ValueType(Integers(("ROW", "COL"))),
            help="Print how one pixel is computed: its window, what the filter does with it, and "
            "the stored level; write nothing. Rows and columns count from 0.",
        ),
        click.Option(
            ["--steps"],
            type=integer_type(1),
            default=0,
            help="With --at: print the next N pixels as well, row by row.",
        ),
    ]
