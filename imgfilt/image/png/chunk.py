"""A PNG's chunks: where they stand in a file, what they hold, and how they are written."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

from ...errors import ImageError
from ..picture import Pixels

SIGNATURE = b"\x89PNG\r\n\x1a\n"

# What IHDR calls colours: by channels, with alpha. A palette is 3.
COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}

Chunk = tuple[bytes, bytes]

_FIELDS = struct.Struct(">LLBBBBB")
_KIND = struct.Struct(">L4s")


class Header(NamedTuple):
    """What IHDR says."""

    width: int
    height: int
    bits: int
    colour: int
    compression: int = 0
    filtering: int = 0
    interlace: int = 0

    @classmethod
    def of(cls, pixels: Pixels) -> Header:
        """Return the header of pixels of shape (H, W, C)."""
        height, width, channels = pixels.shape
        return cls(width, height, 8 * pixels.itemsize, COLOURS[channels])

    @classmethod
    def read(cls, stream: BinaryIO) -> Header:
        """Return the header of a file; IHDR is its first chunk."""
        stream.seek(len(SIGNATURE) + _KIND.size)
        return cls(*_FIELDS.unpack(stream.read(_FIELDS.size)))

    @property
    def chunk(self) -> Chunk:
        """The chunk that says it."""
        return b"IHDR", _FIELDS.pack(*self)


class Place(NamedTuple):
    """Where the content of a chunk stands in a file."""

    kind: bytes
    start: int
    length: int


def places(stream: BinaryIO) -> list[Place]:
    """Return the chunks of a file up to IEND, without which it is truncated: ImageError."""
    stream.seek(len(SIGNATURE))
    found: list[Place] = []
    while not found or found[-1].kind != b"IEND":
        start = stream.read(_KIND.size)
        length, kind = int.from_bytes(start[:4]), start[4:]
        found.append(Place(kind, stream.tell(), length))
        stream.seek(length, io.SEEK_CUR)
        if len(stream.read(4)) < 4:
            raise ImageError("truncated PNG")
    return found


def content(stream: BinaryIO, place: Place) -> bytes:
    """Return what a chunk holds; ImageError if its check sum says that it was changed."""
    stream.seek(place.start)
    found = stream.read(place.length)
    if int.from_bytes(stream.read(4)) != _check(place.kind, found):
        raise ImageError(f"has a broken chunk {place.kind.decode('latin-1')}")
    return found


def write(stream: BinaryIO, chunks: Iterable[Chunk]) -> None:
    """Write a PNG of these chunks, IEND apart."""
    stream.write(SIGNATURE)
    for chunk in chain(chunks, [(b"IEND", b"")]):
        stream.write(_encoded(*chunk))


def _encoded(kind: bytes, held: bytes) -> bytes:
    return _KIND.pack(len(held), kind) + held + _check(kind, held).to_bytes(4)


def _check(kind: bytes, held: bytes) -> int:
    return zlib.crc32(held, zlib.crc32(kind))


class BehindHeader:
    """A stream to which a PNG is written, and which has chunks of its own put behind IHDR.

    Pillow knows places for some chunks only.
    """

    def __init__(self, stream: BinaryIO, chunks: Iterable[Chunk]):
        self._stream, self._chunks, self._written = stream, chunks, 0

    def write(self, content: bytes) -> int:
        """Write a part of the file."""
        self._stream.write(content)
        self._written += len(content)
        if self._written == len(SIGNATURE) + len(_encoded(b"IHDR", bytes(_FIELDS.size))):
            for chunk in self._chunks:
                self._stream.write(_encoded(*chunk))
        return len(content)

    def flush(self) -> None:
        """Leave it to who closes the file."""


class Spliced(io.RawIOBase):
    """A PNG read without some of its chunks: malformed texts and profiles stop Pillow."""

    def __init__(self, stream: BinaryIO, spans: list[tuple[int, int]]):
        self._stream, self._spans = stream, spans
        self._place, self._size = 0, sum(length for _, length in spans)

    @classmethod
    def of(cls, stream: BinaryIO, kept: list[Place]) -> BinaryIO:
        """Return a file as though it had these chunks only."""
        spans = [(0, len(SIGNATURE))]
        for place in kept:
            start, length = place.start - _KIND.size, place.length + _KIND.size + 4
            if sum(spans[-1]) == start:
                start, length = spans[-1][0], spans.pop()[1] + length
            spans.append((start, length))
        return io.BufferedReader(cls(stream, spans), 1 << 16)

    def readable(self) -> bool:
        """Return that it is."""
        return True

    def seekable(self) -> bool:
        """Return that it is."""
        return True

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place of what is left of the file."""
        self._place = place + {io.SEEK_CUR: self._place, io.SEEK_END: self._size}.get(whence, 0)
        return self._place

    def readinto(self, room: Any) -> int:
        """Read from the span that the place lies in, to its end at most."""
        before = 0
        for start, length in self._spans:
            if self._place < before + length:
                inside = self._place - before
                self._stream.seek(start + inside)
                content = self._stream.read(min(len(room), length - inside))
                room[: len(content)] = content
                self._place += len(content)
                return len(content)
            before += length
        return 0
