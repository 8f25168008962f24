"""The command `imgfilt info`, which prints what files hold."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from .. import startup
from ..errors import ImageError, ImgfiltError, KernelError, command_note
from ..files import STREAM, open_stdin, printable_path, read_content, source_name
from ..kernel import SUFFIXES
from .click_classes import StrictCommand
from .console import Console, say
from .file_options import array_options, folder_options, max_pixels_option
from .option_types import flag_option

if TYPE_CHECKING:
    from ..image.read_options import ReadOptions


def _callback(**given: Any) -> Callable[[], int]:
    return partial(_print_files, **given)


def _print_files(
    inputs: tuple[str, ...],
    recursive: bool,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    axes: str | None,
    alpha: str | None,
    max_pixels: int | None,
    json: bool,
) -> int:
    """Print the facts of each file; return the exit code."""
    startup.load_numpy()
    from ..batch import NamePatterns, find_inputs
    from ..image import MAX_PIXELS
    from ..image.read_options import ReadOptions
    from .run_jobs import format_unread

    startup.resume_garbage_collection()
    console, unread, code = Console(), Counter[str](), 0
    patterns = NamePatterns(include, exclude)
    options = ReadOptions(
        max_pixels=max_pixels or MAX_PIXELS,
        axes=axes,
        alpha=None if alpha is None else alpha == "yes",
    )
    for source in find_inputs(inputs, recursive=recursive, patterns=patterns, unread=unread):
        name = source_name(source.path)
        try:
            if source.obstacle is not None:
                raise ImageError(f"{name}: {command_note(source.obstacle)}")
            facts = _inspect(source.path, options)
        except ImgfiltError as error:
            console.failure(error.command_message, () if json else error.notes)
            facts = {"error": error.command_message.removeprefix(f"{name}: ")}
        _print_facts(name if source.path == STREAM else source.path, facts, json)
        code |= facts.keys() <= {"error"} or facts["refused"] is not None
    if unread:
        console.note(format_unread(unread))
    return code


def _print_facts(path: str, facts: dict[str, Any], as_json: bool) -> None:
    """Print the facts of a file as a line of JSON, or as lines of text; text has no errors."""
    if as_json:
        import json

        say(json.dumps({"file": path, **facts}))
    elif "error" not in facts:
        from .format_facts import format_facts

        for line in format_facts(printable_path(path), facts):
            say(line)


def _inspect(path: str, options: ReadOptions) -> dict[str, Any]:
    """Return the facts of a picture, or of the kernel that a file holds if it is no picture."""
    from ..image.inspection import inspect

    if path == STREAM:
        return inspect(open_stdin().read(), source_name(path), options)
    suffix = os.path.splitext(path)[1].lower()
    try:
        return inspect(path, source_name(path), options)
    except ImageError:
        if suffix not in SUFFIXES:
            raise
        try:
            return _inspect_kernel(path, suffix)
        except KernelError:
            pass
        raise


def _inspect_kernel(path: str, suffix: str) -> dict[str, Any]:
    from ..kernel.files import parse_content

    name = source_name(path)
    kernel = parse_content(read_content(path, KernelError), suffix, name)
    weights = kernel.weights
    return {
        "format": "kernel",
        "rows": weights.shape[0],
        "columns": weights.shape[1],
        "minimum": weights.min().item(),
        "maximum": weights.max().item(),
        "sum": weights.sum().item(),
        "origin": list(kernel.origin),
        "refused": None,
    }


info = StrictCommand(
    "info",
    params=[
        click.Argument(["inputs"], nargs=-1, required=True, metavar="FILE..."),
        *folder_options(),
        *array_options(),
        max_pixels_option(),
        flag_option("--json", help="Print a line of JSON for each file."),
    ],
    callback=_callback,
    short_help="Say what files hold: size, depth, channels, metadata.",
    help="""Say what files hold: size, depth, channels, metadata.

A FILE is a picture, a grid of numbers, a kernel, a folder of pictures, or - for stdin. Width and
height are those of the upright picture, as it is filtered. Pixels aren't decoded, so a picture that
is cut off isn't noticed here. The exit code is 1 if a file can't be read, or is refused because it
is too large.

\b
Example:
  imgfilt info photo.jpg
""",
)
