"""What the file of a figure says beside its pixels: its size in print, and the command."""

from __future__ import annotations

import shlex
from fractions import Fraction
from typing import Any

from ..figure.scene import Scene
from ..image import Format, Image, Pixels
from ..image.image import Metadata
from ..image.metadata import exif
from ..image.metadata.description import DESCRIPTION
from ..image.metadata.ifd import ASCII, Entry
from ..image.metadata.resolution import Resolution


def join_command(words: tuple[str, ...]) -> str:
    """Return a command as a shell takes it, or "" for no words: Python called."""
    return shlex.join(["imgfilt", *words]) if words else ""


def make_image(scene: Scene, pixels: Pixels, format: Format) -> Image:
    """Return the raster of a figure with the metadata that its format can hold.

    Parameters
    ----------
    scene : Scene
    pixels : (H, W, 3) or (H, W, 4) uint8 array
    format : Format
    """
    fields: dict[str, Any] = {}
    if "resolution" in format.metadata:
        dots = Fraction(72 * scene.pixels_per_point).limit_denominator(1000)
        if "text" not in format.metadata and "tags" not in format.metadata:
            dots = Fraction(max(1, round(dots)))  # most formats hold whole numbers
        ratio = dots.numerator, dots.denominator
        fields["resolution"] = Resolution(ratio, ratio)
    if scene.command:
        fields |= _describe(scene.command.encode("utf-8", "replace"), format)
    return Image(pixels, pixels.shape[2] == 4, metadata=Metadata(**fields))


def _describe(command: bytes, format: Format) -> dict[str, Any]:
    """Return the field of Metadata in which a format holds a command."""
    if "text" in format.metadata:  # keyword, no compression, no language
        return {"text": ((b"iTXt", b"Command" + bytes(5) + command),)}
    if "comment" in format.metadata:
        return {"comment": command.replace(b"\n", b" ")}
    if "exif" in format.metadata:
        text = command + b"\0"
        return {"exif": exif.with_entries(None, {DESCRIPTION: Entry(ASCII, len(text), text)})}
    return {}
