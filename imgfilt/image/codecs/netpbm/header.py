"""Read the headers of the pictures in a PBM, PGM, PPM or PFM."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from ....errors import ImageError
from ...read_options import ReadOptions

_CHANNELS = {b"P1": 1, b"P2": 1, b"P3": 3, b"P4": 1, b"P5": 1, b"P6": 3, b"Pf": 1, b"PF": 3}
PLAIN, FLOATS, BITMAPS = (b"P1", b"P2", b"P3"), (b"Pf", b"PF"), (b"P1", b"P4")

# A number of the header after blanks and comments. One blank stands before the pixels.
_NUMBER = re.compile(rb"(?:\s|#[^\r\n]*[\r\n])*([-+.\deE]{1,20})(?=[\s#])")
_BEFORE_PIXELS = re.compile(rb"(?:#[^\r\n]*)?(\r\n|\s)")
_NEXT_HEADER = re.compile(rb"\s*(P[1-6])[\s#]")
_SHORT_HEADER, _MAX_HEADER = 1 << 8, 1 << 16
COMMENT = re.compile(rb"#[^\r\n]*")


class Header(NamedTuple):
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
        return np.dtype(np.float32 if self.kind in FLOATS else integers)

    @property
    def length(self) -> int:
        """The number of bytes of the pixels; wrong for plain pictures, whose pixels are text."""
        height, width, channels = self.shape
        if self.kind in BITMAPS:
            return height * ((width + 7) // 8)
        return height * width * channels * self.depth.itemsize


def read_headers(stream: BinaryIO, options: ReadOptions) -> Iterator[Header]:
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
        if header.kind in (*PLAIN, *FLOATS) or not found:
            return
        offset += found.start(1)


def _read_header(stream: BinaryIO, offset: int, size: int) -> Header:
    """Read the header at an offset of a stream with `size` bytes."""
    stream.seek(offset)
    text = stream.read(_SHORT_HEADER)
    kind = text[:2]
    count = 2 if kind in BITMAPS else 3
    try:
        numbers, blank = _parse_numbers(text, count)
    except ImageError:
        text += stream.read(_MAX_HEADER)
        numbers, blank = _parse_numbers(text, count)
    try:
        width, height, number = int(numbers[0]), int(numbers[1]), float((*numbers, b"1")[2])
    except ValueError:
        raise ImageError("has a truncated or broken header") from None
    if kind not in FLOATS and not (number.is_integer() and 0 < number <= 65_535):
        raise ImageError(f"has the maximum level {numbers[2].decode()[:20]}; wanted 1 to 65535")
    if not number or not math.isfinite(number):
        raise ImageError("has a truncated or broken header")
    comments = tuple(COMMENT.findall(text[: blank[1]]))
    header = Header(kind, (height, width, _CHANNELS[kind]), number, offset + blank[0], comments)
    # CR LF counts as one blank, unless the file would then be too short: then LF is a pixel.
    starts_with_lf = (
        blank[1] - blank[0] == 2 and kind not in PLAIN and size - offset - blank[1] < header.length
    )
    return header._replace(start=offset + (blank[0] + 1 if starts_with_lf else blank[1]))


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
