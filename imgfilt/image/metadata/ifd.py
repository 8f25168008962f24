"""Read directories of TIFF and EXIF, with all values as bytes.

Entries outside the file, of an unknown type or without a value are left out. For the layout of a
TIFF's pixels codecs/tiff/directory.py reads directories: there a broken entry is an error, and a
long table of offsets is read when its page is decoded.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Container, Mapping
from typing import BinaryIO, Literal, NamedTuple

import numpy as np

Order = Literal["<", ">"]

EXIF, GPS, INTEROPERABILITY = 34665, 34853, 40965
SUB_DIRECTORIES = (EXIF, GPS, INTEROPERABILITY)

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 7

# By type: the number of bytes of a value, and of each number in the value.
SIZES = {
    BYTE: (1, 1), ASCII: (1, 1), SHORT: (2, 2), LONG: (4, 4), RATIONAL: (8, 4), 6: (1, 1),
    UNDEFINED: (1, 1), 8: (2, 2), 9: (4, 4), 10: (8, 4), 11: (4, 4), 12: (8, 8), 13: (4, 4),
    16: (8, 8), 17: (8, 8), 18: (8, 8),
}  # fmt: skip
# Types of an offset; then, by 64-bit type of a BigTIFF, the 32-bit type, and its signed type.
POINTERS, LONG8 = (LONG, 13), 16
_CLASSIC, _SIGNED = {16: LONG, 17: 9, 18: 13}, 17
_INTEGERS = {BYTE: "u1", SHORT: "u2", LONG: "u4", 13: "u4", 16: "u8", 18: "u8"}

CLASSIC, BIG = 42, 43  # the version in the header
_MAX_ENTRIES = 65_535
_MAX_DEPTH = 3


class Entry(NamedTuple):
    """The values of a tag: their type, their number, and their bytes (little-endian).

    `sub_directory` is the directory that an entry points to; then `content` is empty.
    """

    kind: int
    count: int  # type: ignore[assignment] # the method of a tuple has this name, too
    content: bytes
    sub_directory: Mapping[int, Entry] | None = None

    def numbers(self) -> tuple[int, ...]:
        """Return the values as integers; () if they have another type."""
        if self.kind not in _INTEGERS:
            return ()
        return tuple(map(int, np.frombuffer(self.content, "<" + _INTEGERS[self.kind])))

    def rationals(self) -> tuple[tuple[int, int], ...]:
        """Return the values as (numerator, denominator); integers have the denominator 1."""
        if self.kind != RATIONAL:
            return tuple((number, 1) for number in self.numbers())
        pairs = np.frombuffer(self.content, "<u4").reshape(-1, 2)
        return tuple((int(above), int(below)) for above, below in pairs)


Directory = Mapping[int, Entry]


def make_shorts(*numbers: int) -> Entry:
    """Return an entry of 16-bit numbers."""
    return Entry(SHORT, len(numbers), struct.pack(f"<{len(numbers)}H", *numbers))


def make_longs(*numbers: int) -> Entry:
    """Return an entry of 32-bit numbers."""
    return Entry(LONG, len(numbers), struct.pack(f"<{len(numbers)}L", *numbers))


def make_long8s(*numbers: int) -> Entry:
    """Return an entry of 64-bit numbers, for a BigTIFF."""
    return Entry(LONG8, len(numbers), struct.pack(f"<{len(numbers)}Q", *numbers))


def make_rational(numerator: int, denominator: int) -> Entry:
    """Return an entry of one rational number."""
    return Entry(RATIONAL, 1, struct.pack("<2L", numerator, denominator))


def make_undefined(content: bytes) -> Entry:
    """Return an entry of bytes."""
    return Entry(UNDEFINED, len(content), content)


def read_header(stream: BinaryIO) -> tuple[Order, bool, int]:
    """Return (byte order, whether this is a BigTIFF, offset of the first directory)."""
    stream.seek(0)
    header = stream.read(16)
    order: Order = "<" if header[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", header, 2)[0] == BIG
    (first,) = struct.unpack_from(order + ("Q" if big else "L"), header, 8 if big else 4)
    return order, big, first


def read(stream: BinaryIO, start: int, skipped_tags: Container[int] = ()) -> dict[int, Entry]:
    """Read a directory, and the EXIF, GPS and interoperability directories that it points to.

    Parameters
    ----------
    stream : binary stream
    start : int
        Offset of the directory.
    skipped_tags : container of int
        Tags that aren't read.

    Raises
    ------
    struct.error
        When the directory itself isn't inside the file.
    """
    order, big, _ = read_header(stream)
    size = stream.seek(0, io.SEEK_END)
    # The total length is limited: overlapping values could be many times as long as the file.
    file = _File(stream, order, big, size, size + _MAX_ENTRIES)
    return _read(file, start, skipped_tags, 1)


class _File:
    """A file, and the number of bytes of values that may still be read."""

    def __init__(self, stream: BinaryIO, order: Order, big: bool, size: int, bytes_left: int):
        self.stream, self.order, self.big = stream, order, big
        self.size, self.bytes_left = size, bytes_left

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes at an offset; struct.error if the file is too short."""
        if offset + length > self.size:
            raise struct.error
        self.stream.seek(offset)
        return self.stream.read(length)


def _read(file: _File, start: int, skipped_tags: Container[int], depth: int) -> dict[int, Entry]:
    record = struct.Struct(file.order + ("HHQ8s" if file.big else "HHL4s"))
    count_size, value_size = (8, 8) if file.big else (2, 4)
    head = file.read(start, count_size)
    number_of_entries = int.from_bytes(head, "little" if file.order == "<" else "big")
    content = file.read(start + count_size, min(number_of_entries, _MAX_ENTRIES) * record.size)
    found: dict[int, Entry] = {}
    for tag, kind, count, value in record.iter_unpack(content):
        if tag in skipped_tags or tag in found or kind not in SIZES or not count:
            continue
        length = count * SIZES[kind][0]
        if tag in SUB_DIRECTORIES:
            if count == 1 and (kind in POINTERS or (file.big and kind in _CLASSIC)):
                (offset,) = struct.unpack_from(file.order + ("Q" if length == 8 else "L"), value)
                if sub_directory := _read_below(file, offset, depth):
                    found[tag] = Entry(LONG, 1, b"", sub_directory)
            continue
        if length > file.bytes_left:
            continue
        if length > value_size:
            (offset,) = struct.unpack(file.order + ("Q" if file.big else "L"), value)
            if offset + length > file.size:
                continue
            value = file.read(offset, length)
        file.bytes_left -= length
        found[tag] = Entry(kind, count, swap_bytes(value[:length], kind, file.order))
    return found


def _read_below(file: _File, start: int, depth: int) -> dict[int, Entry]:
    if depth == _MAX_DEPTH:
        return {}
    try:
        return _read(file, start, (), depth + 1)
    except struct.error:
        return {}


def swap_bytes(content: bytes, kind: int, order: Order) -> bytes:
    """Return the bytes of a value changed from a byte order to little-endian, or back.

    Parameters
    ----------
    content : bytes
    kind : int
        The type of the value.
    order : str
        Byte order in the notation of `struct`.
    """
    size = SIZES[kind][1]
    if order == "<" or size == 1:
        return content
    return np.frombuffer(content, f"u{size}").byteswap().tobytes()


def to_classic(directory: Directory) -> tuple[dict[int, Entry], list[int]]:
    """Return (the directory with the types of a classic TIFF, the tags that were lost).

    64-bit numbers become 32-bit numbers of the same values; values that don't fit are lost.
    """
    result: dict[int, Entry] = {}
    lost: list[int] = []
    for tag, entry in directory.items():
        if entry.sub_directory is not None:
            sub_directory, below = to_classic(entry.sub_directory)
            result[tag] = entry._replace(sub_directory=sub_directory)
            lost += below
        elif entry.kind in _CLASSIC:
            sign = "i" if entry.kind == _SIGNED else "u"
            wide = np.frombuffer(entry.content, f"<{sign}8")
            narrow = wide.astype(f"<{sign}4")
            if np.array_equal(wide, narrow):
                result[tag] = Entry(_CLASSIC[entry.kind], entry.count, narrow.tobytes())
            else:
                lost.append(tag)
        else:
            result[tag] = entry
    return result, lost
