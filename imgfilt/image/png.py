"""PNG, with every bit of 16-bit colour, which Pillow alone narrows to 8 bits in both directions."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import BinaryIO

import numpy as np
import PIL.Image
from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngImageFile, PngInfo

from ..errors import ImageError
from . import pillow, saving
from .format import ALPHA_CHANNELS, Format
from .metadata import upright
from .picture import Image, Metadata, Pixels, strips
from .request import Request

XMP_KEY = "XML:com.adobe.xmp"
EXIF_KEY = "Raw profile type exif"

COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}  # by channels, with alpha
CHANNELS = {colour: channels for channels, colour in COLOURS.items()}

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

Chunk = tuple[bytes, bytes]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">LLBBBBB")
_UP = 2


def decode(stream: BinaryIO, form: Format, request: Request) -> Iterator[Image]:
    """Read a PNG, or the frames of an animated one as a viewer composes them."""
    stream.seek(len(_SIGNATURE) + 8)
    width, height, bits, colour, *_ = _HEADER.unpack(stream.read(_HEADER.size))
    request.check_size(width, height)
    _check_end(stream)
    with pillow.opened(stream, form, request) as file:
        count = pillow.frame_count(file)
        wanted = request.choose(count, count * width * height)
    if count > 1:
        if bits == 16:
            raise ImageError("is an animation of 16 bits a channel, which can't be composed")
        yield from _frames(stream, form, request, wanted)
    elif bits == 16 and colour in READINGS:
        yield _deep(stream, form, request, np.empty((height, width, CHANNELS[colour]), np.uint16))
    else:
        yield _plain(stream, form, request, bits)


def _plain(stream: BinaryIO, form: Format, request: Request, bits: int) -> Image:
    with pillow.opened(stream, form, request) as file:
        _widen_key(file, bits)
        pixels, alpha = pillow.channels(file)
        return upright(Image(pixels, alpha, _metadata(file)))


def _frames(stream: BinaryIO, form: Format, request: Request, wanted: range) -> Iterator[Image]:
    """Give frames; the first may be a still picture for those who know no animations."""
    with pillow.opened(stream, form, request) as file:
        words = _metadata(file)
    with pillow.opened(stream, form, request) as file:
        count = pillow.frame_count(file)
        for index in wanted:
            file.seek(index)
            image = pillow.composed(file)
            shown = pillow.timeline(file)
            if index == 0 and getattr(file, "default_image", False):
                shown["duration"] = None
            image = upright(replace(image, metadata=replace(words, **shown), frames=count))
            yield pillow.picked(image) if len(wanted) < count else image


def _widen_key(file: ImageFile, bits: int) -> None:
    """Widen the level that is transparent to 8 bits, as Pillow does with those of the pixels."""
    key = file.info.get("transparency")
    if key is not None and file.mode in ("1", "L", "RGB"):
        file.info["transparency"] = np.asarray(key) % 2**bits * (255 // (2**bits - 1))


def encode(stream: BinaryIO, image: Image, form: Format, quality: int | None) -> None:
    """Write an 8-bit picture by Pillow, a 16-bit one by hand; nothing is lossy, so no quality."""
    if image.pixels.dtype == np.uint8:
        _save(saving.from_pixels(image), stream, image.metadata)
    else:
        write_chunks(stream, _chunks(image))


def write_chunks(stream: BinaryIO, chunks: Iterable[Chunk]) -> None:
    """Write a PNG of these chunks, IEND apart."""
    stream.write(_SIGNATURE)
    for kind, content in chain(chunks, [(b"IEND", b"")]):
        check = zlib.crc32(content, zlib.crc32(kind))
        stream.write(struct.pack(">L", len(content)) + kind + content + struct.pack(">L", check))


def header(pixels: Pixels) -> Chunk:
    """Return the chunk that says size, depth and colours."""
    height, width, channels = pixels.shape
    bits = 8 * pixels.itemsize
    return b"IHDR", _HEADER.pack(width, height, bits, COLOURS[channels], 0, 0, 0)


def ancillary(metadata: Metadata) -> Iterator[Chunk]:
    """Give the chunks of a picture's metadata, as Pillow writes them."""
    sample = io.BytesIO()
    _save(PIL.Image.new("L", (1, 1)), sample, metadata)
    sample.seek(len(_SIGNATURE))
    while start := sample.read(8):
        length, kind = struct.unpack(">L4s", start)
        content = sample.read(length)
        sample.seek(4, io.SEEK_CUR)
        if kind not in (b"IHDR", b"IDAT", b"IEND"):
            yield kind, content


def deflated(pixels: Pixels) -> Iterator[bytes]:
    """Compress rows, each as its difference from the one above (filter 2: as small as the best)."""
    squeeze = zlib.compressobj()
    height = len(pixels)
    above = np.zeros((1, pixels[0].nbytes), np.uint8)
    stored = pixels.dtype.newbyteorder(">")
    for rows in strips(height, pixels[0].nbytes):
        levels = pixels[rows].astype(stored, order="C").reshape(rows.stop - rows.start, -1)
        content = levels.view(np.uint8)
        filtered = np.full((len(content), content.shape[1] + 1), _UP, np.uint8)
        filtered[:, 1:] = np.diff(content, axis=0, prepend=above)
        above = content[-1:]
        if squeezed := squeeze.compress(filtered.data):
            yield squeezed
    yield squeeze.flush()


def _check_end(stream: BinaryIO) -> None:
    """Go through the chunks to the last: without it Pillow is content, but words may be lost."""
    stream.seek(len(_SIGNATURE))
    header = b""
    while header[4:] != b"IEND":
        header = stream.read(8)
        stream.seek(int.from_bytes(header[:4]), io.SEEK_CUR)
        if len(stream.read(4)) < 4:
            raise ImageError("truncated PNG")


def _deep(stream: BinaryIO, form: Format, request: Request, pixels: Pixels) -> Image:
    """Read 16-bit colour into an array, once for each byte of a number if need be."""
    halves = pixels.view(np.uint8).reshape(*pixels.shape, 2)
    for reading, half in READINGS[COLOURS[pixels.shape[2]]]:
        with pillow.opened(stream, form, request) as file:
            file.tile = [tile._replace(args=reading) for tile in file.tile]
            file.load()
            key = file.info.pop("transparency", None)
            pillow.copy(file, file.mode, halves[:, :, :, half])
            metadata = _metadata(file)
    if key is not None:
        pixels = pillow.keyed(pixels, key)
    return upright(Image(pixels, pixels.shape[2] in ALPHA_CHANNELS, metadata))


def _metadata(file: ImageFile) -> Metadata:
    metadata = pillow.metadata(file)
    text = dict(file.text) if isinstance(file, PngImageFile) else {}
    text.pop(XMP_KEY, None)
    profile = text.pop(EXIF_KEY, None)
    if profile and metadata.exif is None:
        # Written by ImageMagick before PNG had a place for EXIF: a name, a length, then digits.
        block = bytes.fromhex("".join(profile.split("\n")[3:]))
        metadata = replace(metadata, exif=block.removeprefix(b"Exif\0\0"))
    return replace(metadata, text=text)


def _save(picture: PIL.Image.Image, stream: BinaryIO, metadata: Metadata) -> None:
    words = PngInfo()
    for key, value in metadata.text.items():
        words.add_text(key, value)
    if metadata.xmp:
        words.add_itxt(XMP_KEY, metadata.xmp)
    picture.save(stream, "PNG", pnginfo=words, **saving.save_options(metadata))


def _chunks(image: Image) -> Iterator[Chunk]:
    yield header(image.pixels)
    yield from ancillary(image.metadata)
    for content in deflated(image.pixels):
        yield b"IDAT", content
