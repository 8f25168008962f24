"""Where the entries of an EXIF block stand, so that they can be changed in place."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress

from . import ifd

STARTS = b"II*\0", b"MM\0*"  # of a block

_THUMBNAIL, _THUMBNAIL_LENGTH = 0x0201, 0x0202


class Fields:
    """A directory in a block: where each tag's type stands, and where the link does.

    The first of several entries with the same tag counts; `every` has the places of all of them.
    """

    def __init__(self, block: bytearray, order: str, start: int):
        (count,) = struct.unpack_from(order + "H", block, start)
        places = range(start + 2, start + 2 + 12 * count, 12)
        self.start, self.count, self.link = start, count, places.stop
        struct.unpack_from(order + "L", block, self.link)
        self.every: dict[int, list[int]] = {}
        for at in places:
            (tag,) = struct.unpack_from(order + "H", block, at)
            self.every.setdefault(tag, []).append(at + 2)
        self.places = {tag: found[0] for tag, found in self.every.items()}

    def pointer(self, block: bytearray, order: str, tag: int) -> int | None:
        """Return the place that an entry says, if it is one 32-bit number."""
        if tag not in self.places:
            return None
        kind, count, place = struct.unpack_from(order + "HLL", block, self.places[tag])
        return place if kind in ifd.POINTERS and count == 1 else None


def first_directory(block: bytearray, order: str) -> Fields:
    """Return the first directory; struct.error where it lies outside of the block."""
    if bytes(block[:4]) not in STARTS:
        raise struct.error
    return Fields(block, order, struct.unpack_from(order + "L", block, 4)[0])


def directories(block: bytearray, order: str, first: Fields) -> Iterator[Fields]:
    """Give the first directory and the EXIF one."""
    yield first
    if (start := first.pointer(block, order, ifd.EXIF)) is not None:
        yield Fields(block, order, start)


def drop_thumbnail(block: bytearray, order: str) -> None:
    """Take the second directory out of the chain, and its thumbnail's bytes out of the block.

    The bytes stay where they aren't its own alone.
    """
    fields = first_directory(block, order)
    (start,) = struct.unpack_from(order + "L", block, fields.link)
    struct.pack_into(order + "L", block, fields.link, 0)
    if not start:
        return
    thumbnail = Fields(block, order, start)
    first = thumbnail.pointer(block, order, _THUMBNAIL)
    length = thumbnail.pointer(block, order, _THUMBNAIL_LENGTH)
    if first is None or length is None:
        return
    last = first + length
    taken = _taken(block, order, fields)
    if last > len(block) or any(first < stop and begin < last for begin, stop in taken):
        return
    if last == len(block):
        del block[first:]
    else:
        block[first:last] = bytes(length)


def _taken(block: bytearray, order: str, fields: Fields) -> Iterator[tuple[int, int]]:
    """Give where the header, a directory, those below it and their values begin and stop."""
    yield 0, 8
    found = [fields]
    for tag in ifd.SUB_DIRECTORIES:
        for one in list(found):
            if (start := one.pointer(block, order, tag)) is not None:
                with suppress(struct.error):
                    found.append(Fields(block, order, start))
    for one in found:
        yield one.start, one.link + 4
        for at in range(one.start + 4, one.link, 12):
            kind, count, place = struct.unpack_from(order + "HLL", block, at)
            length = count * ifd.SIZES.get(kind, (1, 1))[0]
            if length > 4:
                yield place, place + length
