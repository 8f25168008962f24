"""The boxes of the ISO base media file format, of which JPEG 2000 and AVIF files consist."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, NamedTuple

from ..image import printable_type

_PIXELS = (b"jp2c", b"mdat")
_FIRST = (b"jP  ", b"ftyp")  # a second box of this type begins another file
_TYPE = re.compile(rb"[ -~\xa9][ -~]{3}")
_MAX_CONTENT = 256 << 20  # bytes; the content of a longer box isn't read


class Box(NamedTuple):
    """A box: its type, such as b"ftyp", and its content."""

    type: bytes
    content: bytes

    @property
    def title(self) -> str:
        """The name of the box in messages."""
        return f"{printable_type(self.type)} box"

    def to_bytes(self) -> bytes:
        """Return the bytes of the box in a file: length, type and content."""
        return struct.pack(">L4s", 8 + len(self.content), self.type) + self.content


def read_boxes(
    stream: BinaryIO, find_end: Mapping[bytes, Callable[[BinaryIO, int], int]]
) -> tuple[list[Box], bytes]:
    """Return the boxes of a file, and the bytes after the last one.

    Parameters
    ----------
    stream : binary stream
    find_end : mapping
        By the type of a box without a length: a function (stream, start) that returns the offset
        after its content. Without such a function a box lasts to the end of the file.

    Returns
    -------
    list of Box
        The boxes; boxes of pixels and very long boxes have an empty content.
    bytes
        The bytes after the last box.
    """
    boxes: list[Box] = []
    end, offset = stream.seek(0, 2), 0
    while offset + 8 <= end:
        stream.seek(offset)
        length, kind = struct.unpack(">L4s", stream.read(8))
        start = offset + 8
        if length == 1:
            length, start = int.from_bytes(stream.read(8)), start + 8
        stop = offset + length
        if length == 0:
            stop = find_end[kind](stream, start) if kind in find_end else end
        elif kind in _PIXELS:
            stop = min(stop, end)
        begins_file = kind in _FIRST and kind in (box.type for box in boxes)
        if not start <= stop <= end or begins_file or not _TYPE.fullmatch(kind):
            break
        stream.seek(start)
        is_skipped = kind in _PIXELS or stop - start > _MAX_CONTENT
        boxes.append(Box(kind, b"" if is_skipped else stream.read(stop - start)))
        offset = stop
    stream.seek(offset)
    return boxes, stream.read()


def split_boxes(content: bytes) -> Iterator[Box]:
    """Yield the boxes in the content of a file or of another box."""
    offset = 0
    while offset + 8 <= len(content):
        length, kind = struct.unpack_from(">L4s", content, offset)
        start = offset + 8
        if length == 1:
            length, start = int.from_bytes(content[start : start + 8]), start + 8
        stop = offset + length if length else len(content)
        yield Box(kind, content[start:stop])
        offset = max(stop, start)
