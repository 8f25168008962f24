"""Read PBM, PGM, PPM and PFM files, which may hold several pictures."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from ....dtypes import white_level
from ....errors import ImageError
from ...formats import Format
from ...image import Image, ImageHeader, Metadata, Pixels, describe_trailing_data
from ...read_options import ReadOptions
from .. import number_types
from .header import BITMAPS, COMMENT, FLOATS, PLAIN, Header, read_headers

_PLAIN_LEVELS = re.compile(rb"[\d\s]*")


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read the pictures of a file; levels are stretched to the full range of the depth.

    Parameters
    ----------
    stream : binary stream
        Can seek.
    format : Format
        Not used: the header of each picture tells its kind.
    options : ReadOptions
        Which pictures to yield, and the largest number of pixels.

    Yields
    ------
    Image
        Pixels (H, W, C), C 1 or 3: uint8 if the maximum level is at most 255, else uint16; float32
        for a PFM.

    Raises
    ------
    ImageError
        When the file is truncated, broken or too large, or has no such picture.
    """
    headers = list(read_headers(stream, options))
    pixel_count = sum(math.prod(header.shape[:2]) for header in headers)
    wanted = options.select_frames(len(headers), pixel_count)
    stream.seek(headers[-1].start + headers[-1].length)
    rest = b"" if headers[-1].kind in PLAIN else stream.read()
    for header in headers[wanted.start : wanted.stop]:
        image_header = ImageHeader(header.depth, header.shape, False, len(wanted))
        options.check_header(image_header)
        if options.header_only:
            yield options.without_pixels(image_header)
            continue
        stream.seek(header.start)
        comments = header.comments
        if header.kind in PLAIN:
            pixels, further, rest = _parse_plain(stream.read(), header)
            comments += further
        else:
            pixels = _read_binary(stream, header)
        is_float, scale = header.kind in FLOATS, abs(header.number)
        details = number_types.describe_stretch(int(scale), header.depth)
        metadata = Metadata(
            scale=scale if is_float and scale != 1 else None,
            comment=b"\n".join(one[1:].removeprefix(b" ") for one in comments) or None,
            unread=describe_trailing_data(rest),
            details=() if is_float else details,
        )
        yield Image(pixels, metadata=metadata, frames=len(wanted))


def _read_binary(stream: BinaryIO, header: Header) -> Pixels:
    """Read the pixels of a picture that isn't plain text."""
    kind, shape, number, *_ = header
    if kind in FLOATS:
        return number_types.read_array(stream, "<f4" if number < 0 else ">f4", shape)[::-1]
    if kind in BITMAPS:
        rows = number_types.read_array(stream, np.uint8, (shape[0], (shape[1] + 7) // 8))
        return _bits_to_levels(np.unpackbits(rows, axis=1, count=shape[1]))
    levels = number_types.read_array(stream, "u1" if number < 256 else ">u2", shape)
    return _stretch(levels, int(number))


def _parse_plain(text: bytes, header: Header) -> tuple[Pixels, tuple[bytes, ...], bytes]:
    """Return (pixels, comments, bytes after the pixels) of a plain picture."""
    count = math.prod(header.shape)
    # Comments are replaced by blanks, which keeps all offsets.
    blanked = COMMENT.sub(lambda found: b" " * len(found[0]), text)
    levels, end = (_parse_bits if header.kind in BITMAPS else _parse_levels)(blanked, count)
    if levels.size < count:
        raise ImageError("is truncated")
    levels = levels.reshape(header.shape)
    pixels = (
        _bits_to_levels(levels) if header.kind in BITMAPS else _stretch(levels, int(header.number))
    )
    return pixels, tuple(COMMENT.findall(text[:end])), text[end:]


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
