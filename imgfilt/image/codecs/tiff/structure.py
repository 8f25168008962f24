"""A TIFF's structure: its header and directories; a field is read only if the file can hold it."""

from __future__ import annotations

import io
import re
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from ....errors import ImageError
from ...metadata import ifd
from .directory import BROKEN, Tag

_MOST_FIELDS = 65_535

# By the number of a field's type: how struct has a whole number.
_WHOLE = {1: "B", 3: "H", 4: "L", 6: "b", 8: "h", 9: "l", 13: "L", 16: "Q", 17: "q", 18: "Q"}

# NewSubfileType says by its bits, the older SubfileType by its number, what a directory holds.
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2
_TRANSPARENCY_MASK = 4
_ROLE = Tag.SUBFILE, Tag.OLD_SUBFILE, Tag.PHOTOMETRIC  # they say whether it is a page
_RAW_PHOTOMETRICS = 32803, 34892  # a colour filter array, LinearRaw
_STACK = re.compile(rb"ImageJ=.*?\nimages=(\d{1,9})\n", re.DOTALL)
_CANON = b"CR"  # behind the header of a CR2


@dataclass(frozen=True)
class Header:
    """How a TIFF's numbers stand, as struct has it, where its first directory is, and its length.

    `size` is the length of the file in bytes.
    """

    order: ifd.Order
    big: bool
    first: int
    size: int

    @classmethod
    def of(cls, stream: BinaryIO) -> Header:
        """Read the header of a TIFF or BigTIFF."""
        try:
            order, big, first = ifd.read_header(stream)
        except struct.error:
            raise ImageError(BROKEN) from None
        return cls(order, big, first, stream.seek(0, io.SEEK_END))


class Fields:
    """A directory: the fields of one page, each read when it is asked for.

    Parameters
    ----------
    stream : binary stream
    header : Header
    start : int
        Where the directory stands.

    Raises
    ------
    ImageError
        When it doesn't lie inside the file.
    """

    def __init__(self, stream: BinaryIO, header: Header, start: int):
        self.header, self.start = header, start
        self._stream = stream
        count, entry, link = ("Q", "HHQ8s", "Q") if header.big else ("H", "HHL4s", "L")
        (fields,) = self._unpack(start, count)
        if fields > _MOST_FIELDS:
            raise ImageError(BROKEN)
        place = start + struct.calcsize("=" + count)
        self._entries: dict[int, tuple[int, int, int]] = {}
        step = struct.calcsize("=" + entry)
        value = step - (8 if header.big else 4)
        content = self._read(place, fields * step)
        for number, (tag, kind, many, _) in enumerate(
            struct.iter_unpack(header.order + entry, content)
        ):
            self._entries.setdefault(tag, (kind, many, place + number * step + value))
        (self.next,) = self._unpack(place + fields * step, link)
        self.size = len(content)

    def __contains__(self, tag: int) -> bool:
        return tag in self._entries

    def content(self, tag: int) -> bytes:
        """Return a field's bytes as they stand in the file; none where it isn't there."""
        if tag not in self._entries:
            return b""
        kind, count, place = self._entries[tag]
        size = count * ifd.SIZES.get(kind, (1, 1))[0]
        if size > (8 if self.header.big else 4):
            (place,) = self._unpack(place, "Q" if self.header.big else "L")
        return self._read(place, size)

    def numbers(self, tag: int) -> tuple[int, ...]:
        """Return a field's whole numbers, of whatever type; none where it isn't there."""
        if tag not in self._entries:
            return ()
        kind = self._entries[tag][0]
        if kind not in _WHOLE:
            raise ImageError(BROKEN)
        content = self.content(tag)
        form = f"{self.header.order}{len(content) // ifd.SIZES[kind][0]}{_WHOLE[kind]}"
        found = struct.unpack(form, content)
        if min(found, default=0) < 0:
            raise ImageError(BROKEN)
        return found

    def number(self, tag: int, default: int | None = None) -> int:
        """Return a field's first whole number; without a default it has to be there."""
        found = self.numbers(tag)[:1] or (default,)
        if found[0] is None:
            raise ImageError(BROKEN)
        return found[0]

    def _unpack(self, place: int, form: str) -> tuple[int, ...]:
        form = self.header.order + form
        return struct.unpack(form, self._read(place, struct.calcsize(form)))

    def _read(self, place: int, size: int) -> bytes:
        if place + size > self.header.size:
            raise ImageError(BROKEN)
        self._stream.seek(place)
        content = self._stream.read(size)
        if len(content) < size:
            raise ImageError(BROKEN)
        return content


def pages(stream: BinaryIO) -> tuple[list[Fields], int]:
    """Return the directories that are pages, and how many beside them are none.

    Thumbnails, overviews and masks are no pages, unless a file has nothing else.

    Raises
    ------
    ImageError
        When there is no directory, one lies outside the file, or it is a raw photo.
    """
    directories = _Directories(stream)
    found = directories.chain()
    if not found:
        raise ImageError("is a TIFF without a picture")
    children = [child for fields in found for child in directories.below(fields)]
    stream.seek(8)
    canon = stream.read(2) == _CANON and not found[0].header.big
    if canon or any(_is_raw(fields) for fields in found + children):
        raise ImageError("a raw photo isn't read; a raw converter makes a TIFF of it")
    if len(found) == 1:
        _refuse_stack(found[0])
    full = [fields for fields in found if not _is_beside(fields)]
    # A preview may come first, and the picture below it.
    full = full or [child for child in children if not _is_beside(child)] or found
    return full, len(found) + len(children) - len(full)


class _Directories:
    """The directories of a file, each taken once; together they can't be larger than it."""

    def __init__(self, stream: BinaryIO):
        self._stream, self._header = stream, Header.of(stream)
        self._room = self._header.size
        self._seen = {0}

    def chain(self) -> list[Fields]:
        """Return the directories that follow each other; a chain that loops ends there."""
        found = []
        start = self._header.first
        while start not in self._seen:
            found.append(self._at(start))
            start = found[-1].next
        return found

    def below(self, fields: Fields) -> list[Fields]:
        """Return the directories below one, as far as they can be read."""
        found, starts = list[Fields](), tuple[int, ...]()
        with suppress(ImageError):
            starts = fields.numbers(Tag.CHILDREN)
        for start in starts:
            if start not in self._seen:
                with suppress(ImageError):
                    child = self._at(start)
                    for tag in _ROLE:
                        child.numbers(tag)
                    found.append(child)
        return found

    def _at(self, start: int) -> Fields:
        self._seen.add(start)
        if self._room < 0:
            raise ImageError(BROKEN)
        fields = Fields(self._stream, self._header, start)
        self._room -= fields.size
        return fields


def _is_raw(fields: Fields) -> bool:
    return Tag.DNG_VERSION in fields or fields.number(Tag.PHOTOMETRIC, 0) in _RAW_PHOTOMETRICS


def _refuse_stack(fields: Fields) -> None:
    """Raise ImageError for a stack over 4 GiB, of which ImageJ writes the first directory alone."""
    said = _STACK.match(fields.content(Tag.DESCRIPTION))
    count = int(said[1]) if said else 1
    bits = fields.number(Tag.BITS, 1) * fields.number(Tag.SAMPLES, 1)
    length = fields.number(Tag.WIDTH) * fields.number(Tag.HEIGHT) * bits // 8
    if count > 1 and count * length <= fields.header.size:
        raise ImageError(f"has {count} pictures behind one directory, of which one could be read")


def _is_beside(fields: Fields) -> bool:
    """Return whether a directory holds a smaller copy of another's picture, or a mask for it."""
    return (
        bool(fields.number(Tag.SUBFILE, 0) & (_REDUCED | _MASK))
        or fields.number(Tag.OLD_SUBFILE, 0) == _OLD_REDUCED
        or fields.number(Tag.PHOTOMETRIC, 0) == _TRANSPARENCY_MASK
    )
