"""Declare the options of commands for Click, in groups; CommandOptions holds the values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..dtypes import AXES, DEPTHS
from ..geometry import MAX_PIXELS
from ..parameters import Number, Ratio
from ..pipeline.options import ENGINES, VALUES
from .option_types import (
    RECTANGLE,
    BorderType,
    ValueType,
    WordType,
    choice_option,
    flag_option,
    integer_type,
)

if TYPE_CHECKING:
    from ..filters import Filter

JOBS = Number(1, 1024, whole=True)


def filter_options(kind: type[Filter]) -> list[click.Parameter]:
    """Return an option for each parameter, and `--values` if results may leave the range."""
    options: list[click.Parameter] = []
    for parameter in kind.parameters():
        short = [f"-{parameter.short}"] if parameter.short else []
        names = [parameter.option, *short, parameter.name]
        parsing, help = parameter.kind, parameter.help
        if not parsing.metavar:
            options.append(click.Option(names, is_flag=True, help=help))
            continue
        if not parameter.required and parameter.default is not None:
            help = f"{help}  [default: {parameter.default}]"
        options.append(
            click.Option(
                names,
                metavar=parsing.metavar,
                required=parameter.required,
                multiple=parsing.repeatable,
                help=help,
            )
        )
    if kind.leaves_range:
        what = "Values outside the range; floats and grids keep them"
        options.append(choice_option("--values", VALUES, "clip", what))
    return options


def step_options(kind: type[Filter]) -> list[click.Parameter]:
    """Return the options that a filter has in a command and in a SPEC of compare."""
    return [
        choice_option("--border", kind.borders, "reflect", "Pixels beyond the edge", BorderType),
        choice_option("--engine", ENGINES, "auto", "The library that computes it"),
        flag_option("--linear", help="Filter in linear light (sRGB curve)."),
    ]


def run_options() -> list[click.Parameter]:
    """Return the options that every filter command and compare have."""
    return [
        click.Option(
            ["--border-value"],
            metavar="NUMBER[,...]",
            default="0",
            help="With --border constant: the value beyond the edge, in stored levels (0 to 255 "
            "for 8 bits), one number or one for each channel.",
        ),
        flag_option("--ignore-nan", help="Leave pixels with a NaN out of means and medians."),
        click.Option(
            ["--nodata"],
            type=ValueType(Ratio()),
            help="Leave pixels with this stored level in all colours out of means and medians.",
        ),
        click.Option(
            ["--frame"], type=integer_type(0), help="Which frame or page to take, from 0."
        ),
        click.Option(
            ["--axes"],
            type=WordType(list(AXES)),
            help="For a .npy: its axes, of rows Y, columns X, channels C, pages Z.  [default: "
            "YXC, up to 16 channels]",
        ),
        click.Option(
            ["--alpha"],
            type=WordType(["yes", "no"]),
            help="For a .npy: whether the last channel is alpha.  [default: yes for 2 and 4 "
            "channels]",
        ),
        click.Option(
            ["--quality"],
            type=integer_type(1, 100),
            help="Quality of a JPEG, WebP or AVIF output, 1 to 100.  [default: from JPEG to JPEG "
            "the input's quantisation tables, else 95]",
        ),
        click.Option(
            ["--compression"],
            type=integer_type(0, 9),
            help="Deflate level of a PNG or TIFF output: 0 doesn't compress, 1 is fast, 9 gives "
            "the smallest file.  [default: chosen for each PNG; a TIFF as its input]",
        ),
        flag_option("--strip", help="Drop EXIF, ICC and other metadata."),
        click.Option(
            ["--background"],
            metavar="COLOUR",
            help="Flatten pictures with alpha onto this colour (white, #rrggbb, rgb(...)); "
            "the output has no alpha. For a figure: also its page, or none, a transparent page.",
        ),
        click.Option(
            ["--max-pixels"],
            type=integer_type(1),
            help=f"Refuse larger pictures.  [default: {MAX_PIXELS}]",
        ),
        click.Option(
            ["-j", "--jobs"],
            type=ValueType(JOBS),
            help="Workers.  [default: the variable IMGFILT_JOBS, else the cores]",
        ),
        flag_option("-q", "--quiet", help="Print failures only."),
    ]


def output_options(required: bool = True) -> list[click.Parameter]:
    """Return the options for the target and the format of outputs."""
    return [
        click.Option(
            ["-o", "--output"],
            required=required,
            metavar="OUTPUT",
            help="A file, a folder (out/), a template ('{stem}_{size}.png'), or - for stdout.",
        ),
        format_option(),
    ]


def format_option() -> click.Parameter:
    """Return the option for the format of outputs."""
    return click.Option(
        ["-f", "--format"],
        metavar="FORMAT",
        help="png, jpeg, tiff, webp, avif, jp2, bmp, gif, ppm, pgm, pfm, npy, csv or txt; for a "
        "figure also svg, pdf or html.",
    )


def batch_options() -> list[click.Parameter]:
    """Return the options of a filter command for several inputs."""
    return [
        flag_option("-r", "--recursive", help="Take folders below folders, too."),
        click.Option(
            ["--include"],
            metavar="PATTERN",
            multiple=True,
            help="From a folder, take only files whose name matches, such as '*.png', in capitals "
            "or not; a pattern with a slash is matched with the path below the folder. Repeatable.",
        ),
        click.Option(
            ["--exclude"],
            metavar="PATTERN",
            multiple=True,
            help="From a folder, leave out files and folders whose name, or path below it, "
            "matches. Repeatable.",
        ),
        click.Option(
            ["--base"],
            metavar="FOLDER",
            help="Keep in the output folder the tree that the inputs have below this folder; "
            "{parent} starts there, too.",
        ),
        click.Option(
            ["--files-from"],
            metavar="FILE",
            help="Read more inputs from a file, one a line, or from stdin (-).",
        ),
        flag_option("--in-place", help="Replace the inputs, instead of -o."),
        flag_option("--preserve", help="Give each output the modification time of its input."),
        flag_option("--skip-existing", help="Leave outputs that exist."),
        flag_option(
            "--changed",
            help="Skip outputs that are up to date: made of the same input in the same way, as "
            "recorded in .imgfilt.jsonl beside them; both are known by size and time. With "
            "--in-place no picture is filtered twice: one that was filtered in another way fails.",
        ),
        flag_option("--fail-fast", help="Begin no more pictures after a failure."),
        flag_option("--strict", help="Fail where values would be clipped."),
        click.Option(
            ["--report"],
            metavar="FILE",
            help="Write a line of JSON for each picture; - is stdout.",
        ),
        click.Option(
            ["--cluster"],
            metavar="ADDRESS",
            help="Filter the pictures on a Dask cluster: tcp://HOST:PORT, or its scheduler file. "
            "-j is then the number of pictures sent at once.",
        ),
        flag_option("-n", "--dry-run", help="Print what would be done; write nothing."),
        flag_option(
            "--explain",
            help="Print how it would be computed; write nothing. INPUT and -o may be missing.",
        ),
        flag_option("--json", help="With --dry-run or --explain: print lines of JSON."),
        flag_option("-v", "--verbose", help="Print the outcome of each picture."),
    ]


def image_options() -> list[click.Parameter]:
    """Return the options for the filtered part of an image, and for the depth of outputs."""
    return [
        click.Option(["--depth"], type=WordType(list(DEPTHS)), help="Depth of the output."),
        click.Option(
            ["--region"],
            type=RECTANGLE,
            multiple=True,
            help="Filter only this rectangle, in pixels (also WIDTHxHEIGHT+LEFT+TOP). Repeatable.",
        ),
        click.Option(
            ["--mask"],
            metavar="FILE",
            help="A grey picture of the input's size: filter where it is white, keep the input "
            "where it is black, blend in between. A mask with transparent pixels is its alpha.",
        ),
        flag_option("--mask-invert", help="Filter where the mask is black instead."),
        flag_option("--exact", help="From a grid of numbers to a grid: write fractions, 16/9."),
    ]
