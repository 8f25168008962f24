"""WebP: whether its pixels are stored without loss, which Pillow reads and doesn't say."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

_FILE_HEADER, _FRAME_HEADER = 12, 16
_LOSSLESS, _LOSSY, _FRAME = b"VP8L", b"VP8 ", b"ANMF"


def is_lossless(stream: BinaryIO) -> bool:
    """Return whether every picture in a WebP is lossless."""
    length = stream.seek(0, io.SEEK_END)
    kinds = set(_chunks(stream, _FILE_HEADER, length))
    return _LOSSLESS in kinds and _LOSSY not in kinds


def _chunks(stream: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """Give the kinds of the chunks between two places, those inside of frames included."""
    while start + 8 <= end:
        stream.seek(start)
        kind, length = stream.read(4), int.from_bytes(stream.read(4), "little")
        yield kind
        if kind == _FRAME:
            yield from _chunks(stream, start + 8 + _FRAME_HEADER, min(start + 8 + length, end))
        start += 8 + length + length % 2
