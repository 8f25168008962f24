"""PBM, PGM, PPM and PFM, read and written whole: Pillow narrows their 16-bit colour to 8 bits."""

from __future__ import annotations

import math
import re
from typing import BinaryIO

import numpy as np

from ..errors import ImageError
from .format import Format
from .picture import Image, Pixels, full_scale, strips
from .request import Request

CHANNELS = {b"P1": 1, b"P2": 1, b"P3": 3, b"P4": 1, b"P5": 1, b"P6": 3, b"Pf": 1, b"PF": 3}
PLAIN = (b"P2", b"P3")
FLOATS = (b"Pf", b"PF")

# A number of the header, after blanks and comments; one blank stands between the last and pixels.
_NUMBER = re.compile(rb"(?:\s|#[^\r\n]*[\r\n])*([-+.\deE]{1,20})(?=\s)")
_COMMENT = re.compile(rb"#[^\r\n]*")
_PLAIN_LEVELS = re.compile(rb"[\d\s]*")


def decode(stream: BinaryIO, form: Format, request: Request) -> Image:
    """Read a picture of any of the eight kinds; levels up to another maximum are stretched."""
    request.choose(1)
    content = stream.read()
    kind = content[:2]
    (width, height), start = _numbers(content, 2, 2)
    request.check_size(int(width), int(height))
    shape = int(height), int(width), CHANNELS[kind]
    if kind == b"P1":
        return Image(_bits(content, start, shape))
    if kind == b"P4":
        return Image(_packed_bits(content, start, shape))
    (scale,), start = _numbers(content, start, 1)
    start += 1
    if kind in FLOATS:
        order = "<f4" if float(scale) < 0 else ">f4"
        return Image(_stored(content, start, order, shape)[::-1])
    if kind in PLAIN:
        levels = _plain(content, start, shape)
    else:
        levels = _stored(content, start, "u1" if int(scale) < 256 else ">u2", shape)
    return Image(_stretched(levels, int(scale)))


def encode(stream: BinaryIO, image: Image, form: Format, quality: int | None) -> None:
    """Write binary rows: integers high byte first, floats low byte first and from the bottom."""
    pixels = image.pixels
    height, width, channels = pixels.shape
    if pixels.dtype == np.float32:
        kind, scale, order = "PF" if channels == 3 else "Pf", "-1.0", "<f4"
        pixels = pixels[::-1]
    else:
        kind, scale = "P6" if channels == 3 else "P5", str(full_scale(pixels.dtype))
        order = f">u{pixels.itemsize}"
    stream.write(f"{kind}\n{width} {height}\n{scale}\n".encode())
    for rows in strips(height, pixels[0].nbytes):
        stream.write(pixels[rows].astype(order).tobytes())


def _numbers(content: bytes, start: int, count: int) -> tuple[list[bytes], int]:
    """Return so many numbers of the header, and where the last one ends."""
    numbers = []
    for _ in range(count):
        found = _NUMBER.match(content, start)
        if not found:
            raise ImageError("truncated or broken header of a PPM")
        numbers.append(found[1])
        start = found.end()
    return numbers, start


def _stored(content: bytes, start: int, order: str, shape: tuple[int, ...]) -> Pixels:
    return np.frombuffer(content, order, math.prod(shape), start).reshape(shape)


def _packed_bits(content: bytes, start: int, shape: tuple[int, int, int]) -> Pixels:
    height, width, _ = shape
    rows = _stored(content, start + 1, "u1", (height, (width + 7) // 8))
    return _grey(np.unpackbits(rows, axis=1, count=width))


def _bits(content: bytes, start: int, shape: tuple[int, int, int]) -> Pixels:
    """Read bits as digits, which need no blanks between them."""
    digits = b"".join(_COMMENT.sub(b"", content[start:]).split())
    bits = _stored(digits, 0, "u1", shape) - ord("0")
    if bits.max() > 1:
        raise ImageError("holds something else than 0 and 1 in a bitmap")
    return _grey(bits)


def _grey(bits: Pixels) -> Pixels:
    """Turn bits, of which 1 is black, to levels."""
    return (bits ^ 1) * np.uint8(255)


def _plain(content: bytes, start: int, shape: tuple[int, ...]) -> Pixels:
    text = _COMMENT.sub(b"", content[start:])
    if not _PLAIN_LEVELS.fullmatch(text):
        raise ImageError("holds something else than whole numbers")
    return np.fromstring(text, np.int64, math.prod(shape), sep=" ").reshape(shape)


def _stretched(levels: Pixels, scale: int) -> Pixels:
    """Return levels 0..scale as 8 bits where they fit, else 16, white being full scale."""
    if not 0 < scale <= 65_535:
        raise ImageError(f"says that {scale} is white; 1..65535 can be")
    depth = np.dtype(np.uint8 if scale < 256 else np.uint16)
    if scale == full_scale(depth) and levels.itemsize == depth.itemsize:
        return levels
    if levels.max() > scale:
        raise ImageError(f"holds the level {levels.max()}, but says that {scale} is white")
    table: Pixels = np.rint(np.arange(scale + 1) * (full_scale(depth) / scale)).astype(depth)
    return np.take(table, levels)
