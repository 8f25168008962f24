"""Find the chunks of a WebP: they tell whether its pictures are lossless, and what is unread."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ..image import Metadata, describe_trailing_data, printable_type

LOSSLESS, LOSSY, ALPHA, FRAME = b"VP8L", b"VP8 ", b"ALPH", b"ANMF"
_KNOWN = (LOSSLESS, LOSSY, ALPHA, FRAME, b"VP8X", b"ANIM", b"ICCP", b"EXIF", b"XMP ")
_FILE_HEADER, _FRAME_HEADER = 12, 16  # bytes


class ChunkRef(NamedTuple):
    """A chunk in a file: its type, and the offset and length of its data."""

    type: bytes
    start: int
    length: int


def read_metadata(stream: BinaryIO) -> Metadata:
    """Return Metadata: whether all pictures are lossless, and what is unread in the file."""
    found = {chunk.type for chunk in find_chunks(stream, stream.seek(0, io.SEEK_END))}
    lossless = LOSSLESS in found and LOSSY not in found
    stream.seek(4)
    end = 8 + int.from_bytes(stream.read(4), "little")
    types = dict.fromkeys(chunk.type for chunk in find_chunks(stream, end))
    unread = [f"chunk {printable_type(kind)}" for kind in types if kind not in _KNOWN]
    stream.seek(end)
    unread += describe_trailing_data(stream.read())
    return Metadata(lossless=lossless, unread=tuple(unread))


def find_chunks(stream: BinaryIO, end: int, start: int = _FILE_HEADER) -> Iterator[ChunkRef]:
    """Yield the chunks of a file, or of a frame.

    Parameters
    ----------
    stream : binary stream
    end : int
        Offset after the last chunk.
    start : int
        Offset of the first chunk. By default it is the first chunk of a file; then the chunks
        inside frames are yielded, too.
    """
    is_top_level = start == _FILE_HEADER
    while start + 8 <= end:
        stream.seek(start)
        chunk = ChunkRef(stream.read(4), start + 8, int.from_bytes(stream.read(4), "little"))
        yield chunk
        stop = chunk.start + chunk.length
        if chunk.type == FRAME and is_top_level:
            yield from find_chunks(stream, min(stop, end), chunk.start + _FRAME_HEADER)
        start = stop + stop % 2
