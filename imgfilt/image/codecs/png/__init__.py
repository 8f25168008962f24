"""PNG: one picture, or an animation (APNG), at 8 or 16 bits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from ...codec import Codec
from ...formats import Format
from ...image import Image
from ...metadata.transfer import apply_orientation
from ...read_options import ReadOptions
from .. import number_types
from . import apng_decoder, apng_encoder, still
from .chunks import COLOUR_TYPES, PALETTE, Ihdr, find_chunks, without_invalid_trns, without_metadata
from .metadata import can_hold_resolution, read_metadata


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read a PNG, or the frames of an animated one as a viewer composes them.

    Parameters
    ----------
    stream : binary stream
        Can seek.
    format : Format
        PNG; Pillow tries no other decoder.
    options : ReadOptions
        Which frames to yield, and the largest number of pixels.

    Yields
    ------
    Image
        Upright pixels (H, W, C): uint16 if the file has 16 bits a channel, else uint8.

    Raises
    ------
    ImageError
        When the file is truncated, broken or too large, or has no such frame. Pillow's errors pass
        unchanged.
    """
    chunks, has_invalid_trns = without_invalid_trns(stream, find_chunks(stream))
    metadata = read_metadata(stream, chunks)
    if has_invalid_trns:
        metadata = metadata._replace(unreadable=(*metadata.unreadable, "transparent colour"))
    header = Ihdr.read(stream)
    if header.colour_type == COLOUR_TYPES[1] and header.bit_depth < 8:
        details = number_types.describe_stretch(2**header.bit_depth - 1, "u1")
        metadata = metadata._replace(details=details)
    metadata = metadata._replace(palette=header.colour_type == PALETTE)
    animation = apng_decoder.read_control(stream, chunks)
    if animation is not None:
        yield from apng_decoder.decode(stream, format, options, chunks, metadata, animation)
    else:
        options.select_frames(1)
        image = still.decode(without_metadata(stream, chunks), format, options)
        image = replace(image, metadata=metadata)
        yield image if options.header_only else apply_orientation(image)


CODEC = Codec(decode, still.encode, apng_encoder.encode, can_hold_resolution=can_hold_resolution)
