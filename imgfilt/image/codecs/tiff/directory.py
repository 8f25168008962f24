"""Read the header and the directories of a TIFF, and find the directories that are pages."""

from __future__ import annotations

import io
import re
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from ....errors import ImageError
from ...metadata import ifd
from .tags import BROKEN, Tag

_MAX_FIELDS = 65_535

# By field type: the format character of `struct` for an integer of this type.
_CODES = {
    1: "B",
    3: "H",
    4: "L",
    6: "b",
    8: "h",
    9: "l",
    13: "L",
    16: "Q",
    17: "q",
    18: "Q",
}

# Bits of NewSubfileType, and values of SubfileType and PhotometricInterpretation.
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2
_TRANSPARENCY_MASK = 4
_ROLE_TAGS = Tag.NEW_SUBFILE_TYPE, Tag.SUBFILE_TYPE, Tag.PHOTOMETRIC
_RAW_PHOTOMETRICS = 32803, 34892  # a colour filter array, LinearRaw
_IMAGEJ_STACK = re.compile(rb"ImageJ=.*?\nimages=(\d{1,9})\n", re.DOTALL)
_CANON = b"CR"  # after the header of a CR2


@dataclass(frozen=True)
class Header:
    """The header of a TIFF.

    Attributes
    ----------
    order : str
        Byte order in the notation of `struct`.
    big : bool
        Whether the file is a BigTIFF.
    first : int
        Offset of the first directory.
    size : int
        Length of the file in bytes.
    """

    order: ifd.Order
    big: bool
    first: int
    size: int

    @classmethod
    def read(cls, stream: BinaryIO) -> Header:
        """Read the header of a TIFF or BigTIFF."""
        try:
            order, big, first = ifd.read_header(stream)
        except struct.error:
            raise ImageError(BROKEN) from None
        return cls(order, big, first, stream.seek(0, io.SEEK_END))


class Directory:
    """A directory: the fields of one page. Each call reads the value of a field from the file.

    Parameters
    ----------
    stream : binary stream
    header : Header
    start : int
        Offset of the directory.

    Attributes
    ----------
    next : int
        Offset of the next directory, or 0.
    size : int
        The number of bytes that the directory takes in the file.

    Raises
    ------
    ImageError
        When the directory, or a field that is read, isn't inside the file.
    """

    def __init__(self, stream: BinaryIO, header: Header, start: int):
        self.header, self.start = header, start
        self._stream = stream
        count, entry, link = ("Q", "HHQ8s", "Q") if header.big else ("H", "HHL4s", "L")
        (number_of_fields,) = self._unpack(start, count)
        if number_of_fields > _MAX_FIELDS:
            raise ImageError(BROKEN)
        offset = start + struct.calcsize("=" + count)
        step = struct.calcsize("=" + entry)
        content = self._read(offset, number_of_fields * step)
        # By tag: the type, the number of values, and the offset of the values or of a link to them.
        self._entries: dict[int, tuple[int, int, int]] = {}
        for tag, field_type, count, _ in struct.iter_unpack(header.order + entry, content):
            offset += step
            value = offset - (8 if header.big else 4)
            self._entries.setdefault(tag, (field_type, count, value))
        (self.next,) = self._unpack(offset, link)
        self.size = len(content)

    def __contains__(self, tag: int) -> bool:
        return tag in self._entries

    def read_content(self, tag: int) -> bytes:
        """Return the bytes of a field as stored in the file; b"" if there is no such field."""
        if tag not in self._entries:
            return b""
        kind, count, offset = self._entries[tag]
        size = count * ifd.SIZES.get(kind, (1, 1))[0]
        if size > (8 if self.header.big else 4):
            (offset,) = self._unpack(offset, "Q" if self.header.big else "L")
        return self._read(offset, size)

    def read_numbers(self, tag: int) -> tuple[int, ...]:
        """Return the integers of a field of any integer type; () if there is no such field."""
        if tag not in self._entries:
            return ()
        kind = self._entries[tag][0]
        if kind not in _CODES:
            raise ImageError(BROKEN)
        content = self.read_content(tag)
        code = f"{self.header.order}{len(content) // ifd.SIZES[kind][0]}{_CODES[kind]}"
        found = struct.unpack(code, content)
        if min(found, default=0) < 0:
            raise ImageError(BROKEN)
        return found

    def read_number(self, tag: int, default: int | None = None) -> int:
        """Return the first integer of a field, or `default`; ImageError if there is neither."""
        found = self.read_numbers(tag)[:1] or (default,)
        if found[0] is None:
            raise ImageError(BROKEN)
        return found[0]

    def _unpack(self, offset: int, code: str) -> tuple[int, ...]:
        code = self.header.order + code
        return struct.unpack(code, self._read(offset, struct.calcsize(code)))

    def _read(self, offset: int, size: int) -> bytes:
        if offset + size > self.header.size:
            raise ImageError(BROKEN)
        self._stream.seek(offset)
        content = self._stream.read(size)
        if len(content) < size:
            raise ImageError(BROKEN)
        return content


def find_pages(stream: BinaryIO) -> tuple[list[Directory], int]:
    """Return (directories that are pages, number of other directories).

    Thumbnails, overviews and masks are pages only if the file has nothing else.

    Raises
    ------
    ImageError
        When there is no directory, one is outside the file, or the file is a raw photo or a stack.
    """
    reader = _DirectoryReader(stream)
    found = reader.read_chain()
    if not found:
        raise ImageError("is a TIFF without a picture")
    children = [child for one in found for child in reader.read_children(one)]
    stream.seek(8)
    canon = stream.read(2) == _CANON and not found[0].header.big
    if canon or any(_is_camera_raw(one) for one in found + children):
        raise ImageError("a raw photo isn't read; a raw converter makes a TIFF of it")
    if len(found) == 1:
        _check_stack(found[0])
    full = [one for one in found if not _is_auxiliary(one)]
    # The first directory may be a preview, with the picture in a child directory.
    full = full or [child for child in children if not _is_auxiliary(child)] or found
    return full, len(found) + len(children) - len(full)


class _DirectoryReader:
    """Reads each directory of a file once; ImageError if all together are larger than the file."""

    def __init__(self, stream: BinaryIO):
        self._stream, self._header = stream, Header.read(stream)
        self._bytes_left = self._header.size
        self._seen = {0}

    def read_chain(self) -> list[Directory]:
        """Return the linked list of directories, up to a directory that was read already."""
        found = []
        start = self._header.first
        while start not in self._seen:
            found.append(self._read(start))
            start = found[-1].next
        return found

    def read_children(self, directory: Directory) -> list[Directory]:
        """Return the child directories that can be read."""
        found, starts = list[Directory](), tuple[int, ...]()
        with suppress(ImageError):
            starts = directory.read_numbers(Tag.SUB_IFDS)
        for start in starts:
            if start not in self._seen:
                with suppress(ImageError):
                    child = self._read(start)
                    for tag in _ROLE_TAGS:
                        child.read_numbers(tag)
                    found.append(child)
        return found

    def _read(self, start: int) -> Directory:
        self._seen.add(start)
        if self._bytes_left < 0:
            raise ImageError(BROKEN)
        directory = Directory(self._stream, self._header, start)
        self._bytes_left -= directory.size
        return directory


def _is_camera_raw(page: Directory) -> bool:
    return Tag.DNG_VERSION in page or page.read_number(Tag.PHOTOMETRIC, 0) in _RAW_PHOTOMETRICS


def _check_stack(directory: Directory) -> None:
    """Raise ImageError for a stack over 4 GiB: ImageJ writes only its first directory."""
    stack = _IMAGEJ_STACK.match(directory.read_content(Tag.IMAGE_DESCRIPTION))
    count = int(stack[1]) if stack else 1
    read = directory.read_number
    bits = read(Tag.BITS_PER_SAMPLE, 1) * read(Tag.SAMPLES_PER_PIXEL, 1)
    length = read(Tag.IMAGE_WIDTH) * read(Tag.IMAGE_LENGTH) * bits // 8
    if count > 1 and count * length <= directory.header.size:
        raise ImageError(f"has {count} pictures behind one directory, of which one could be read")


def _is_auxiliary(directory: Directory) -> bool:
    """Return whether a directory holds a smaller copy of another picture, or a mask."""
    return (
        bool(directory.read_number(Tag.NEW_SUBFILE_TYPE, 0) & (_REDUCED | _MASK))
        or directory.read_number(Tag.SUBFILE_TYPE, 0) == _OLD_REDUCED
        or directory.read_number(Tag.PHOTOMETRIC, 0) == _TRANSPARENCY_MASK
    )
