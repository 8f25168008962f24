"""The options that commands share, each once; a filter's own come from its declaration."""

from __future__ import annotations

from typing import Any

import click

from ..border import BORDERS
from ..dtypes import AXES, DEPTHS
from ..filters import Filter
from ..parameters import Integers
from ..pipeline.options import ENGINES, VALUES
from .click_types import ValueType, whole
from .rectangle import Rectangle

_RECTANGLE = ValueType(Rectangle())


def own(kind: type[Filter]) -> list[click.Parameter]:
    """Return the options of a filter, as it declares them."""
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
        options.append(
            _choice("--values", VALUES, "clip", "What becomes of values outside the range")
        )
    return options


def _choice(name: str, table: dict[str, Any], default: str, help: str) -> click.Parameter:
    return click.Option(
        [name], type=click.Choice(list(table)), default=default, show_default=True, help=f"{help}."
    )


def step() -> list[click.Parameter]:
    """Return what is said of one filter: in a command, and in a SPEC of compare."""
    return [
        _choice("--border", BORDERS, "reflect", "What lies beyond the edge"),
        _choice("--engine", ENGINES, "auto", "What computes it"),
        click.Option(["--linear"], is_flag=True, help="Filter in linear light (sRGB curve)."),
    ]


def run() -> list[click.Parameter]:
    """Return what is said of a whole run, whatever filters it has."""
    return [
        click.Option(
            ["--border-value"],
            metavar="NUMBER[,...]",
            default="0",
            help="With --border constant: the value beyond the edge, in stored levels (0 to 255 of "
            "8 bits), one number or one a channel.",
        ),
        click.Option(["--frame"], type=whole(0), help="Which frame or page to take, from 0."),
        click.Option(
            ["--axes"],
            type=click.Choice(list(AXES)),
            help="Of a .npy: rows Y, columns X, channels C, pages Z.  [default: YXC, of up to 16 "
            "channels]",
        ),
        click.Option(
            ["--alpha"],
            type=click.Choice(["yes", "no"]),
            help="Of a .npy: whether the last channel is alpha.  [default: yes of 2 and 4 "
            "channels]",
        ),
        click.Option(
            ["--quality"],
            type=whole(1, 100),
            help="Quality of a JPEG, WebP or AVIF output, 1 to 100.  [default: from JPEG to JPEG "
            "the input's quantisation tables, else 95]",
        ),
        click.Option(["--strip"], is_flag=True, help="Drop EXIF, ICC and other metadata."),
        click.Option(
            ["--background"],
            metavar="COLOUR",
            help="Put pictures with alpha on a ground of this colour (white, #rrggbb, rgb(...)); "
            "the output has no alpha.",
        ),
        click.Option(
            ["--max-pixels"], type=whole(1), help="Refuse larger pictures.  [default: 178956970]"
        ),
        click.Option(["-j", "--jobs"], type=whole(1, 1024), help="Workers.  [default: the cores]"),
        click.Option(["-q", "--quiet"], is_flag=True, help="Say nothing but what failed."),
    ]


def target(required: bool = True) -> list[click.Parameter]:
    """Return where the output goes."""
    return [
        click.Option(
            ["-o", "--output"],
            required=required,
            metavar="OUTPUT",
            help="A file, a folder (out/), a template ('{stem}_{size}.png'), or - for stdout.",
        ),
        click.Option(
            ["-f", "--format"],
            metavar="FORMAT",
            help="png, jpeg, tiff, webp, avif, jp2, bmp, gif, ppm, pgm, pfm, npy, csv or txt.",
        ),
    ]


def batch() -> list[click.Parameter]:
    """Return what is said of a run of many pictures."""
    return [
        click.Option(["-r", "--recursive"], is_flag=True, help="Take folders below folders, too."),
        click.Option(
            ["--include"],
            metavar="PATTERN",
            multiple=True,
            help="Of a folder take only files whose name matches, such as '*.png', in capitals or "
            "not; a pattern with a slash is matched with the path below the folder. Repeatable.",
        ),
        click.Option(
            ["--exclude"],
            metavar="PATTERN",
            multiple=True,
            help="Of a folder leave out files and folders whose name, or path below it, matches. "
            "Repeatable.",
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
        click.Option(["--in-place"], is_flag=True, help="Replace the inputs, instead of -o."),
        click.Option(
            ["--preserve"],
            is_flag=True,
            help="Give each output the modification time of its input.",
        ),
        click.Option(["--skip-existing"], is_flag=True, help="Leave outputs that exist."),
        click.Option(
            ["--changed"],
            is_flag=True,
            help="Skip outputs that are up to date: made of the same input in the same way, as "
            "recorded in .imgfilt.jsonl beside them; both are known by size and time. With "
            "--in-place no picture is filtered twice: one that was filtered in another way fails.",
        ),
        click.Option(["--fail-fast"], is_flag=True, help="Begin nothing more after a failure."),
        click.Option(["--strict"], is_flag=True, help="Fail where values would be clipped."),
        click.Option(
            ["--report"],
            metavar="FILE",
            help="Write a line of JSON for each picture; - is stdout.",
        ),
        click.Option(
            ["--cluster"],
            metavar="ADDRESS",
            help="Do the pictures on a Dask cluster: tcp://HOST:PORT, or its scheduler file. -j is "
            "then how many are on their way.",
        ),
        click.Option(["-n", "--dry-run"], is_flag=True, help="Only say what would be done."),
        click.Option(
            ["--explain"],
            is_flag=True,
            help="Only say how it would be computed; INPUT and -o may be missing.",
        ),
        click.Option(
            ["--json"], is_flag=True, help="With --dry-run or --explain: print lines of JSON."
        ),
        click.Option(["-v", "--verbose"], is_flag=True, help="Say what becomes of each picture."),
    ]


def picture() -> list[click.Parameter]:
    """Return what is said of one picture's output."""
    return [
        click.Option(["--depth"], type=click.Choice(list(DEPTHS)), help="Depth of the output."),
        click.Option(
            ["--region"],
            type=_RECTANGLE,
            multiple=True,
            help="Filter only this rectangle, in pixels (also WIDTHxHEIGHT+LEFT+TOP). Repeatable: "
            "the regions add up.",
        ),
        click.Option(
            ["--mask"],
            metavar="FILE",
            help="A grey picture of the input's size: filter where it is white, keep the input "
            "where it is black, blend in between. A mask with transparent pixels is its alpha.",
        ),
        click.Option(
            ["--mask-invert"], is_flag=True, help="Filter where the mask is black instead."
        ),
    ]


def figure() -> list[click.Parameter]:
    """Return how a figure looks."""
    return [
        click.Option(
            ["--columns"], type=whole(1, 400), help="Of a figure: cells in a row.  [default: 3]"
        ),
        click.Option(
            ["--no-original"], is_flag=True, help="Of a figure: leave out the unfiltered picture."
        ),
        click.Option(["--title"], metavar="TEXT", help="Of a figure: words above it."),
        click.Option(
            ["--cell-width"], type=whole(1, 65_535), help="Of a figure: a cell's width in pixels."
        ),
        click.Option(["--zoom"], type=_RECTANGLE, help="Of a figure: show this part, enlarged."),
        click.Option(
            ["--reference"], metavar="FILE", help="Of a figure: PSNR and SSIM against this picture."
        ),
    ]


def place() -> list[click.Parameter]:
    """Return which pixel of a convolution is shown in numbers."""
    return [
        click.Option(
            ["--at"],
            type=ValueType(Integers(("ROW", "COL"))),
            help="Only print this pixel's window, flipped kernel, products and sum; nothing is "
            "written.",
        )
    ]
