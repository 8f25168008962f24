"""WebP's container: whether its pictures are lossless, and animations, written frame by frame.

Pillow's encoder of animations merges equal frames, and makes one picture of what doesn't move.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO, NamedTuple

import numpy as np

from ..animation import UNITS, changed, timed, turns, with_alpha
from ..formats import Format
from ..image import Image, Metadata, data_after, name_of
from ..metadata import exif
from ..metadata.transfer import coded
from . import pillow_writer

_FILE_HEADER, _FRAME_HEADER = 12, 16
_LOSSLESS, _LOSSY, _ALPHA, _FRAME = b"VP8L", b"VP8 ", b"ALPH", b"ANMF"
_KNOWN = (_LOSSLESS, _LOSSY, _ALPHA, _FRAME, b"VP8X", b"ANIM", b"ICCP", b"EXIF", b"XMP ")

# What VP8X says that there is in a file.
_ICC, _SEEN_THROUGH, _EXIF, _XMP, _MOVING = 0x20, 0x10, 0x08, 0x04, 0x02

# How a frame is laid on what is there; nothing is cleared after it.
_OVER, _PUT = 0, 2

_CORNER = slice(0, 1)

_LONGEST = 2**24 - 1
_MOST_PLAYS = 65_535


class _Chunk(NamedTuple):
    """Where the content of a chunk stands in a file."""

    kind: bytes
    start: int
    length: int


def is_lossless(stream: BinaryIO) -> bool:
    """Return whether every picture in a WebP is lossless."""
    kinds = {chunk.kind for chunk in _chunks(stream, stream.seek(0, io.SEEK_END))}
    return _LOSSLESS in kinds and _LOSSY not in kinds


def read_beside(stream: BinaryIO) -> Metadata:
    """Return the names of the chunks that aren't read, and what is said of data behind them."""
    stream.seek(4)
    end = 8 + int.from_bytes(stream.read(4), "little")
    kinds = dict.fromkeys(chunk.kind for chunk in _chunks(stream, end))
    unread = [f"chunk {name_of(kind)}" for kind in kinds if kind not in _KNOWN]
    stream.seek(end)
    return Metadata(unread=(*unread, *data_after(stream.read())))


def _chunks(stream: BinaryIO, end: int, start: int = _FILE_HEADER) -> Iterator[_Chunk]:
    """Give the chunks between two places, those inside of frames included."""
    in_file = start == _FILE_HEADER
    while start + 8 <= end:
        stream.seek(start)
        chunk = _Chunk(stream.read(4), start + 8, int.from_bytes(stream.read(4), "little"))
        yield chunk
        stop = chunk.start + chunk.length
        if chunk.kind == _FRAME and in_file:
            yield from _chunks(stream, min(stop, end), chunk.start + _FRAME_HEADER)
        start = stop + stop % 2


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], form: Format, quality: int | None
) -> None:
    """Write an animation: of each frame what changed, put in place of what was."""
    begun = stream.tell()
    before, seen_through = None, False
    for image, duration in timed(images, UNITS[form.label]):
        now = with_alpha(image)
        if before is None:
            first = image
            _begin(stream, first)
        same = before is not None and np.array_equal(before, now)
        for ticks in turns(duration, _LONGEST):
            if same:
                # What is put again could be coded otherwise; what can't be seen changes nothing.
                _draw(stream, _CORNER, _CORNER, ticks, _OVER, _coded(_nothing(), form, None))
            else:
                rows, columns = map(_from_even, changed(before, now))
                part = replace(image, pixels=image.pixels[rows, columns])
                _draw(stream, rows, columns, ticks, _PUT, _coded(part, form, quality))
            seen_through |= same or image.alpha
            same = True
        before = now
    _end(stream, begun, first, seen_through)


def _nothing() -> Image:
    return Image(np.zeros((1, 1, 4), np.uint8), True, Metadata(lossless=True))


def _from_even(places: slice) -> slice:
    """Return places that begin where a frame can."""
    return slice(places.start - places.start % 2, places.stop)


def _coded(image: Image, form: Format, quality: int | None) -> bytes:
    """Return the chunks of a picture's pixels, as Pillow writes them."""
    file = io.BytesIO()
    pillow_writer.encode(file, replace(image, metadata=coded(image.metadata)), form, quality)
    content, kept = file.getvalue(), io.BytesIO()
    for kind, start, length in _chunks(file, len(content)):
        if kind in (_ALPHA, _LOSSY, _LOSSLESS):
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
    plays = min(metadata.plays or 0, _MOST_PLAYS)
    _write(stream, b"ANIM", struct.pack("<LH", 0, plays))


def _draw(
    stream: BinaryIO, rows: slice, columns: slice, ticks: int, way: int, content: bytes
) -> None:
    """Write a frame that takes these rows and columns."""
    height, width = rows.stop - rows.start, columns.stop - columns.start
    head = _numbers(columns.start // 2, rows.start // 2, width - 1, height - 1, ticks)
    _write(stream, _FRAME, head + bytes([way]) + content)


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
    return exif.with_resolution(metadata.exif, metadata.resolution)


def _numbers(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(3, "little") for number in numbers)


def _write(stream: BinaryIO, kind: bytes, content: bytes) -> None:
    stream.write(kind + struct.pack("<L", len(content)) + content + bytes(len(content) % 2))
