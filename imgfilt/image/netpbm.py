"""PBM, PGM, PPM and PFM, read and written whole.

Pillow narrows their 16-bit colour to 8 bits, and reads only the first of several pictures.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from ..errors import ImageError
from ..files import displayed
from . import number_types
from .format import Format
from .picture import Image, Metadata, Pixels, data_after, full_scale, stored, strips
from .request import Request

CHANNELS = {b"P1": 1, b"P2": 1, b"P3": 3, b"P4": 1, b"P5": 1, b"P6": 3, b"Pf": 1, b"PF": 3}
PLAIN = (b"P1", b"P2", b"P3")
FLOATS = (b"Pf", b"PF")
_BITMAPS = (b"P1", b"P4")

# A number of the header, after blanks and comments; one blank stands between the last and pixels.
_NUMBER = re.compile(rb"(?:\s|#[^\r\n]*[\r\n])*([-+.\deE]{1,20})(?=[\s#])")
_BEFORE_PIXELS = re.compile(rb"(?:#[^\r\n]*)?(\r\n|\s)")
_NEXT = re.compile(rb"\s*(P[1-6])[\s#]")
_SHORT_HEADER, _LONGEST_HEADER = 1 << 8, 1 << 16
_COMMENT = re.compile(rb"#[^\r\n]*")
_PLAIN_LEVELS = re.compile(rb"[\d\s]*")


class _Header(NamedTuple):
    """What is said of a picture, and where its pixels stand; of bitmaps the number is 1."""

    kind: bytes
    shape: tuple[int, int, int]
    number: float
    start: int
    comments: tuple[bytes, ...] = ()

    @property
    def depth(self) -> np.dtype[Any]:
        """The depth that it is read as."""
        if self.kind in FLOATS:
            return np.dtype(np.float32)
        return np.dtype(np.uint16 if self.number > 255 else np.uint8)

    @property
    def length(self) -> int:
        """Bytes of its pixels, if they aren't text."""
        height, width, channels = self.shape
        if self.kind in _BITMAPS:
            return height * ((width + 7) // 8)
        return height * width * channels * self.depth.itemsize


def decode(stream: BinaryIO, form: Format, request: Request) -> Iterator[Image]:
    """Read the pictures of a stream; levels up to another maximum are stretched."""
    headers = list(_headers(stream, request))
    wanted = request.choose(len(headers), sum(math.prod(header.shape[:2]) for header in headers))
    unread = () if headers[-1].kind in PLAIN else data_after(_behind(stream, headers[-1]))
    for header in headers[wanted.start : wanted.stop]:
        request.ask(header.depth, header.shape, False, len(wanted))
        stream.seek(header.start)
        floats = header.kind in FLOATS
        scaled = floats and abs(header.number) != 1
        metadata = Metadata(
            scale=abs(header.number) if scaled else None,
            comment=_comment(stream, header),
            unread=unread,
            details=() if floats else number_types.stretched(int(header.number), header.depth),
        )
        yield Image(_pixels(stream, header), metadata=metadata, frames=len(wanted))


def _headers(stream: BinaryIO, request: Request) -> Iterator[_Header]:
    """Give the headers of pictures one after the other; a plain one or a PFM is the last."""
    size = stream.seek(0, io.SEEK_END)
    at = 0
    while True:
        header = _header(stream, at, size)
        request.check_size(header.shape[1], header.shape[0])
        yield header
        at = header.start + header.length
        stream.seek(at)
        found = _NEXT.match(stream.read(_SHORT_HEADER))
        if header.kind in (*PLAIN, *FLOATS) or not found:
            return
        at += found.start(1)


def _header(stream: BinaryIO, at: int, size: int) -> _Header:
    """Read the header that stands there, in a stream of this size."""
    stream.seek(at)
    text = stream.read(_SHORT_HEADER)
    kind = text[:2]
    count = 2 if kind in _BITMAPS else 3
    try:
        numbers, end = _numbers(text, count)
    except ImageError:
        text += stream.read(_LONGEST_HEADER)
        numbers, end = _numbers(text, count)
    try:
        width, height, number = int(numbers[0]), int(numbers[1]), float((*numbers, b"1")[2])
    except ValueError:
        raise ImageError("has a truncated or broken header") from None
    if kind not in FLOATS and not (number.is_integer() and 0 < number <= 65_535):
        raise ImageError(f"says that {displayed(numbers[2].decode())} is white; 1 to 65535 can be")
    if not number or not math.isfinite(number):
        raise ImageError("has a truncated or broken header")
    comments = tuple(_COMMENT.findall(text[: end[1]]))
    header = _Header(kind, (height, width, CHANNELS[kind]), number, at + end[0], comments)
    # A line end of two bytes is one blank and a pixel where the pixels wouldn't be there else.
    shorter = end[1] - end[0] == 2 and kind not in PLAIN and size - at - end[1] < header.length
    return header._replace(start=at + (end[0] + 1 if shorter else end[1]))


def _behind(stream: BinaryIO, header: _Header) -> bytes:
    """Return what stands behind a picture whose pixels aren't text."""
    stream.seek(header.start + header.length)
    return stream.read()


def _comment(stream: BinaryIO, header: _Header) -> bytes | None:
    """Return the comments of a picture as lines; plain pixels may have some among them."""
    comments = [*header.comments]
    if header.kind in PLAIN:
        stream.seek(header.start)
        comments += _COMMENT.findall(stream.read())
        stream.seek(header.start)
    return b"\n".join(comment[1:].removeprefix(b" ") for comment in comments) or None


def _pixels(stream: BinaryIO, header: _Header) -> Pixels:
    kind, shape, number, *_ = header
    if kind in FLOATS:
        return stored(stream, "<f4" if number < 0 else ">f4", shape)[::-1]
    if kind in _BITMAPS:
        return _bits(stream, shape) if kind in PLAIN else _packed_bits(stream, shape)
    if kind in PLAIN:
        levels = _plain(stream, shape)
    else:
        levels = stored(stream, "u1" if number < 256 else ">u2", shape)
    return _stretched(levels, int(number))


def encode(stream: BinaryIO, image: Image, form: Format, quality: int | None) -> None:
    """Write binary rows: integers high byte first, floats low byte first and from the bottom."""
    pixels = image.pixels
    height, width, channels = pixels.shape
    if pixels.dtype == np.float32:
        scale = repr(-(image.metadata.scale or 1.0))
        kind, order = "PF" if channels == 3 else "Pf", "<f4"
        pixels = pixels[::-1]
    else:
        kind, scale = "P6" if channels == 3 else "P5", str(full_scale(pixels.dtype))
        order = f">u{pixels.itemsize}"
    comment = image.metadata.comment or b""
    lines = b"".join(b"# " + line + b"\n" for line in comment.split(b"\n") if comment)
    stream.write(f"{kind}\n".encode() + lines + f"{width} {height}\n{scale}\n".encode())
    for rows in strips(height, pixels[0].nbytes):
        stream.write(pixels[rows].astype(order).tobytes())


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], form: Format, quality: int | None
) -> None:
    """Write pictures behind each other."""
    for image in images:
        encode(stream, image, form, quality)


def _numbers(header: bytes, count: int) -> tuple[list[bytes], tuple[int, int]]:
    """Return so many numbers of the header, and where the blank after the last begins and ends."""
    numbers, at = [], 2
    for _ in range(count):
        found = _NUMBER.match(header, at)
        if not found:
            raise ImageError("has a truncated or broken header")
        numbers.append(found[1])
        at = found.end()
    blank = _BEFORE_PIXELS.match(header, at)
    if not blank:
        raise ImageError("has a truncated or broken header")
    return numbers, blank.span(1)


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


def _grey(bits: Pixels) -> Pixels:
    """Turn bits, of which 1 is black, to levels."""
    return (bits ^ 1) * np.uint8(255)


def _plain(stream: BinaryIO, shape: tuple[int, ...]) -> Pixels:
    text = _COMMENT.sub(b"", stream.read())
    if not _PLAIN_LEVELS.fullmatch(text):
        raise ImageError("holds something else than whole numbers")
    # Asked for a number of them, fromstring makes up those that are missing.
    levels = np.fromstring(text, np.int64, sep=" ")[: math.prod(shape)]
    if levels.size < math.prod(shape):
        raise ImageError("is truncated")
    return levels.reshape(shape)


def _stretched(levels: Pixels, white: int) -> Pixels:
    """Return levels 0..white as 8 bits where they fit, else 16, white being full scale."""
    depth = np.dtype(np.uint16 if white > 255 else np.uint8)
    if white == full_scale(depth) and levels.itemsize == depth.itemsize:
        return levels
    if levels.max() > white:
        raise ImageError(f"holds the level {levels.max()}, but says that {white} is white")
    table: Pixels = np.rint(np.arange(white + 1) * full_scale(depth) / white).astype(depth)
    return np.take(table, levels)
