"""Read and write a still PNG, and avoid Pillow's reduction of 16-bit colour to 8 bits."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngImageFile

from ....errors import ImageError
from ...codec import EncodeOptions
from ...formats import ALPHA_CHANNELS, Format
from ...image import Image, ImageHeader, Pixels
from ...read_options import ReadOptions
from .. import pillow_pixels, pillow_reader
from .chunks import (
    CHANNELS,
    COLOUR_TYPES,
    Chunk,
    ChunkRef,
    Ihdr,
    find_chunks,
    read_data,
    write_chunks,
)
from .compression import compress_rows
from .metadata import encode_metadata

# Index of the high byte, of the low byte, and of both from high to low, of a number in memory.
HIGH, LOW = (1, 0) if sys.byteorder == "little" else (0, 1)
BOTH = slice(None, None, -1 if sys.byteorder == "little" else 1)

# Raw modes that make Pillow read all bytes of 16-bit colour, and the bytes that each one gives. A
# PNG has the high byte first, and Pillow keeps the high byte; with the byte order reversed it keeps
# the low one. Grey with alpha has four bytes a pixel, which 8-bit RGBA gives.
RAW_MODES: dict[int, tuple[tuple[str, int | slice], ...]] = {
    COLOUR_TYPES[2]: (("RGBA", BOTH),),
    COLOUR_TYPES[3]: (("RGB;16B", HIGH), ("RGB;16L", LOW)),
    COLOUR_TYPES[4]: (("RGBA;16B", HIGH), ("RGBA;16L", LOW)),
}

_MAX_RATIO = 1033  # of decompressed to compressed bytes, rounded up
_BLOCK = 1 << 20


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Image:
    """Return the pixels as stored, without metadata; the orientation isn't applied.

    Pillow fills missing rows with one colour. So the length of the data is checked if the last
    row has one colour.

    Parameters
    ----------
    stream : binary stream
        Can seek; without chunks of metadata, some of which Pillow would apply.
    format : Format
        PNG; Pillow tries no other decoder.
    options : ReadOptions
        The largest number of pixels, and `on_header`.

    Returns
    -------
    Image
        Pixels (H, W, C): uint16 if the file has 16 bits a channel, else uint8.

    Raises
    ------
    ImageError
        When the file is truncated or too large. Pillow's errors pass unchanged.
    """
    header = Ihdr.read(stream)
    options.check_size(header.width, header.height)
    data = [chunk for chunk in find_chunks(stream) if chunk.type == b"IDAT"]
    if header.data_size > _MAX_RATIO * sum(chunk.length for chunk in data):
        raise ImageError("truncated PNG")
    if header.bit_depth == 16 and header.colour_type in RAW_MODES:
        image = _decode_16_bit(stream, format, options, header)
    else:
        image = _decode_8_bit(stream, format, options, header)
    if options.header_only:
        return image
    if header.interlace or (image.pixels[-1] == image.pixels[-1, 0]).all():
        _check_complete(stream, header, data)
    return image


def _check_complete(stream: BinaryIO, header: Ihdr, chunks: list[ChunkRef]) -> None:
    """Raise ImageError if the decompressed data is too short."""
    decompressor, size = zlib.decompressobj(), 0
    for chunk in chunks:
        compressed = read_data(stream, chunk)
        while compressed:
            size += len(decompressor.decompress(compressed, _BLOCK))
            compressed = decompressor.unconsumed_tail
    if size + len(decompressor.flush()) < header.data_size:
        raise ImageError("truncated PNG")


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write a picture.

    Parameters
    ----------
    stream : binary stream
    image : Image
        Pixels (H, W, C), uint8 or uint16, grey or RGB, with or without alpha.
    format : Format
        Not used.
    options : EncodeOptions
        Its level of Deflate is used.
    """
    write_chunks(stream, _encode_chunks(image, options.compression))


def _decode_8_bit(stream: BinaryIO, format: Format, options: ReadOptions, header: Ihdr) -> Image:
    with pillow_reader.open_file(stream, PngImageFile, format, options) as file:
        _widen_transparency(file, header.bit_depth)
        image_header = pillow_pixels.check_header(options, file)
        if options.header_only:
            return options.without_pixels(image_header)
        pixels, alpha = pillow_pixels.read_pixels(file)
        return Image(pixels, alpha)


def _widen_transparency(file: ImageFile, bits: int) -> None:
    """Stretch the transparent level to 8 bits, as Pillow stretches the levels of the pixels."""
    level = file.info.get("transparency")
    if level is not None and file.mode in ("1", "L", "RGB"):
        file.info["transparency"] = np.asarray(level) % 2**bits * (255 // (2**bits - 1))


def _decode_16_bit(stream: BinaryIO, format: Format, options: ReadOptions, header: Ihdr) -> Image:
    """Read 16-bit colour into an array, once for each raw mode."""
    shape = header.height, header.width, CHANNELS[header.colour_type]
    with pillow_reader.open_file(stream, PngImageFile, format, options) as file:
        has_transparency = "transparency" in file.info
    alpha = has_transparency or shape[2] in ALPHA_CHANNELS
    header_shape = (*shape[:2], shape[2] + has_transparency)
    image_header = ImageHeader(np.uint16, header_shape, alpha)
    options.check_header(image_header)
    if options.header_only:
        return options.without_pixels(image_header)
    pixels: Pixels = np.empty(shape, np.uint16)
    by_byte = pixels.view(np.uint8).reshape(*shape, 2)
    for raw_mode, byte in RAW_MODES[header.colour_type]:
        with pillow_reader.open_file(stream, PngImageFile, format, options) as file:
            file.tile = [tile._replace(args=raw_mode) for tile in file.tile]
            file.load()
            transparency = file.info.pop("transparency", None)
            pillow_pixels.copy_pixels(file, file.mode, by_byte[:, :, :, byte])
    if transparency is not None:
        pixels = pillow_pixels.apply_transparency(pixels, transparency)
    return Image(pixels, alpha)


def _encode_chunks(image: Image, level: int | None) -> Iterator[Chunk]:
    yield Ihdr.for_pixels(image.pixels).chunk
    yield from encode_metadata(image.metadata)
    for data in compress_rows(image.pixels, level):
        yield b"IDAT", data
