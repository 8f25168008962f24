"""Read the files that options name: list of inputs, mask, reference, font, scheduler's address."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

from ..dtypes import white_level
from ..errors import CommandError, ImageError, ParameterError
from ..files import STREAM, open_regular, printable_path, quote_for_shell, read_content
from ..image import Image, Pixels, read, read_frames
from ..pipeline.blocks import iter_rows

_LONGEST_PATH = 1 << 16  # bytes; no system has longer paths


def _find_picture_format(content: bytes) -> str | None:
    """Return the format of a picture, or None if the content is something else."""
    from ..image.format_detection import detect

    try:
        format = detect(content[:512], None)
    except ImageError:
        return None
    return format.label if format.signature else None


def read_input_list(path: str | None, inputs: Sequence[str]) -> list[str]:
    """Return the inputs in the file of `--files-from`; each ends with a line feed or a NUL.

    Parameters
    ----------
    path : str or None
        `-` is stdin; for None the result is empty.
    inputs : sequence of str
        The inputs of the command line; stdin can't be both an input and the list.

    Raises
    ------
    CommandError
        If the list can't be read, or a line is too long for a path.
    """
    if path is None:
        return []
    content = _read_list(path, inputs).removeprefix(b"\xef\xbb\xbf")
    if (kind := _find_picture_format(content)) is not None:
        raise CommandError(f"--files-from {printable_path(path)}: is a {kind} picture, not a list")
    if b"\0" in content:
        lines = content.split(b"\0")
    else:
        lines = content.replace(b"\r\n", b"\n").split(b"\n")
    if max(map(len, lines)) > _LONGEST_PATH:
        number = next(n for n, line in enumerate(lines, 1) if len(line) > _LONGEST_PATH)
        raise CommandError(
            f"--files-from {printable_path(path)}: line {number} is too long for a path"
        )
    names = [os.fsdecode(line) for line in lines if line]
    # In a list `-` is the name of a file, not stdin.
    return [os.path.join(".", name) if name == STREAM else name for name in names]


def _read_list(path: str, inputs: Sequence[str]) -> bytes:
    if path == STREAM and STREAM in inputs:
        raise CommandError("--files-from -: stdin is an input, too")
    return read_content(
        path, CommandError, "--files-from ", allow_stdin=True, allow_pipe=True, limit=None
    )


def read_mask(path: str | None, max_pixels: int, inverted: bool = False) -> Pixels | None:
    """Return the mask in an image file.

    The mask's levels are the image's alpha, or the grey levels if the image is opaque.

    Parameters
    ----------
    path : str or None
        For None the result is None.
    max_pixels : int
        The largest number of pixels; a larger image is an error.
    inverted : bool
        Return the white level minus the levels.

    Returns
    -------
    (H, W) uint8, uint16 or float32 array, or None
        Levels from 0 to the white level.

    Raises
    ------
    CommandError
        If the file can't be read, or the image can't be a mask: it has colour, frames or extra
        channels.
    """
    if path is None:
        return None
    try:
        image = next(read_frames(path, max_pixels=max_pixels))
    except ImageError as error:
        raise CommandError(f"--mask {error.command_message}") from None
    from_alpha = image.alpha and not image.is_opaque()
    for rows in iter_rows(image.pixels):
        # Extra channels are kept here, so that `_why_not_a_mask` refuses them.
        levels = rows[..., -1:] if from_alpha else rows[..., : rows.shape[2] - image.alpha]
        why = _why_not_a_mask(image, levels)
        if why is not None:
            raise CommandError(f"--mask {printable_path(path)}: {why}; a mask is a grey picture")
    mask = np.ascontiguousarray(image.pixels[..., -1 if from_alpha else 0])
    return mask.dtype.type(white_level(mask.dtype)) - mask if inverted else mask


def _why_not_a_mask(image: Image, levels: Pixels) -> str | None:
    """Return why an image, of which `levels` are some rows, can't be a mask; None if it can."""
    if image.frames > 1:
        return f"it has {image.frames} frames"
    if image.extra and levels.shape[2] > 1:
        return f"it has {image.extra} extra channel{'s' * (image.extra > 1)}"
    if levels.shape[2] == 4:
        return "it is CMYK"
    # This also finds NaN, which isn't equal to itself in the comparison below.
    if levels.dtype.kind == "f" and not ((levels >= 0) & (levels <= 1)).all():
        return "it has levels outside 0..1"
    return "it has colour" if (levels != levels[..., :1]).any() else None


def read_reference(path: str | None, background: tuple[int, int, int] | None) -> Pixels | None:
    """Return the image of `--reference` as it is measured; CommandError if it can't be read.

    For the path None the result is None.
    """
    if path is None:
        return None
    from ..batch.picture_cells import display

    try:
        return display(read(path), background).levels
    except ImageError as error:
        raise CommandError(f"--reference {error.command_message}") from None


def read_font(path: str | None) -> bytes | None:
    """Return the content of the font file of `--font`, or None; CommandError if it is no font."""
    if path is None:
        return None
    from ..figure.fonts import Fonts

    if not os.path.lexists(path) and not os.path.dirname(path):
        from .installed_fonts import find_font

        found = find_font(path)
        hint = f"; an installed font like it is {quote_for_shell(found)}" if found else ""
        raise CommandError(f"--font {printable_path(path)}: no such file{hint}")
    content = read_content(path, CommandError, "--font ")
    try:
        Fonts(content)
    except ParameterError:
        wanted = "wanted a TrueType or OpenType font"
        raise CommandError(f"--font {printable_path(path)}: {wanted}") from None
    return content


def read_scheduler_address(cluster: str | None) -> str | None:
    """Return the address that `--cluster` gives directly or by a scheduler's file, or None.

    Raises
    ------
    CommandError
        If the option names neither an address nor a scheduler's file.
    """
    if cluster is None or "://" in cluster:
        return cluster
    import json

    try:
        with open_regular(cluster) as stream:
            content = json.load(stream)
    except ImageError as error:
        raise CommandError(f"--cluster {error}; wanted tcp://HOST:PORT or such a file") from None
    except (ValueError, OSError):
        content = None
    address = content.get("address") if isinstance(content, dict) else None
    if not isinstance(address, str):
        raise CommandError(
            f"--cluster {printable_path(cluster)}: no scheduler has written this file"
        )
    return address
