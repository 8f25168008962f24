"""A TIFF's directories: where its pages are, and what they say beside their pixels."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, BinaryIO

import numpy as np
from PIL.TiffImagePlugin import ImageFileDirectory_v2 as Directory

from ...errors import ImageError
from .. import exif, ifd, tags
from ..ifd import Entry
from ..photoshop import iptc
from ..picture import Metadata


class Tag(IntEnum):
    """The tags that imgfilt reads or writes."""

    WIDTH = 256
    HEIGHT = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    STRIP_OFFSETS = 273
    ORIENTATION = 274
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_COUNTS = 279
    ACROSS = 282
    DOWN = 283
    PLANAR = 284
    UNIT = 296
    PREDICTOR = 317
    TILE_WIDTH = 322
    TILE_HEIGHT = 323
    TILE_OFFSETS = 324
    TILE_COUNTS = 325
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339


_BIG = 43
_IPTC_MARK = 0x1C


def pages(stream: BinaryIO) -> list[int]:
    """Return where the directory of each page stands; a chain that loops ends there."""
    order, big = _layout(stream)
    count, entry, link = ("Q", 20, "Q") if big else ("H", 12, "L")
    found: dict[int, None] = {}
    stream.seek(8 if big else 4)
    while (start := _number(stream, order + link)) and start not in found:
        found[start] = None
        stream.seek(start)
        entries = _number(stream, order + count)
        stream.seek(entries * entry, io.SEEK_CUR)
    return list(found)


def page_first(stream: BinaryIO, start: int) -> BinaryIO:
    """Return the file as though the page whose directory starts there were its first.

    Pillow goes through all pages before the one that it is to read, and fails where it can't read
    the first; libtiff has the place of the directory from it and reads the file itself.
    """
    return io.BufferedReader(_PageFirst(stream, start))


class _PageFirst(io.RawIOBase):
    """A TIFF with another first page."""

    def __init__(self, stream: BinaryIO, start: int):
        order, big = _layout(stream)
        self._stream, self._at = stream, 8 if big else 4
        self._link = struct.pack(order + ("Q" if big else "L"), start)

    def readable(self) -> bool:
        """Return that it is."""
        return True

    def seekable(self) -> bool:
        """Return that it is."""
        return True

    def fileno(self) -> int:
        """Return the file's own."""
        return self._stream.fileno()

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place of the file."""
        return self._stream.seek(place, whence)

    def readinto(self, room: Any) -> int:
        """Read from the file, but the header's link to the first directory."""
        place = self._stream.tell()
        content = bytearray(self._stream.read(len(room)))
        for number, byte in enumerate(self._link, self._at - place):
            if 0 <= number < len(content):
                content[number] = byte
        room[: len(content)] = content
        return len(content)


def load(stream: BinaryIO, start: int, group: int | None = None) -> Directory:
    """Read the directory that starts there: tags and their values."""
    _, big = _layout(stream)
    stream.seek(0)
    directory = Directory(stream.read(16 if big else 8), group=group)
    stream.seek(start)
    directory.load(stream)
    return directory


def metadata(stream: BinaryIO, start: int) -> Metadata:
    """Return what the page whose directory starts there says beside its pixels."""
    needed = {Tag.WIDTH, Tag.HEIGHT, Tag.COMPRESSION}
    found = ifd.read(stream, start, left_out=tags.STRUCTURE - needed)
    size = [found.pop(tag).numbers() for tag in (Tag.WIDTH, Tag.HEIGHT)]
    (compression,) = found.pop(Tag.COMPRESSION, ifd.shorts(1)).numbers()[:1] or (1,)
    described, others, unread = tags.sorted_out(found)
    order, _, _ = ifd.layout(stream)
    photoshop = _content(found, tags.PHOTOSHOP)
    return Metadata(
        icc=_content(found, tags.ICC),
        exif=ifd.block(described, order) if described else None,
        xmp=_content(found, tags.XMP),
        resolution=exif.resolution_in(found),
        photoshop=photoshop,
        iptc=_iptc(_content(found, tags.IPTC)) or iptc(photoshop),
        tags=others,
        size=(size[0][0], size[1][0]) if others else None,
        unread=tuple(unread),
        compression=compression,
    )


def described(metadata: Metadata) -> dict[int, Entry]:
    """Return the entries that say what a picture's metadata says."""
    directory = {
        tag: entry
        for tag, entry in exif.entries(metadata.exif).items()
        if tag not in tags.STRUCTURE and tag not in (Tag.ACROSS, Tag.DOWN, Tag.UNIT)
    }
    directory.update(metadata.tags)
    for tag, content in (
        (tags.ICC, metadata.icc),
        (tags.PHOTOSHOP, metadata.photoshop),
        (tags.IPTC, metadata.iptc),
    ):
        if content:
            directory[tag] = ifd.undefined(content)
    if metadata.xmp:
        directory[tags.XMP] = Entry(ifd.BYTE, len(metadata.xmp), metadata.xmp)
    if metadata.resolution:
        directory.update(exif.resolution_entries(metadata.resolution))
    return directory


def _content(found: Mapping[int, Entry], tag: int) -> bytes | None:
    """Return the bytes of an entry, of whatever type it says that it is."""
    return found[tag].content if tag in found and found[tag].content else None


def _iptc(records: bytes | None) -> bytes | None:
    """Return IPTC records; many writers call their bytes 32-bit numbers, in either order."""
    if records and records[0] != _IPTC_MARK and len(records) % 4 == 0:
        swapped = np.frombuffer(records, "u4").byteswap().tobytes()
        return swapped if swapped[0] == _IPTC_MARK else records
    return records


def _layout(stream: BinaryIO) -> tuple[str, bool]:
    """Return the byte order as struct has it, and whether the file is a BigTIFF."""
    stream.seek(0)
    header = stream.read(4)
    order = "<" if header[:2] == b"II" else ">"
    return order, struct.unpack(order + "H", header[2:])[0] == _BIG


def _number(stream: BinaryIO, form: str) -> int:
    content = stream.read(struct.calcsize(form))
    if len(content) < struct.calcsize(form):
        raise ImageError("truncated or broken TIFF")
    (number,) = struct.unpack(form, content)
    return int(number)
