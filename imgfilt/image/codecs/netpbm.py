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

from ...dtypes import white_level
from ...errors import ImageError
from ...geometry import row_blocks
from ..codec import Codec
from ..formats import Format
from ..image import Image, ImageHeader, Metadata, Pixels, trailing_data
from ..read_options import ReadOptions
from . import number_types

CHANNELS = {b"P1": 1, b"P2": 1, b"P3": 3, b"P4": 1, b"P5": 1, b"P6": 3, b"Pf": 1, b"PF": 3}
PLAIN, FLOATS, _BITMAPS = (b"P1", b"P2", b"P3"), (b"Pf", b"PF"), (b"P1", b"P4")

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
        integers = np.uint16 if self.number > 255 else np.uint8
        return np.dtype(np.float32 if self.kind in FLOATS else integers)

    @property
    def length(self) -> int:
        """Bytes of its pixels, if they aren't text."""
        height, width, channels = self.shape
        if self.kind in _BITMAPS:
            return height * ((width + 7) // 8)
        return height * width * channels * self.depth.itemsize


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read the pictures of a stream; levels up to another maximum are stretched."""
    headers = list(_headers(stream, options))
    pixel_count = sum(math.prod(header.shape[:2]) for header in headers)
    wanted = options.select_frames(len(headers), pixel_count)
    behind = b"" if headers[-1].kind in PLAIN else _behind(stream, headers[-1])
    for header in headers[wanted.start : wanted.stop]:
        options.check_header(ImageHeader(header.depth, header.shape, False, len(wanted)))
        stream.seek(header.start)
        comments = header.comments
        if header.kind in PLAIN:
            pixels, among, behind = _plain(stream.read(), header)
            comments += among
        else:
            pixels = _pixels(stream, header)
        floats, scale = header.kind in FLOATS, abs(header.number)
        metadata = Metadata(
            scale=scale if floats and scale != 1 else None,
            comment=b"\n".join(one[1:].removeprefix(b" ") for one in comments) or None,
            unread=trailing_data(behind),
            details=() if floats else number_types.stretched(int(header.number), header.depth),
        )
        yield Image(pixels, metadata=metadata, frames=len(wanted))


def _headers(stream: BinaryIO, options: ReadOptions) -> Iterator[_Header]:
    """Give the headers of pictures one after the other; a plain one or a PFM is the last."""
    size = stream.seek(0, io.SEEK_END)
    at = 0
    while True:
        header = _header(stream, at, size)
        options.check_size(header.shape[1], header.shape[0])
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
        raise ImageError(f"has the maximum level {numbers[2].decode()[:20]}; wanted 1 to 65535")
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


def _pixels(stream: BinaryIO, header: _Header) -> Pixels:
    """Read pixels that aren't text."""
    kind, shape, number, *_ = header
    if kind in FLOATS:
        return number_types.read_array(stream, "<f4" if number < 0 else ">f4", shape)[::-1]
    if kind in _BITMAPS:
        return _packed_bits(stream, shape)
    levels = number_types.read_array(stream, "u1" if number < 256 else ">u2", shape)
    return _stretched(levels, int(number))


def _plain(text: bytes, header: _Header) -> tuple[Pixels, tuple[bytes, ...], bytes]:
    """Return pixels that are text, the comments among them, and what stands behind them."""
    count = math.prod(header.shape)
    # Blanks in the place of comments leave everything where it stands.
    blanked = _COMMENT.sub(lambda found: b" " * len(found[0]), text)
    levels, end = (_digits if header.kind in _BITMAPS else _words)(blanked, count)
    if levels.size < count:
        raise ImageError("is truncated")
    levels = levels.reshape(header.shape)
    pixels = _grey(levels) if header.kind in _BITMAPS else _stretched(levels, int(header.number))
    return pixels, tuple(_COMMENT.findall(text[:end])), text[end:]


def _digits(text: bytes, count: int) -> tuple[Pixels, int]:
    """Return so many bits, which need no blanks between them, and where they end."""
    characters = np.frombuffer(text, np.uint8)
    is_digit = characters > ord(" ")
    digits = characters[is_digit]
    bits = digits[:count] - np.uint8(ord("0"))
    if bits.max(initial=0) > 1:
        raise ImageError("holds something else than 0 and 1 in a bitmap")
    return bits, int(is_digit.nonzero()[0][count]) if len(digits) > count else len(text)


def _words(text: bytes, count: int) -> tuple[Pixels, int]:
    """Return so many whole numbers, and where they end."""
    end = len(text)
    levels = _whole_numbers(text)
    if levels is None or levels.size > count:
        words = text.split(None, count)
        if len(words) > count:
            end -= len(words[count])
        levels = _whole_numbers(text[:end])
    if levels is None:
        raise ImageError("holds something else than whole numbers")
    return levels, end


def _whole_numbers(text: bytes) -> Pixels | None:
    """Return the numbers of a text; None where it holds something else."""
    return np.fromstring(text, np.int64, sep=" ") if _PLAIN_LEVELS.fullmatch(text) else None


def encode(stream: BinaryIO, image: Image, format: Format, quality: int | None) -> None:
    """Write binary rows: integers high byte first, floats low byte first and from the bottom."""
    pixels = image.pixels
    height, width, channels = pixels.shape
    if pixels.dtype == np.float32:
        scale = repr(-(image.metadata.scale or 1.0))
        kind, order = "PF" if channels == 3 else "Pf", "<f4"
        pixels = pixels[::-1]
    else:
        kind, scale = "P6" if channels == 3 else "P5", str(white_level(pixels.dtype))
        order = f">u{pixels.itemsize}"
    comment = image.metadata.comment or b""
    lines = b"".join(b"# " + line + b"\n" for line in comment.split(b"\n") if comment)
    stream.write(f"{kind}\n".encode() + lines + f"{width} {height}\n{scale}\n".encode())
    for rows in row_blocks(height, pixels[0].nbytes):
        stream.write(pixels[rows].astype(order).tobytes())


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, quality: int | None
) -> None:
    """Write pictures behind each other."""
    for image in images:
        encode(stream, image, format, quality)


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
    rows = number_types.read_array(stream, np.uint8, (shape[0], (shape[1] + 7) // 8))
    return _grey(np.unpackbits(rows, axis=1, count=shape[1]))


def _grey(bits: Pixels) -> Pixels:
    """Turn bits, of which 1 is black, to levels."""
    return (bits ^ 1) * np.uint8(255)


def _stretched(levels: Pixels, white: int) -> Pixels:
    """Return levels 0..white as 8 bits where they fit, else 16, white being full scale."""
    depth = np.dtype(np.uint16 if white > 255 else np.uint8)
    if white == white_level(depth) and levels.itemsize == depth.itemsize:
        return levels
    if levels.max() > white:
        raise ImageError(f"holds the level {levels.max()}, more than its maximum {white}")
    table: Pixels = np.rint(np.arange(white + 1) * white_level(depth) / white).astype(depth)
    return np.take(table, levels)


CODEC = Codec(decode, encode, encode_frames)
