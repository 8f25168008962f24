"""Offsets of the entries in an EXIF block, so that they can be changed in place.

ifd.py also parses directories, but returns values without offsets.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress

from . import ifd

SIGNATURES = b"II*\0", b"MM\0*"  # of a block

_THUMBNAIL, _THUMBNAIL_LENGTH = 0x0201, 0x0202


class EntryOffsets:
    """The offsets of the parts of a directory in a block.

    Parameters
    ----------
    block : bytearray
    order : str
        Byte order in the notation of `struct`.
    start : int
        Offset of the directory.

    Attributes
    ----------
    link : int
        Offset of the link to the next directory.
    first : dict of int to int
        By tag: the offset of the type of the first entry with this tag; readers use this entry.
    all : dict of int to list of int
        By tag: the offsets of the types of all entries with this tag.

    Raises
    ------
    struct.error
        When the directory isn't inside the block.
    """

    def __init__(self, block: bytearray, order: str, start: int):
        self._block, self._order = block, order
        (count,) = struct.unpack_from(order + "H", block, start)
        self.start, self.link = start, start + 2 + 12 * count
        struct.unpack_from(order + "L", block, self.link)
        self.all: dict[int, list[int]] = {}
        for at in range(start + 2, self.link, 12):
            (tag,) = struct.unpack_from(order + "H", block, at)
            self.all.setdefault(tag, []).append(at + 2)
        self.first = {tag: offsets[0] for tag, offsets in self.all.items()}

    def read_pointer(self, tag: int) -> int | None:
        """Return the offset that an entry holds; None unless it is one 32-bit number."""
        if tag not in self.first:
            return None
        kind, count, offset = struct.unpack_from(self._order + "HLL", self._block, self.first[tag])
        return offset if kind in ifd.POINTERS and count == 1 else None


def find_first_directory(block: bytearray, order: str) -> EntryOffsets:
    """Return the offsets of the first directory; struct.error if it isn't inside the block."""
    if bytes(block[:4]) not in SIGNATURES:
        raise struct.error
    return EntryOffsets(block, order, struct.unpack_from(order + "L", block, 4)[0])


def iterate_directories(block: bytearray, order: str) -> Iterator[EntryOffsets]:
    """Yield the first directory, and the EXIF directory that it points to, if any."""
    first = find_first_directory(block, order)
    yield first
    if (start := first.read_pointer(ifd.EXIF)) is not None:
        yield EntryOffsets(block, order, start)


def drop_thumbnail(block: bytearray, order: str) -> None:
    """Unlink the second directory in place, and delete the thumbnail's bytes.

    Bytes that something else uses, too, aren't deleted.
    """
    first_ifd = find_first_directory(block, order)
    (start,) = struct.unpack_from(order + "L", block, first_ifd.link)
    struct.pack_into(order + "L", block, first_ifd.link, 0)
    if not start:
        return
    thumbnail = EntryOffsets(block, order, start)
    begin = thumbnail.read_pointer(_THUMBNAIL)
    length = thumbnail.read_pointer(_THUMBNAIL_LENGTH)
    if begin is None or length is None:
        return
    end = begin + length
    others = _find_used_ranges(block, order, first_ifd)
    if end > len(block) or any(begin < stop and start < end for start, stop in others):
        return
    if end == len(block):
        del block[begin:]
    else:
        block[begin:end] = bytes(length)


def _find_used_ranges(
    block: bytearray, order: str, first: EntryOffsets
) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of the header, of directories except the second, and of their values."""
    yield 0, 8
    found = [first]
    for tag in ifd.SUB_DIRECTORIES:
        for directory in list(found):
            if (start := directory.read_pointer(tag)) is not None:
                with suppress(struct.error):
                    found.append(EntryOffsets(block, order, start))
    for directory in found:
        yield directory.start, directory.link + 4
        for at in range(directory.start + 4, directory.link, 12):
            kind, count, offset = struct.unpack_from(order + "HLL", block, at)
            length = count * ifd.SIZES.get(kind, (1, 1))[0]
            if length > 4:
                yield offset, offset + length
