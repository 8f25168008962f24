"""One picture in a PNG, with every bit of 16-bit colour, which Pillow narrows both ways."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

import numpy as np
from PIL.ImageFile import ImageFile

from ....errors import ImageError
from ....geometry import row_blocks
from ...formats import ALPHA_CHANNELS, Format
from ...image import Image, ImageHeader, Pixels
from ...read_options import ReadOptions
from .. import pillow_reader, pillow_writer
from . import metadata
from .chunks import (
    CHANNELS,
    COLOURS,
    BehindHeader,
    Chunk,
    Header,
    Place,
    content,
    places,
    write,
)

# The bytes of a 16-bit number in memory: the high one, the low one, both from high to low.
HIGH, LOW = (1, 0) if sys.byteorder == "little" else (0, 1)
BOTH = slice(None, None, -1 if sys.byteorder == "little" else 1)

# What Pillow is to take stored 16-bit colour for, and which bytes of it that gives. A PNG has the
# high byte first, and Pillow's narrowing keeps the high byte: told the other order, it keeps the
# low one. Grey with alpha is four bytes a pixel, all of which 8-bit RGBA gives.
READINGS: dict[int, tuple[tuple[str, int | slice], ...]] = {
    COLOURS[2]: (("RGBA", BOTH),),
    COLOURS[3]: (("RGB;16B", HIGH), ("RGB;16L", LOW)),
    COLOURS[4]: (("RGBA;16B", HIGH), ("RGBA;16L", LOW)),
}

_UP = 2

_MOST_DEFLATED = 1033  # bytes that one compressed byte can stand for, rounded up
_BLOCK = 1 << 20


def read(stream: BinaryIO, format: Format, options: ReadOptions) -> Image:
    """Read pixels as they are stored, not turned upright, and no metadata.

    Pillow makes up those that the compressed data ends without; the last row is then of one colour.
    """
    header = Header.read(stream)
    options.check_size(header.width, header.height)
    pixels = [place for place in places(stream) if place.kind == b"IDAT"]
    if header.bytes_unpacked > _MOST_DEFLATED * sum(place.length for place in pixels):
        raise ImageError("truncated PNG")
    if header.bits == 16 and header.colour in READINGS:
        image = _deep(stream, format, options, header)
    else:
        image = _plain(stream, format, options, header)
    if header.interlace or (image.pixels[-1] == image.pixels[-1, 0]).all():
        _check_complete(stream, header, pixels)
    return image


def _check_complete(stream: BinaryIO, header: Header, pixels: list[Place]) -> None:
    """Raise ImageError if uncompressed data is too short."""
    engine, count = zlib.decompressobj(), 0
    for place in pixels:
        left = content(stream, place)
        while left:
            count += len(engine.decompress(left, _BLOCK))
            left = engine.unconsumed_tail
    if count + len(engine.flush()) < header.bytes_unpacked:
        raise ImageError("truncated PNG")


def encode(stream: BinaryIO, image: Image, format: Format, quality: int | None) -> None:
    """Write an 8-bit picture by Pillow, a 16-bit one by hand; nothing is lossy, so no quality."""
    if image.pixels.dtype == np.uint8:
        target = BehindHeader(stream, metadata.chunks(image.metadata))
        pillow_writer.from_pixels(image).save(cast(BinaryIO, target), "PNG")
    else:
        write(stream, _chunks(image))


def deflated(pixels: Pixels) -> Iterator[bytes]:
    """Compress rows, each as its difference from the one above (filter 2: as small as the best)."""
    squeeze = zlib.compressobj()
    height = len(pixels)
    above = np.zeros((1, pixels[0].nbytes), np.uint8)
    stored_dtype = pixels.dtype.newbyteorder(">")
    for rows in row_blocks(height, pixels[0].nbytes):
        levels = pixels[rows].astype(stored_dtype, order="C").reshape(rows.stop - rows.start, -1)
        held = levels.view(np.uint8)
        filtered = np.full((len(held), held.shape[1] + 1), _UP, np.uint8)
        filtered[:, 1:] = np.diff(held, axis=0, prepend=above)
        above = held[-1:]
        if squeezed := squeeze.compress(filtered.data):
            yield squeezed
    yield squeeze.flush()


def _plain(stream: BinaryIO, format: Format, options: ReadOptions, header: Header) -> Image:
    with pillow_reader.opened(stream, format, options) as file:
        _widen_key(file, header.bits)
        pillow_reader.check_header(options, file)
        pixels, alpha = pillow_reader.channels(file)
        return Image(pixels, alpha)


def _widen_key(file: ImageFile, bits: int) -> None:
    """Widen the level that is transparent to 8 bits, as Pillow does with those of the pixels."""
    key = file.info.get("transparency")
    if key is not None and file.mode in ("1", "L", "RGB"):
        file.info["transparency"] = np.asarray(key) % 2**bits * (255 // (2**bits - 1))


def _deep(stream: BinaryIO, format: Format, options: ReadOptions, header: Header) -> Image:
    """Read 16-bit colour into an array, once for each byte of a number if need be."""
    shape = header.height, header.width, CHANNELS[header.colour]
    with pillow_reader.opened(stream, format, options) as file:
        keyed = "transparency" in file.info
    alpha = keyed or shape[2] in ALPHA_CHANNELS
    options.check_header(ImageHeader(np.uint16, (*shape[:2], shape[2] + keyed), alpha))
    pixels: Pixels = np.empty(shape, np.uint16)
    halves = pixels.view(np.uint8).reshape(*shape, 2)
    for reading, half in READINGS[header.colour]:
        with pillow_reader.opened(stream, format, options) as file:
            file.tile = [tile._replace(args=reading) for tile in file.tile]
            file.load()
            key = file.info.pop("transparency", None)
            pillow_reader.copy(file, file.mode, halves[:, :, :, half])
    if key is not None:
        pixels = pillow_reader.keyed(pixels, key)
    return Image(pixels, alpha)


def _chunks(image: Image) -> Iterator[Chunk]:
    yield Header.of(image.pixels).chunk
    yield from metadata.chunks(image.metadata)
    for held in deflated(image.pixels):
        yield b"IDAT", held
