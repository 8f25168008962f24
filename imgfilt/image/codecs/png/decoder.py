"""Read a PNG: one picture, or an animation (APNG)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from ...formats import Format
from ...image import Image
from ...metadata.transfer import apply_orientation
from ...read_options import ReadOptions
from .. import number_types
from . import apng_decoder, metadata, still
from .chunks import COLOURS, Header, pixels_only, places, without_useless_key


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read a PNG, or the frames of an animated one as a viewer composes them."""
    found, has_useless_key = without_useless_key(stream, places(stream))
    said = metadata.read(stream, found)
    if has_useless_key:
        said = replace(said, unreadable=(*said.unreadable, "transparent colour"))
    header = Header.read(stream)
    if header.colour == COLOURS[1] and header.bits < 8:
        details = number_types.stretched(2**header.bits - 1, "u1")
        said = replace(said, details=details)
    control = apng_decoder.control(stream, found)
    if control is not None:
        yield from apng_decoder.decode(stream, format, options, found, said, *control)
    else:
        options.select_frames(1)
        image = still.read(pixels_only(stream, found), format, options)
        yield apply_orientation(replace(image, metadata=said))
