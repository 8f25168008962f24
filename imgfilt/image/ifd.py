"""Directories of TIFF and EXIF as raw entries: each with its type, its count and its bytes.

Values are never decoded, so text stays the bytes that it was and a fraction the one that it was.
Entries that lie outside of their file, or have no known type, are left out.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Literal

import numpy as np

Order = Literal["<", ">"]

EXIF, GPS, INTEROPERABILITY = 34665, 34853, 40965
SUB_DIRECTORIES = (EXIF, GPS, INTEROPERABILITY)

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 7

# By type: the bytes of a value, and of the numbers that it consists of.
SIZES = {
    BYTE: (1, 1), ASCII: (1, 1), SHORT: (2, 2), LONG: (4, 4), RATIONAL: (8, 4), 6: (1, 1),
    UNDEFINED: (1, 1), 8: (2, 2), 9: (4, 4), 10: (8, 4), 11: (4, 4), 12: (8, 8), 13: (4, 4),
    16: (8, 8), 17: (8, 8), 18: (8, 8),
}  # fmt: skip
_WHOLE = {BYTE: "u1", SHORT: "u2", LONG: "u4", 13: "u4", 16: "u8", 18: "u8"}

_BIG = 43
_MOST_ENTRIES = 65_535
_DEEPEST = 3


@dataclass(frozen=True)
class Entry:
    """A tag's value: the numbers in `content` have the low byte first.

    `inner` is the directory that an entry points to, which then has no content.
    """

    kind: int
    count: int
    content: bytes
    inner: Mapping[int, Entry] | None = None

    def numbers(self) -> tuple[int, ...]:
        """Return whole numbers; none of a value that isn't made of them."""
        if self.kind not in _WHOLE:
            return ()
        return tuple(map(int, np.frombuffer(self.content, "<" + _WHOLE[self.kind])))

    def fractions(self) -> tuple[tuple[int, int], ...]:
        """Return numerators and denominators, of whole numbers 1; none of other values."""
        if self.kind != RATIONAL:
            return tuple((number, 1) for number in self.numbers())
        pairs = np.frombuffer(self.content, "<u4").reshape(-1, 2)
        return tuple((int(above), int(below)) for above, below in pairs)


Directory = Mapping[int, Entry]


def shorts(*numbers: int) -> Entry:
    """Return an entry of 16-bit numbers."""
    return Entry(SHORT, len(numbers), struct.pack(f"<{len(numbers)}H", *numbers))


def longs(*numbers: int) -> Entry:
    """Return an entry of 32-bit numbers."""
    return Entry(LONG, len(numbers), struct.pack(f"<{len(numbers)}L", *numbers))


def fraction(numerator: int, denominator: int) -> Entry:
    """Return an entry of one fraction."""
    return Entry(RATIONAL, 1, struct.pack("<2L", numerator, denominator))


def undefined(content: bytes) -> Entry:
    """Return an entry of bytes."""
    return Entry(UNDEFINED, len(content), content)


def layout(stream: BinaryIO) -> tuple[Order, bool, int]:
    """Return the byte order, whether it is a BigTIFF, and where the first directory stands."""
    stream.seek(0)
    header = stream.read(16)
    order: Order = "<" if header[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", header, 2)[0] == _BIG
    (first,) = struct.unpack_from(order + ("Q" if big else "L"), header, 8 if big else 4)
    return order, big, first


def read(stream: BinaryIO, start: int, left_out: Container[int] = ()) -> dict[int, Entry]:
    """Read the directory that starts there and those inside of it, but for some of its tags.

    Raises
    ------
    struct.error
        When the directory itself lies outside of the file.
    """
    order, big, _ = layout(stream)
    size = stream.seek(0, io.SEEK_END)
    # Values that lie on each other could be many times as long as the file.
    file = _File(stream, order, big, size, size + _MOST_ENTRIES)
    return _read(file, start, left_out, 1)


@dataclass
class _File:
    """A file that is read, and how many bytes of values may still be taken from it."""

    stream: BinaryIO
    order: Order
    big: bool
    size: int
    left: int

    def content(self, place: int, length: int) -> bytes:
        """Return bytes of the file; struct.error where it isn't so long."""
        if place + length > self.size:
            raise struct.error
        self.stream.seek(place)
        return self.stream.read(length)


def _read(file: _File, start: int, left_out: Container[int], depth: int) -> dict[int, Entry]:
    place_form = file.order + ("Q" if file.big else "L")
    fields = struct.Struct(file.order + ("HHQ8s" if file.big else "HHL4s"))
    room = 8 if file.big else 4
    counted = 8 if file.big else 2
    head = file.content(start, counted)
    count = int.from_bytes(head, "little" if file.order == "<" else "big")
    content = file.content(start + counted, min(count, _MOST_ENTRIES) * fields.size)
    found: dict[int, Entry] = {}
    for tag, kind, many, value in fields.iter_unpack(content):
        if tag in left_out or tag in found or kind not in SIZES:
            continue
        length = many * SIZES[kind][0]
        if tag in SUB_DIRECTORIES and many == 1 and length >= 4:
            form = file.order + ("Q" if length == 8 else "L")
            (place,) = struct.unpack_from(form, value)
            if inner := _inner(file, place, depth):
                found[tag] = Entry(LONG, 1, b"", inner)
            continue
        if length > file.left:
            continue
        if length > room:
            (place,) = struct.unpack(place_form, value)
            if place + length > file.size:
                continue
            value = file.content(place, length)
        file.left -= length
        found[tag] = Entry(kind, many, _swapped(value[:length], kind, file.order))
    return found


def _inner(file: _File, place: int, depth: int) -> dict[int, Entry]:
    if depth == _DEEPEST:
        return {}
    try:
        return _read(file, place, (), depth + 1)
    except struct.error:
        return {}


def _swapped(content: bytes, kind: int, order: Order) -> bytes:
    """Return a value with the low bytes first, or from that to another order."""
    size = SIZES[kind][1]
    if order == "<" or size == 1:
        return content
    return np.frombuffer(content, f"u{size}").byteswap().tobytes()


def encode(directory: Directory, start: int, order: Order = "<", link: int = 0) -> bytes:
    """Return a directory that is to stand at a place, and behind it the values of its entries."""
    place = start + 2 + 12 * len(directory) + 4
    head = [struct.pack(order + "H", len(directory))]
    values: list[bytes] = []
    for tag, entry in sorted(directory.items()):
        if entry.inner is not None:
            content, longest = encode(entry.inner, place, order), 0
        else:
            content, longest = _swapped(entry.content, entry.kind, order), 4
        if len(content) > longest:
            value = struct.pack(order + "L", place)
            content += bytes(len(content) % 2)
            values.append(content)
            place += len(content)
        else:
            value = content.ljust(4, b"\0")
        head.append(struct.pack(order + "HHL", tag, entry.kind, entry.count) + value)
    return b"".join([*head, struct.pack(order + "L", link), *values])


def header(order: Order = "<", first: int = 8) -> bytes:
    """Return the header of a TIFF or an EXIF block whose first directory stands there."""
    return {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HL", 42, first)


def block(directory: Directory, order: Order = "<") -> bytes:
    """Return an EXIF block that holds a directory."""
    return header(order) + encode(directory, 8, order)
