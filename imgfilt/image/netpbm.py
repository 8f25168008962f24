"""PBM, PGM, PPM and PFM, read and written whole: Pillow narrows their 16-bit colour to 8 bits."""

from __future__ import annotations

import io
import math
import re
from typing import Any, BinaryIO

import numpy as np

from ..errors import ImageError
from .format import Format
from .picture import Image, Pixels, full_scale, stored, strips
from .request import Request

CHANNELS = {b"P1": 1, b"P2": 1, b"P3": 3, b"P4": 1, b"P5": 1, b"P6": 3, b"Pf": 1, b"PF": 3}
PLAIN = (b"P2", b"P3")
FLOATS = (b"Pf", b"PF")

# A number of the header, after blanks and comments; one blank stands between the last and pixels.
_NUMBER = re.compile(rb"(?:\s|#[^\r\n]*[\r\n])*([-+.\deE]{1,20})(?=\s)")
_LONGEST_HEADER = 1 << 16
_COMMENT = re.compile(rb"#[^\r\n]*")
_PLAIN_LEVELS = re.compile(rb"[\d\s]*")


def decode(stream: BinaryIO, form: Format, request: Request) -> Image:
    """Read a picture of any of the eight kinds; levels up to another maximum are stretched."""
    header = stream.read(_LONGEST_HEADER)
    kind = header[:2]
    (width, height), end = _numbers(header, 2, 2)
    request.check_size(int(width), int(height))
    shape = int(height), int(width), CHANNELS[kind]
    if kind in BITMAPS:
        request.ask(np.uint8, shape, False)
        stream.seek(end + 1)
        return Image(BITMAPS[kind](stream, shape))
    (scale,), end = _numbers(header, end, 1)
    stream.seek(end + 1)
    if kind in FLOATS:
        request.ask(np.float32, shape, False)
        return Image(stored(stream, "<f4" if float(scale) < 0 else ">f4", shape)[::-1])
    white = int(scale)
    if not 0 < white <= 65_535:
        raise ImageError(f"says that {white} is white; 1 to 65535 can be")
    request.ask(_depth(white), shape, False)
    if kind in PLAIN:
        levels = _plain(stream, shape)
    else:
        levels = stored(stream, "u1" if white < 256 else ">u2", shape)
    return Image(_stretched(levels, white))


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


def _numbers(header: bytes, start: int, count: int) -> tuple[list[bytes], int]:
    """Return so many numbers of the header, and where the last one ends."""
    numbers = []
    for _ in range(count):
        found = _NUMBER.match(header, start)
        if not found:
            raise ImageError("has a truncated or broken header")
        numbers.append(found[1])
        start = found.end()
    return numbers, start


def _packed_bits(stream: BinaryIO, shape: tuple[int, int, int]) -> Pixels:
    height, width, _ = shape
    rows = stored(stream, np.uint8, (height, (width + 7) // 8))
    return _grey(np.unpackbits(rows, axis=1, count=width))


def _bits(stream: BinaryIO, shape: tuple[int, int, int]) -> Pixels:
    """Read bits as digits, which need no blanks between them."""
    digits = b"".join(_COMMENT.sub(b"", stream.read()).split())
    bits = stored(io.BytesIO(digits), np.uint8, shape) - ord("0")
    if bits.max() > 1:
        raise ImageError("holds something else than 0 and 1 in a bitmap")
    return _grey(bits)


BITMAPS = {b"P1": _bits, b"P4": _packed_bits}


def _grey(bits: Pixels) -> Pixels:
    """Turn bits, of which 1 is black, to levels."""
    return (bits ^ 1) * np.uint8(255)


def _plain(stream: BinaryIO, shape: tuple[int, ...]) -> Pixels:
    text = _COMMENT.sub(b"", stream.read())
    if not _PLAIN_LEVELS.fullmatch(text):
        raise ImageError("holds something else than whole numbers")
    # Asked for a number of them, fromstring makes up those that are missing.
    return np.fromstring(text, np.int64, sep=" ")[: math.prod(shape)].reshape(shape)


def _depth(white: int) -> np.dtype[Any]:
    return np.dtype(np.uint8 if white < 256 else np.uint16)


def _stretched(levels: Pixels, white: int) -> Pixels:
    """Return levels 0..white as 8 bits where they fit, else 16, white being full scale."""
    depth = _depth(white)
    if white == full_scale(depth) and levels.itemsize == depth.itemsize:
        return levels
    if levels.max() > white:
        raise ImageError(f"holds the level {levels.max()}, but says that {white} is white")
    table: Pixels = np.rint(np.arange(white + 1) * full_scale(depth) / white).astype(depth)
    return np.take(table, levels)
