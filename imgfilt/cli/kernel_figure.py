"""Choose the format of a kernel's figure, and write the figure."""

from __future__ import annotations

import io

from ..batch import Target, format_key
from ..errors import CommandError
from ..figure.renderers import draw, why_unavailable
from ..figure.scene import Scene
from ..files import STREAM, atomic_write, open_stdout, printable_path, quote_for_shell, write_all
from ..image import (
    OUTPUT_FORMATS,
    Format,
    Image,
    format_from_suffix,
    why_no_figure,
    write_frames,
)
from .console import Console
from .typed_command import typed_words


def choose_format(output: str, format: str | None) -> Format:
    """Return the format of a figure.

    Parameters
    ----------
    output : str
        A path, or `-` for stdout.
    format : str or None
        The value of `-f`.

    Raises
    ------
    CommandError
        If suffix and format disagree, or figures can't be written in the format.
    """
    key = None if format is None else format_key(format)
    Target(output, key)  # raises if the suffix and -f disagree
    if key is not None or output == STREAM:
        form = OUTPUT_FORMATS[key or "png"]
    else:
        form = format_from_suffix(output)
    if why := why_no_figure(form) or why_unavailable(form):
        raise CommandError(f"{printable_path(output)}: {why}")
    return form


def write_figure(scene: Scene, output: str, format: Format) -> None:
    """Write a scene to a file, or to stdout for `-`; say which letters no font has.

    Parameters
    ----------
    scene : Scene
    output : str
    format : Format
    """
    scene.command = " ".join(map(quote_for_shell, typed_words()))
    drawn = draw(scene, format)
    if note := scene.fonts.describe_missing():
        Console().note(note)
    stdout = open_stdout().buffer if output == STREAM else None
    if isinstance(drawn, Image):
        write_frames(stdout or output, [drawn], format=format)
    elif stdout is not None:
        write_all(stdout, io.BytesIO(drawn), "stdout")
    else:
        with atomic_write(output) as stream:
            stream.write(drawn)
