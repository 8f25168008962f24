"""Directories of TIFF and EXIF as raw entries: each with its type, its count and its bytes.

Values stay bytes until a caller asks for numbers: text and fractions stay what they were.
Entries that lie outside of their file, have no known type or no value, are left out.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
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
# Types of a place; of 64 bits, and what they are in a classic TIFF, which has none of them.
POINTERS = (LONG, 13)
_NARROW = {16: LONG, 17: 9, 18: 13}
_SIGNED = 17

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
        """Return numerators and denominators; whole numbers get the denominator 1."""
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


def read_header(stream: BinaryIO) -> tuple[Order, bool, int]:
    """Return the byte order, whether it is a BigTIFF, and where the first directory stands."""
    stream.seek(0)
    header = stream.read(16)
    order: Order = "<" if header[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", header, 2)[0] == _BIG
    (first,) = struct.unpack_from(order + ("Q" if big else "L"), header, 8 if big else 4)
    return order, big, first


def read(stream: BinaryIO, start: int, left_out: Container[int] = ()) -> dict[int, Entry]:
    """Read the directory that starts there and those inside of it.

    Parameters
    ----------
    stream : binary stream
    start : int
    left_out : container of int
        Tags that aren't read.

    Raises
    ------
    struct.error
        When the directory itself lies outside of the file.
    """
    order, big, _ = read_header(stream)
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
        if tag in left_out or tag in found or kind not in SIZES or not many:
            continue
        length = many * SIZES[kind][0]
        if tag in SUB_DIRECTORIES:
            if many == 1 and (kind in POINTERS or (file.big and kind in _NARROW)):
                (place,) = struct.unpack_from(file.order + ("Q" if length == 8 else "L"), value)
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


def classic(directory: Directory) -> tuple[dict[int, Entry], list[int]]:
    """Return the entries with types that a classic TIFF has, and the tags that don't fit in them.

    64-bit numbers become 32-bit ones of the same values.
    """
    kept: dict[int, Entry] = {}
    lost: list[int] = []
    for tag, entry in directory.items():
        if entry.inner is not None:
            inner, below = classic(entry.inner)
            kept[tag] = replace(entry, inner=inner)
            lost += below
        elif entry.kind in _NARROW:
            sign = "i" if entry.kind == _SIGNED else "u"
            wide = np.frombuffer(entry.content, f"<{sign}8")
            narrow = wide.astype(f"<{sign}4")
            if np.array_equal(wide, narrow):
                kept[tag] = Entry(_NARROW[entry.kind], entry.count, narrow.tobytes())
            else:
                lost.append(tag)
        else:
            kept[tag] = entry
    return kept, lost


def encode(directory: Directory, start: int, order: Order = "<", link: int = 0) -> bytes:
    """Return a directory, and behind it the values of its entries.

    Parameters
    ----------
    directory : mapping of int to Entry
    start, link : int
        Where in the file it is to stand, and where the next one does; 0 for none.
    order : str
    """
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


def exif_block(directory: Directory, order: Order = "<") -> bytes:
    """Return an EXIF block that holds a directory."""
    return header(order) + encode(directory, 8, order)
