"""The chunks of a PNG: find, read, check and write them."""

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

# Colour type by the number of channels, alpha included. The colour type of a palette is 3.
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
CHANNELS = {colour_type: channels for channels, colour_type in COLOUR_TYPES.items()}
PALETTE = 3

# Passes of interlaced rows: the first column and row, and the steps between columns and rows.
_ADAM7 = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
    (0, 1, 1, 2),
)  # fmt: skip

Chunk = tuple[bytes, bytes]  # type and data

_IHDR = struct.Struct(">LLBBBBB")
_LENGTH_AND_TYPE = struct.Struct(">L4s")
_CRC = 4  # bytes after the data


class Ihdr(NamedTuple):
    """The fields of IHDR."""

    width: int
    height: int
    bit_depth: int
    colour_type: int
    compression: int = 0
    filter_method: int = 0
    interlace: int = 0

    @classmethod
    def for_pixels(cls, pixels: Pixels) -> Ihdr:
        """Return the IHDR of a file with pixels of shape (H, W, C)."""
        height, width, channels = pixels.shape
        return cls(width, height, 8 * pixels.itemsize, COLOUR_TYPES[channels])

    @classmethod
    def read(cls, stream: BinaryIO) -> Ihdr:
        """Return the IHDR of a file, whose first chunk it is."""
        stream.seek(len(SIGNATURE) + _LENGTH_AND_TYPE.size)
        return cls(*_IHDR.unpack(stream.read(_IHDR.size)))

    @property
    def data_size(self) -> int:
        """The decompressed size in bytes: all rows of all passes, each with a filter byte."""
        passes = _ADAM7 if self.interlace else ((0, 0, 1, 1),)
        bits = self.bit_depth * CHANNELS.get(self.colour_type, 1)
        size = 0
        for left, top, across, down in passes:
            rows, columns = -((top - self.height) // down), -((left - self.width) // across)
            size += rows * (1 + (columns * bits + 7) // 8) if columns else 0
        return size

    @property
    def chunk(self) -> Chunk:
        """The chunk IHDR."""
        return b"IHDR", _IHDR.pack(*self)


class ChunkRef(NamedTuple):
    """A chunk in a file: its type, and the offset and length of its data."""

    type: bytes
    start: int
    length: int

    @property
    def is_critical(self) -> bool:
        """Whether the picture can't be shown without this chunk."""
        return self.type[:1].isupper()


def find_chunks(stream: BinaryIO) -> list[ChunkRef]:
    """Return the chunks of a file up to IEND; ImageError if there is no IEND."""
    stream.seek(len(SIGNATURE))
    chunks: list[ChunkRef] = []
    while not chunks or chunks[-1].type != b"IEND":
        start = stream.read(_LENGTH_AND_TYPE.size)
        length, kind = int.from_bytes(start[:4]), start[4:]
        chunks.append(ChunkRef(kind, stream.tell(), length))
        stream.seek(length, io.SEEK_CUR)
        if len(stream.read(_CRC)) < _CRC:
            raise ImageError("truncated PNG")
    return chunks


def read_data(stream: BinaryIO, chunk: ChunkRef) -> bytes:
    """Return the data of a chunk; ImageError if its CRC is wrong."""
    stream.seek(chunk.start)
    data = stream.read(chunk.length)
    if int.from_bytes(stream.read(_CRC)) != _compute_crc(chunk.type, data):
        raise ImageError(f"truncated or broken PNG (chunk {printable_type(chunk.type)})")
    return data


def without_invalid_trns(stream: BinaryIO, chunks: list[ChunkRef]) -> tuple[list[ChunkRef], bool]:
    """Return (chunks without invalid tRNS chunks, whether there was an invalid one).

    A tRNS chunk is invalid if its length doesn't fit the colour type, it is at a wrong place, or
    it is the second one. libpng ignores an invalid tRNS; Pillow would use a part of it.
    """
    colour_type = Ihdr.read(stream).colour_type
    valid: list[ChunkRef] = []
    lengths = {0: range(2, 3), 2: range(6, 7)}.get(colour_type, range(0))
    for chunk in chunks:
        if chunk.type == b"PLTE" and colour_type == PALETTE:
            lengths = range(1, chunk.length // 3 + 1)
        if chunk.type == b"IDAT":
            lengths = range(0)
        if chunk.type != b"tRNS":
            valid.append(chunk)
        elif chunk.length in lengths:
            valid.append(chunk)
            lengths = range(0)
    return valid, len(valid) < len(chunks)


def without_metadata(stream: BinaryIO, chunks: list[ChunkRef]) -> BinaryIO:
    """Return a PNG file with only the critical chunks and tRNS.

    Pillow fails if any other chunk is malformed. It doesn't check the CRC of pixels; here the CRC
    is checked.
    """
    file = io.BytesIO()
    needed = [chunk for chunk in chunks if chunk.is_critical or chunk.type == b"tRNS"]
    write_chunks(
        file, ((one.type, read_data(stream, one)) for one in needed if one.type != b"IEND")
    )
    return file


def write_chunks(stream: BinaryIO, chunks: Iterable[Chunk]) -> None:
    """Write a PNG of these chunks, and IEND."""
    stream.write(SIGNATURE)
    for chunk in chain(chunks, [(b"IEND", b"")]):
        stream.write(_to_bytes(*chunk))


def _to_bytes(kind: bytes, data: bytes) -> bytes:
    return _LENGTH_AND_TYPE.pack(len(data), kind) + data + _compute_crc(kind, data).to_bytes(_CRC)


def _compute_crc(kind: bytes, data: bytes) -> int:
    return zlib.crc32(data, zlib.crc32(kind))
