"""Declare the options for files: inputs, outputs and their formats, and batches."""

from __future__ import annotations

import click

from ..dtypes import AXES, DEPTHS
from ..geometry import MAX_PIXELS
from ..parameters import LIMITS
from .option_types import ValueType, WordType, flag_option, integer_type

JOBS = LIMITS["workers"]
REPLACES = "An existing file is replaced"


def output_options() -> list[click.Parameter]:
    """Return the options for the target and the format of the outputs of a filter."""
    return [
        click.Option(
            ["-o", "--output"],
            metavar="OUTPUT",
            help="A file; a folder (out/, made if it is missing), where outputs keep the names of "
            'the inputs; a template such as "{stem}_{size}.png"; or - for stdout, which gets PNG '
            "unless -f is given (or numbers, if the input is a grid of numbers). If - is the only "
            f"INPUT, -o - may be left out. {REPLACES}, unless --skip-existing is given. Words of a "
            "template: {stem} and {ext} of the input's name, {parent} (its folder), {index} (its "
            "number, from 1; {index:04} is 0001), {frame} (a file for each frame or page, from "
            "0), {filter}, {kernel}, and every parameter of the filter; with several values of it, "
            "each value makes a file.",
        ),
        _format_option(
            "png, jpeg, tiff, webp, avif, jp2, bmp, gif, ppm, pgm, pfm, npy, csv or txt; for a "
            "figure also svg, pdf or html"
        ),
    ]


def figure_output_options(places: str) -> list[click.Parameter]:
    """Return the options for the target and the format of one figure.

    Parameters
    ----------
    places : str
        What the target may be, besides stdout.
    """
    return [
        click.Option(
            ["-o", "--output"],
            required=True,
            metavar="FIGURE",
            help=f"{places}; or - for stdout, which gets PNG unless -f is given. {REPLACES}.",
        ),
        _format_option("png, jpeg, tiff, webp, avif, jp2, bmp, gif, ppm, npy, svg, pdf or html"),
    ]


def _format_option(names: str) -> click.Parameter:
    return click.Option(
        ["-f", "--format"],
        metavar="FORMAT",
        help=f"Format of the output: {names}.  [default: by the output's suffix]",
    )


def target_options() -> list[click.Parameter]:
    """Return the options of commands that write an output for each input."""
    return [
        flag_option("--in-place", help="Replace the inputs, instead of -o."),
        click.Option(
            ["--depth"],
            type=WordType(list(DEPTHS)),
            help="Depth of the output: 8 bits a channel (0..255), 16 bits (0..65535), or float "
            "(32 bits; black is 0, white is 1).  [default: as the input]",
        ),
        flag_option(
            "--exact",
            help="Write fractions, such as 16/9, where a grid of numbers (.txt, .csv) is filtered "
            "to a grid.",
        ),
    ]


def encoding_options(makes_figure: bool) -> list[click.Parameter]:
    """Return the options for what an output's file holds.

    Parameters
    ----------
    makes_figure : bool
        Whether the command makes a figure, whatever its options are.
    """
    return [
        click.Option(
            ["--quality"],
            type=integer_type(1, 100),
            help="Quality of a JPEG, WebP or AVIF output.  [default: from JPEG to JPEG as the "
            "input, else 95]",
        ),
        click.Option(
            ["--compression"],
            type=integer_type(0, 9),
            help="Compression of a PNG or TIFF output: 0 is none, 1 is fast, 9 gives the smallest "
            "file.  [default: for a PNG what suits the picture, for a TIFF as the input]",
        ),
        flag_option("--strip", help="Leave out EXIF, ICC profile and other metadata."),
        _background_option(makes_figure),
    ]


def _background_option(makes_figure: bool) -> click.Parameter:
    colours = "(white, #rrggbb, rgb(...) or hsl(...))"
    if makes_figure:
        help = (
            f"Colour of the page and behind transparent pixels {colours}; none makes the page "
            "transparent.  [default: a white page, and a checkerboard behind transparent pixels]"
        )
    else:
        help = (
            f"Colour behind transparent pixels {colours}; the output has no alpha. In a figure it "
            "is also the colour of the page; none makes the page transparent.  [default: alpha "
            "stays; a figure's page is white]"
        )
    return click.Option(["--background"], metavar="COLOUR", help=help)


def input_options(makes_figure: bool) -> list[click.Parameter]:
    """Return the options for what is read from an input.

    Parameters
    ----------
    makes_figure : bool
        Whether the command makes a figure, whatever its options are.
    """
    default = "the first" if makes_figure else "all; for a figure the first"
    return [
        click.Option(
            ["--frame"],
            type=integer_type(0),
            help="The frame of an animation, or page of a TIFF, to take, from 0.  "
            f"[default: {default}]",
        ),
        *array_options(),
    ]


def array_options() -> list[click.Parameter]:
    """Return the options for what the axes of a .npy mean."""
    return [
        click.Option(
            ["--axes"],
            type=WordType(list(AXES)),
            help="Axes of a .npy input: rows Y, columns X, channels C, pages Z.  [default: YXC, up "
            "to 16 channels]",
        ),
        click.Option(
            ["--alpha"],
            type=WordType(["yes", "no"]),
            help="Whether the last channel of a .npy input is alpha.  [default: yes for 2 and 4 "
            "channels]",
        ),
    ]


def folder_options() -> list[click.Parameter]:
    """Return the options for what is taken from folders."""
    return [
        flag_option("-r", "--recursive", help="Take the pictures in subfolders, too."),
        click.Option(
            ["--include"],
            metavar="PATTERN",
            multiple=True,
            help='From a folder, take only files whose name matches, such as "*.png" (*.PNG is the '
            "same); a pattern with a slash is matched with the path below the folder. Repeatable.",
        ),
        click.Option(
            ["--exclude"],
            metavar="PATTERN",
            multiple=True,
            help="From a folder, leave out files and folders that match such a pattern. "
            "Repeatable.",
        ),
    ]


def batch_options() -> list[click.Parameter]:
    """Return the options of a command for several inputs."""
    return [
        *folder_options(),
        click.Option(
            ["--files-from"],
            metavar="FILE",
            help="Read more inputs from a file, or from stdin (-): one path a line, or paths that "
            "end in NUL (find -print0).",
        ),
        click.Option(
            ["--base"],
            metavar="FOLDER",
            help="Make in the output folder the subfolders that the inputs have below this folder; "
            "{parent} in -o is then the path below it.",
        ),
        flag_option("--skip-existing", help="Keep outputs that exist, and skip them."),
        flag_option(
            "--changed",
            help="Skip outputs that are up to date: made from the same input with the same "
            "options, as the record .imgfilt.jsonl beside them says. Files are known by size and "
            "modification time. With --in-place no picture is filtered twice: it is an error if "
            "the options have changed.",
        ),
        flag_option("--preserve", help="Give each output the modification time of its input."),
        flag_option("--fail-fast", help="Stop at the first failure: start no more pictures."),
        click.Option(
            ["--report"],
            metavar="FILE",
            help="Write a line of JSON for each picture to a file, or to stdout (-). Its fields: "
            "input, output, filter, steps (each filter with its parameters), status (written, "
            "failed or skipped), message, notes, seconds, width, height, frames, engine, clipped "
            "(the share of values, 0 to 1), bytes_in, bytes_out (size is the same) "
            "and version.",
        ),
        flag_option(
            "--report-append", help="Keep the lines of earlier runs in the file of --report."
        ),
        click.Option(
            ["--cluster"],
            metavar="ADDRESS",
            help="Filter the pictures on a Dask cluster: tcp://HOST:PORT, tls://HOST:PORT or its "
            "scheduler file. -j is then the number of pictures sent at once.",
        ),
    ]


def max_pixels_option() -> click.Parameter:
    """Return the option for the largest picture that is read."""
    return click.Option(
        ["--max-pixels"],
        type=ValueType(LIMITS["max_pixels"]),
        help="Refuse pictures with more pixels in a frame, or with more than ten times as many in "
        f"all frames.  [default: {MAX_PIXELS}]",
    )


def jobs_option() -> click.Parameter:
    """Return the option for the number of workers."""
    return click.Option(
        ["-j", "--jobs"],
        type=ValueType(JOBS),
        help="How many pictures, or parts of a single picture, to filter at once.  [default: the "
        "variable IMGFILT_JOBS, else the number of cores]",
    )
