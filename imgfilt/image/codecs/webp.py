"""WebP: pictures by Pillow, and animations written frame by frame.

Pillow's encoder of animations merges equal frames, and makes one picture of what doesn't move.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from dataclasses import replace
from typing import BinaryIO

import numpy as np

from ..animation import DURATION_UNITS, add_alpha, changed_rect, quantize_durations, split_duration
from ..codec import Codec
from ..formats import Format
from ..image import Image, Metadata
from ..metadata import exif
from ..metadata.transfer import encoding_hints
from . import pillow_writer
from .pillow_reader import decode
from .webp_chunks import ALPHA, FRAME, LOSSLESS, LOSSY, chunks

# What VP8X says that there is in a file.
_ICC, _SEEN_THROUGH, _EXIF, _XMP, _MOVING = 0x20, 0x10, 0x08, 0x04, 0x02

# How a frame is laid on what is there; nothing is cleared after it.
_OVER, _PUT = 0, 2

_CORNER = slice(0, 1)

_LONGEST = 2**24 - 1
_MOST_PLAYS = 65_535


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, quality: int | None
) -> None:
    """Write an animation: of each frame what changed, put in place of what was."""
    begun = stream.tell()
    before, seen_through = None, False
    for image, duration in quantize_durations(images, DURATION_UNITS[format.label]):
        now = add_alpha(image)
        if before is None:
            first = image
            _begin(stream, first)
        same = before is not None and np.array_equal(before, now)
        for ticks in split_duration(duration, _LONGEST):
            if same:
                # What is put again could be coded otherwise; what can't be seen changes nothing.
                _draw(stream, _CORNER, _CORNER, ticks, _OVER, _coded(_nothing(), format, None))
            else:
                rows, columns = map(_from_even, changed_rect(before, now))
                part = replace(image, pixels=image.pixels[rows, columns])
                _draw(stream, rows, columns, ticks, _PUT, _coded(part, format, quality))
            seen_through |= same or image.alpha
            same = True
        before = now
    _end(stream, begun, first, seen_through)


def _nothing() -> Image:
    return Image(np.zeros((1, 1, 4), np.uint8), True, Metadata(lossless=True))


def _from_even(places: slice) -> slice:
    """Return places that begin where a frame can."""
    return slice(places.start - places.start % 2, places.stop)


def _coded(image: Image, format: Format, quality: int | None) -> bytes:
    """Return the chunks of a picture's pixels, as Pillow writes them."""
    file = io.BytesIO()
    pillow_writer.encode(
        file, replace(image, metadata=encoding_hints(image.metadata)), format, quality
    )
    content, kept = file.getvalue(), io.BytesIO()
    for kind, start, length in chunks(file, len(content)):
        if kind in (ALPHA, LOSSY, LOSSLESS):
            _write(kept, kind, content[start : start + length])
    return kept.getvalue()


def _begin(stream: BinaryIO, image: Image, length: int = 0, seen_through: bool = False) -> None:
    """Write what stands before the frames; again when the file's length is known."""
    height, width, _ = image.pixels.shape
    metadata = image.metadata
    block = _exif(metadata)
    flags = (
        _MOVING | _ICC * bool(metadata.icc) | _SEEN_THROUGH * seen_through
        | _EXIF * bool(block) | _XMP * bool(metadata.xmp)
    )  # fmt: skip
    stream.write(b"RIFF" + struct.pack("<L", max(0, length - 8)) + b"WEBP")
    _write(stream, b"VP8X", struct.pack("<L", flags) + _numbers(width - 1, height - 1))
    if metadata.icc:
        _write(stream, b"ICCP", metadata.icc)
    loop_count = min(metadata.loop_count or 0, _MOST_PLAYS)
    _write(stream, b"ANIM", struct.pack("<LH", 0, loop_count))


def _draw(
    stream: BinaryIO, rows: slice, columns: slice, ticks: int, way: int, content: bytes
) -> None:
    """Write a frame that takes these rows and columns."""
    height, width = rows.stop - rows.start, columns.stop - columns.start
    head = _numbers(columns.start // 2, rows.start // 2, width - 1, height - 1, ticks)
    _write(stream, FRAME, head + bytes([way]) + content)


def _end(stream: BinaryIO, begun: int, image: Image, seen_through: bool) -> None:
    """Write what stands after the frames, and the file's length at its begin."""
    for kind, content in ((b"EXIF", _exif(image.metadata)), (b"XMP ", image.metadata.xmp)):
        if content:
            _write(stream, kind, content)
    end = stream.tell()
    stream.seek(begun)
    _begin(stream, image, end - begun, seen_through)
    stream.seek(end)


def _exif(metadata: Metadata) -> bytes | None:
    """Return EXIF, which says the resolution, too: a WebP has no other place for it."""
    if metadata.resolution is None:
        return metadata.exif
    return exif.add_resolution(metadata.exif, metadata.resolution)


def _numbers(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(3, "little") for number in numbers)


def _write(stream: BinaryIO, kind: bytes, content: bytes) -> None:
    stream.write(kind + struct.pack("<L", len(content)) + content + bytes(len(content) % 2))


CODEC = Codec(decode, pillow_writer.encode, encode_frames)
