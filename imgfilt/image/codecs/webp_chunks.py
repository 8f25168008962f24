"""The chunks of a WebP: whether its pictures are lossless, and which of its data isn't read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ..image import Metadata, printable_type, trailing_data

_FILE_HEADER, _FRAME_HEADER = 12, 16
LOSSLESS, LOSSY, ALPHA, FRAME = b"VP8L", b"VP8 ", b"ALPH", b"ANMF"
_KNOWN = (LOSSLESS, LOSSY, ALPHA, FRAME, b"VP8X", b"ANIM", b"ICCP", b"EXIF", b"XMP ")


class Chunk(NamedTuple):
    """Where the content of a chunk stands in a file."""

    kind: bytes
    start: int
    length: int


def is_lossless(stream: BinaryIO) -> bool:
    """Return whether every picture in a WebP is lossless."""
    kinds = {chunk.kind for chunk in chunks(stream, stream.seek(0, io.SEEK_END))}
    return LOSSLESS in kinds and LOSSY not in kinds


def read_beside(stream: BinaryIO) -> Metadata:
    """Return the names of the chunks that aren't read, and what is said of data behind them."""
    stream.seek(4)
    end = 8 + int.from_bytes(stream.read(4), "little")
    kinds = dict.fromkeys(chunk.kind for chunk in chunks(stream, end))
    unread = [f"chunk {printable_type(kind)}" for kind in kinds if kind not in _KNOWN]
    stream.seek(end)
    return Metadata(unread=(*unread, *trailing_data(stream.read())))


def chunks(stream: BinaryIO, end: int, start: int = _FILE_HEADER) -> Iterator[Chunk]:
    """Give the chunks between two places, those inside of frames included."""
    in_file = start == _FILE_HEADER
    while start + 8 <= end:
        stream.seek(start)
        chunk = Chunk(stream.read(4), start + 8, int.from_bytes(stream.read(4), "little"))
        yield chunk
        stop = chunk.start + chunk.length
        if chunk.kind == FRAME and in_file:
            yield from chunks(stream, min(stop, end), chunk.start + _FRAME_HEADER)
        start = stop + stop % 2
