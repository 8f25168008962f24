"""A PNG's chunks: where they stand in a file, what they hold, and how they are written."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable
from itertools import chain
from typing import BinaryIO, NamedTuple

from ....errors import ImageError
from ...image import Pixels, printable_type

SIGNATURE = b"\x89PNG\r\n\x1a\n"

# What IHDR calls colours: by channels, with alpha. A palette is 3.
COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}
CHANNELS = {colour: channels for channels, colour in COLOURS.items()}

_PALETTE = 3

# Of each pass of an interlaced one: where it begins, and its steps, across and down.
_ADAM7 = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
    (0, 1, 1, 2),
)  # fmt: skip

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
    def bytes_unpacked(self) -> int:
        """Bytes of the rows of all passes, each of which begins with the number of its filter."""
        passes = _ADAM7 if self.interlace else ((0, 0, 1, 1),)
        pixel = self.bits * CHANNELS.get(self.colour, 1)
        found = 0
        for left, top, across, down in passes:
            rows, columns = -((top - self.height) // down), -((left - self.width) // across)
            found += rows * (1 + (columns * pixel + 7) // 8) if columns else 0
        return found

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
        raise ImageError(f"truncated or broken PNG (chunk {printable_type(place.kind)})")
    return found


def without_useless_key(stream: BinaryIO, found: list[Place]) -> tuple[list[Place], bool]:
    """Return the chunks without a tRNS that says nothing, and whether there is one.

    It is of another length than the colours ask for, stands in another place, or is a second one.
    libpng passes over it; Pillow takes from it what there is.
    """
    colour = Header.read(stream).colour
    kept: list[Place] = []
    room = {0: range(2, 3), 2: range(6, 7)}.get(colour, range(0))
    for place in found:
        if place.kind == b"PLTE" and colour == _PALETTE:
            room = range(1, place.length // 3 + 1)
        if place.kind == b"IDAT":
            room = range(0)
        if place.kind != b"tRNS":
            kept.append(place)
        elif place.length in room:
            kept.append(place)
            room = range(0)
    return kept, len(kept) < len(found)


def pixels_only(stream: BinaryIO, found: list[Place]) -> BinaryIO:
    """Return a file of the chunks that its pixels need.

    Pillow fails at any other that is malformed, and doesn't look at the check sums of pixels.
    """
    file = io.BytesIO()
    needed = (place for place in found if _is_critical(place.kind) or place.kind == b"tRNS")
    write(
        file,
        ((kind, content(stream, place)) for place in needed if (kind := place.kind) != b"IEND"),
    )
    return file


def _is_critical(kind: bytes) -> bool:
    return kind[:1].isupper()


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
