"""PBM, PGM, PPM and PFM files, which may hold several pictures.

Pillow reduces 16-bit colour to 8 bits, and reads only the first picture.
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
from ..codec import Codec, EncodeOptions
from ..formats import Format
from ..image import Image, ImageHeader, Metadata, Pixels, describe_trailing_data
from ..read_options import ReadOptions
from . import number_types

_CHANNELS = {b"P1": 1, b"P2": 1, b"P3": 3, b"P4": 1, b"P5": 1, b"P6": 3, b"Pf": 1, b"PF": 3}
_PLAIN, _FLOATS, _BITMAPS = (b"P1", b"P2", b"P3"), (b"Pf", b"PF"), (b"P1", b"P4")

# A number of the header after blanks and comments. One blank stands before the pixels.
_NUMBER = re.compile(rb"(?:\s|#[^\r\n]*[\r\n])*([-+.\deE]{1,20})(?=[\s#])")
_BEFORE_PIXELS = re.compile(rb"(?:#[^\r\n]*)?(\r\n|\s)")
_NEXT_HEADER = re.compile(rb"\s*(P[1-6])[\s#]")
_SHORT_HEADER, _MAX_HEADER = 1 << 8, 1 << 16
_COMMENT = re.compile(rb"#[^\r\n]*")
_PLAIN_LEVELS = re.compile(rb"[\d\s]*")


class _Header(NamedTuple):
    """The header of a picture, and the offset of the pixels.

    `number` is the maximum level, or the scale of a PFM, which is negative if the low byte is
    first; 1 for a bitmap.
    """

    kind: bytes
    shape: tuple[int, int, int]
    number: float
    start: int
    comments: tuple[bytes, ...] = ()

    @property
    def depth(self) -> np.dtype[Any]:
        """The dtype of the pixels after reading."""
        integers = np.uint16 if self.number > 255 else np.uint8
        return np.dtype(np.float32 if self.kind in _FLOATS else integers)

    @property
    def length(self) -> int:
        """The number of bytes of the pixels; wrong for plain pictures, whose pixels are text."""
        height, width, channels = self.shape
        if self.kind in _BITMAPS:
            return height * ((width + 7) // 8)
        return height * width * channels * self.depth.itemsize


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read the pictures of a file; levels are stretched to the full range of the depth."""
    headers = list(_read_headers(stream, options))
    pixel_count = sum(math.prod(header.shape[:2]) for header in headers)
    wanted = options.select_frames(len(headers), pixel_count)
    stream.seek(headers[-1].start + headers[-1].length)
    rest = b"" if headers[-1].kind in _PLAIN else stream.read()
    for header in headers[wanted.start : wanted.stop]:
        options.check_header(ImageHeader(header.depth, header.shape, False, len(wanted)))
        stream.seek(header.start)
        comments = header.comments
        if header.kind in _PLAIN:
            pixels, further, rest = _parse_plain(stream.read(), header)
            comments += further
        else:
            pixels = _read_binary(stream, header)
        is_float, scale = header.kind in _FLOATS, abs(header.number)
        details = number_types.describe_stretch(int(scale), header.depth)
        metadata = Metadata(
            scale=scale if is_float and scale != 1 else None,
            comment=b"\n".join(one[1:].removeprefix(b" ") for one in comments) or None,
            unread=describe_trailing_data(rest),
            details=() if is_float else details,
        )
        yield Image(pixels, metadata=metadata, frames=len(wanted))


def _read_headers(stream: BinaryIO, options: ReadOptions) -> Iterator[_Header]:
    """Yield the headers of the pictures; a plain picture and a PFM end the list."""
    size = stream.seek(0, io.SEEK_END)
    offset = 0
    while True:
        header = _read_header(stream, offset, size)
        options.check_size(header.shape[1], header.shape[0])
        yield header
        offset = header.start + header.length
        stream.seek(offset)
        found = _NEXT_HEADER.match(stream.read(_SHORT_HEADER))
        if header.kind in (*_PLAIN, *_FLOATS) or not found:
            return
        offset += found.start(1)


def _read_header(stream: BinaryIO, offset: int, size: int) -> _Header:
    """Read the header at an offset of a stream with `size` bytes."""
    stream.seek(offset)
    text = stream.read(_SHORT_HEADER)
    kind = text[:2]
    count = 2 if kind in _BITMAPS else 3
    try:
        numbers, blank = _parse_numbers(text, count)
    except ImageError:
        text += stream.read(_MAX_HEADER)
        numbers, blank = _parse_numbers(text, count)
    try:
        width, height, number = int(numbers[0]), int(numbers[1]), float((*numbers, b"1")[2])
    except ValueError:
        raise ImageError("has a truncated or broken header") from None
    if kind not in _FLOATS and not (number.is_integer() and 0 < number <= 65_535):
        raise ImageError(f"has the maximum level {numbers[2].decode()[:20]}; wanted 1 to 65535")
    if not number or not math.isfinite(number):
        raise ImageError("has a truncated or broken header")
    comments = tuple(_COMMENT.findall(text[: blank[1]]))
    header = _Header(kind, (height, width, _CHANNELS[kind]), number, offset + blank[0], comments)
    # CR LF counts as one blank, unless the file would then be too short: then LF is a pixel.
    starts_with_lf = (
        blank[1] - blank[0] == 2 and kind not in _PLAIN and size - offset - blank[1] < header.length
    )
    return header._replace(start=offset + (blank[0] + 1 if starts_with_lf else blank[1]))


def _read_binary(stream: BinaryIO, header: _Header) -> Pixels:
    """Read the pixels of a picture that isn't plain text."""
    kind, shape, number, *_ = header
    if kind in _FLOATS:
        return number_types.read_array(stream, "<f4" if number < 0 else ">f4", shape)[::-1]
    if kind in _BITMAPS:
        rows = number_types.read_array(stream, np.uint8, (shape[0], (shape[1] + 7) // 8))
        return _bits_to_levels(np.unpackbits(rows, axis=1, count=shape[1]))
    levels = number_types.read_array(stream, "u1" if number < 256 else ">u2", shape)
    return _stretch(levels, int(number))


def _parse_plain(text: bytes, header: _Header) -> tuple[Pixels, tuple[bytes, ...], bytes]:
    """Return (pixels, comments, bytes after the pixels) of a plain picture."""
    count = math.prod(header.shape)
    # Comments are replaced by blanks, which keeps all offsets.
    blanked = _COMMENT.sub(lambda found: b" " * len(found[0]), text)
    levels, end = (_parse_bits if header.kind in _BITMAPS else _parse_levels)(blanked, count)
    if levels.size < count:
        raise ImageError("is truncated")
    levels = levels.reshape(header.shape)
    pixels = (
        _bits_to_levels(levels) if header.kind in _BITMAPS else _stretch(levels, int(header.number))
    )
    return pixels, tuple(_COMMENT.findall(text[:end])), text[end:]


def _parse_bits(text: bytes, count: int) -> tuple[Pixels, int]:
    """Return (bits, offset after them) for `count` bits; blanks between bits aren't needed."""
    characters = np.frombuffer(text, np.uint8)
    is_digit = characters > ord(" ")
    digits = characters[is_digit]
    bits = digits[:count] - np.uint8(ord("0"))
    if bits.max(initial=0) > 1:
        raise ImageError("holds something else than 0 and 1 in a bitmap")
    return bits, int(is_digit.nonzero()[0][count]) if len(digits) > count else len(text)


def _parse_levels(text: bytes, count: int) -> tuple[Pixels, int]:
    """Return (integers, offset after them) for the first `count` integers."""
    end = len(text)
    levels = _parse_integers(text)
    if levels is None or levels.size > count:
        words = text.split(None, count)
        if len(words) > count:
            end -= len(words[count])
        levels = _parse_integers(text[:end])
    if levels is None:
        raise ImageError("holds something else than whole numbers")
    return levels, end


def _parse_integers(text: bytes) -> Pixels | None:
    """Return the integers of a text; None if the text holds anything else."""
    return np.fromstring(text, np.int64, sep=" ") if _PLAIN_LEVELS.fullmatch(text) else None


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write binary pixels: integers big-endian; floats little-endian and from the bottom row."""
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
    stream: BinaryIO, images: Iterable[Image], format: Format, options: EncodeOptions
) -> None:
    """Write pictures one after the other."""
    for image in images:
        encode(stream, image, format, options)


def _parse_numbers(header: bytes, count: int) -> tuple[list[bytes], tuple[int, int]]:
    """Return (the first `count` numbers of a header, (start, stop) of the blank after them)."""
    numbers, offset = [], 2
    for _ in range(count):
        found = _NUMBER.match(header, offset)
        if not found:
            raise ImageError("has a truncated or broken header")
        numbers.append(found[1])
        offset = found.end()
    blank = _BEFORE_PIXELS.match(header, offset)
    if not blank:
        raise ImageError("has a truncated or broken header")
    return numbers, blank.span(1)


def _bits_to_levels(bits: Pixels) -> Pixels:
    """Return levels 0 and 255 for bits; a bit 1 is black."""
    return (bits ^ 1) * np.uint8(255)


def _stretch(levels: Pixels, white: int) -> Pixels:
    """Return levels 0..white stretched to the full range of uint8, or of uint16 if white > 255."""
    depth = np.dtype(np.uint16 if white > 255 else np.uint8)
    if white == white_level(depth) and levels.itemsize == depth.itemsize:
        return levels
    if levels.max() > white:
        raise ImageError(f"holds the level {levels.max()}, more than its maximum {white}")
    table: Pixels = np.rint(np.arange(white + 1) * white_level(depth) / white).astype(depth)
    return np.take(table, levels)


CODEC = Codec(decode, encode, encode_frames)
