"""PNG, with every bit of 16-bit colour, which Pillow alone narrows to 8 bits in both directions."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

import numpy as np
import PIL.Image
from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngImageFile, PngInfo

from ..errors import ImageError
from . import pillow
from .format import Format
from .metadata import upright
from .picture import Image, Metadata, Pixels, strips
from .request import Request

XMP_KEY = "XML:com.adobe.xmp"
EXIF_KEY = "Raw profile type exif"

COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}

# What Pillow is to take stored 16-bit colour for, so that each reading gives one byte of a value.
# They are stored high byte first, and Pillow's narrowing keeps the high byte: told the other
# order, it keeps the low one. Grey with alpha is four bytes, all of which RGBA at 8 bits gives.
READINGS = {
    COLOURS[3]: ("RGB;16B", "RGB;16L"),
    COLOURS[4]: ("RGBA;16B", "RGBA;16L"),
    COLOURS[2]: ("RGBA",),
}

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">LLBBBBB")
_UP = 2


def decode(stream: BinaryIO, form: Format, request: Request) -> Image:
    """Read a PNG, or one frame of an animated one as a viewer composes it."""
    stream.seek(len(_SIGNATURE) + 8)
    _, _, bits, colour, *_ = _HEADER.unpack(stream.read(_HEADER.size))
    if bits == 16 and colour in READINGS:
        return upright(_decode_deep(stream, form, request, READINGS[colour]))
    with pillow.opened(stream, form, request) as file:
        pillow.seek(file, request)
        key = file.info.get("transparency")
        if key is not None and file.mode in ("L", "RGB"):
            # Pillow widens levels of 2 and 4 bits to 8, but not the one that is transparent.
            file.info["transparency"] = np.asarray(key) % 2**bits * (255 // (2**bits - 1))
        pixels, alpha = pillow.channels(file)
        return upright(Image(pixels, alpha, _metadata(file)))


def encode(stream: BinaryIO, image: Image, form: Format, quality: int | None) -> None:
    """Write an 8-bit picture by Pillow, a 16-bit one by hand; nothing is lossy, so no quality."""
    if image.pixels.dtype == np.uint8:
        _save(pillow.from_pixels(image), stream, image.metadata)
    else:
        stream.write(_SIGNATURE)
        for kind, content in _chunks(image):
            check = zlib.crc32(content, zlib.crc32(kind))
            stream.write(
                struct.pack(">L", len(content)) + kind + content + struct.pack(">L", check)
            )


def _decode_deep(
    stream: BinaryIO, form: Format, request: Request, readings: tuple[str, ...]
) -> Image:
    parts = []
    for reading in readings:
        stream.seek(0)
        with pillow.opened(stream, form, request) as file:
            pillow.seek(file, request)
            if getattr(file, "is_animated", False):
                raise ImageError("is an animation of 16 bits a channel, which can't be composed")
            file.tile = [tile._replace(args=reading) for tile in file.tile]
            key = file.info.pop("transparency", None)
            parts.append(pillow.channels(file)[0])
            metadata = _metadata(file)
    stored = parts[0] if len(parts) == 1 else np.stack(parts, axis=-1)
    height, width = stored.shape[:2]
    pixels = stored.view(">u2").reshape(height, width, -1).astype(np.uint16)
    if key is not None:
        pixels = pillow.keyed(pixels, key)
    return Image(pixels, pixels.shape[2] in (2, 4), metadata)


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
    picture.save(stream, "PNG", pnginfo=words, **pillow.save_options(metadata))


def _chunks(image: Image) -> Iterator[tuple[bytes, bytes]]:
    """Give the chunks of a 16-bit PNG; those of its metadata are as Pillow writes them."""
    height, width, channels = image.pixels.shape
    yield b"IHDR", _HEADER.pack(width, height, 16, COLOURS[channels], 0, 0, 0)
    sample = io.BytesIO()
    _save(PIL.Image.new("L", (1, 1)), sample, image.metadata)
    sample.seek(len(_SIGNATURE))
    while header := sample.read(8):
        length, kind = struct.unpack(">L4s", header)
        content = sample.read(length)
        sample.seek(4, io.SEEK_CUR)
        if kind not in (b"IHDR", b"IDAT", b"IEND"):
            yield kind, content
    for content in _deflated(image.pixels):
        yield b"IDAT", content
    yield b"IEND", b""


def _deflated(pixels: Pixels) -> Iterator[bytes]:
    """Compress rows, each as its difference from the one above (filter 2: as small as the best)."""
    squeeze = zlib.compressobj()
    height = len(pixels)
    above = np.zeros((1, pixels[0].nbytes), np.uint8)
    for rows in strips(height, pixels[0].nbytes):
        levels = pixels[rows].astype(">u2").reshape(rows.stop - rows.start, -1).view(np.uint8)
        filtered = np.full((len(levels), levels.shape[1] + 1), _UP, np.uint8)
        filtered[:, 1:] = np.diff(levels, axis=0, prepend=above)
        above = levels[-1:]
        if content := squeeze.compress(filtered.data):
            yield content
    yield squeeze.flush()
