"""The command `imgfilt border`, which prints a grid with the cells beyond its edges."""

from __future__ import annotations

import functools
import os
import re

import click

from .. import startup
from ..border import BORDERS
from ..errors import CommandError, ImageError
from ..files import STREAM, read_text, source_name
from ..parameters import Number, PerAxis, per_axis
from ..rows import iter_lines
from .click_classes import StrictCommand
from .console import say
from .option_types import BorderType, ValueType, flag_option
from .options import border_table


def _read_words(source: str) -> list[list[str]]:
    """Return the words of a grid: a file's, those on stdin, or rows split by `;`."""
    is_file = source == STREAM or os.path.exists(source)
    if not is_file and not re.search("[ ,;]", source.strip()):
        raise ImageError(f"{source_name(source)}: no such file; rows are written 'a b; c d'")
    name = source_name(source) if is_file else "grid"
    rows_in_words = source.strip().rstrip(";").replace(";", "\n")
    text = read_text(source, ImageError, allow_stdin=True) if is_file else rows_in_words
    rows: list[list[str]] = []
    for line in iter_lines(text, name, ImageError):
        tokens = line.tokens
        rows.append([token.text for token in tokens])
        for token in tokens:
            if not token.text:
                raise line.error("a cell is missing", token.column)
            if ";" in token.text:
                raise line.error("in a file, blanks, tabs or commas split cells", token.column)
        line.check_length(len(rows[-1]), len(rows[0]), noun="cell")
    if not rows:
        raise ImageError(f"{name}: holds no cells")
    return rows


def _print_expansion(
    grid: str,
    border: str,
    reach: int | tuple[int, int],
    border_value: str | None,
    no_frame: bool,
) -> None:
    startup.load_numpy()
    startup.resume_garbage_collection()
    from ..explain.expansion import expand, format_expansion

    if border_value is not None and border != "constant":
        raise CommandError("--border-value goes with --border constant")
    if no_frame and border == "valid":
        raise CommandError("--no-frame goes without --border valid, which only draws a frame")
    across, down = per_axis(reach)
    words = _read_words(grid)
    expansion = expand(words, border, (down, across), border_value or "0")
    for line in format_expansion(expansion, not no_frame):
        say(line)


def _callback(**given: object) -> functools.partial[None]:
    return functools.partial(_print_expansion, **given)  # type: ignore[arg-type]


border = StrictCommand(
    "border",
    params=[
        click.Argument(["grid"], metavar="GRID"),
        click.Option(
            ["--border"],
            type=BorderType(list(BORDERS)),
            default="reflect",
            metavar="NAME",
            help="How the cells beyond the edge are made, here for the row a b c d.  [default: "
            f"reflect]{border_table(BORDERS)}",
        ),
        click.Option(
            ["--reach"],
            type=ValueType(PerAxis(Number(0, 1000, whole=True))),
            default=2,
            help="How many cells to add at each edge: (side - 1) / 2 for a kernel of an odd side. "
            "With full twice as many are added, for the result is larger, too.  [default: 2]",
        ),
        click.Option(
            ["--border-value"],
            metavar="WORD",
            help="With --border constant: the cell beyond the edge, a number or any word.  "
            "[default: 0]",
        ),
        flag_option("--no-frame", help="Print the cells without the frame."),
    ],
    callback=_callback,
    short_help="Print a grid with the cells beyond its edges.",
    help="""Print a grid with the cells beyond its edges, as a filter sees them. A frame surrounds
the grid; with --border valid it surrounds the cells around which the kernel fits.

GRID is a file, or - for stdin, with a row of numbers, letters or words on each line; or the rows
themselves, separated by semicolons.

\b
Example:
  imgfilt border "a b c; d e f; g h i" --border reflect --reach 2
""",
)
