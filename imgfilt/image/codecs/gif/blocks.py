"""A GIF's blocks: its screen, its frames and what stands beside them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from ....errors import ImageError
from ...image import Pixels, printable_type, trailing_data
from ...metadata.resolution import Resolution, from_gif_aspect

# What becomes of a frame's place when its time is over; every other number is KEPT.
KEPT, CLEARED, RESTORED = 1, 2, 3

SCREEN, PLACE = struct.Struct("<HHBBB"), struct.Struct("<HHHHB")
TABLE, INTERLACED = 0x80, 0x40

EXTENSION, FRAME, END = 0x21, 0x2C, 0x3B
CONTROL, COMMENT, APPLICATION, _TEXT = 0xF9, 0xFE, 0xFF, 0x01
_CONTROLS = struct.Struct("<BHB")
_TRANSPARENT = 1

_LOOPING = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
XMP, ICC = b"XMP DataXMP", b"ICCRGBG1012"

# Behind XMP, which stands in a GIF without blocks: the numbers 255 to 0, that lead a reader of
# blocks to the end wherever it is. The first is 1, the last two are 0.
_XMP_END = 258

_CENTISECOND = 10


class Control(NamedTuple):
    """What stands before a frame about how it is shown."""

    disposal: int = KEPT
    duration: int = 0  # milliseconds
    transparent: int | None = None


class Frame(NamedTuple):
    """A frame: its place on the screen, its colours (K, 3), if any, and its compressed indices."""

    left: int
    top: int
    width: int
    height: int
    interlaced: bool
    palette: Pixels | None
    control: Control
    content: bytes


@dataclass
class Blocks:
    """What a file says, in the order of its blocks."""

    width: int
    height: int
    frames: list[Frame] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)
    loop_count: int = 1
    xmp: bytes | None = None
    icc: bytes | None = None
    resolution: Resolution | None = None
    unread: list[str] = field(default_factory=list)

    def metadata(self) -> dict[str, Any]:
        """Return what it says beside its frames, as Metadata has it."""
        return {
            "comment": b"\n".join(self.comments) or None,
            "xmp": self.xmp,
            "icc": self.icc,
            "resolution": self.resolution,
            "unread": tuple(dict.fromkeys(self.unread)),
        }


class _Cursor:
    """A place in a file that is read from there on; ImageError where it breaks off."""

    def __init__(self, content: bytes):
        self.content, self.at = content, 0

    @property
    def is_at_end(self) -> bool:
        return self.at >= len(self.content)

    def take(self, count: int) -> bytes:
        found = self.content[self.at : self.at + count]
        if len(found) < count:
            raise ImageError("truncated GIF")
        self.at += count
        return found

    def take_table(self, flags: int) -> Pixels | None:
        """Return the colours that stand next, if flags say so."""
        if not flags & TABLE:
            return None
        return np.frombuffer(self.take(3 << (flags & 7) + 1), np.uint8).reshape(-1, 3)

    def take_blocks(self) -> list[bytes]:
        blocks = []
        while length := self.take(1)[0]:
            blocks.append(self.take(length))
        return blocks


def blocks(stream: BinaryIO) -> Blocks:
    """Return the blocks of a file. Many have no end block; the end of the file does, then."""
    stream.seek(0)
    cursor = _Cursor(stream.read())
    cursor.take(6)
    width, height, flags, _, aspect = SCREEN.unpack(cursor.take(SCREEN.size))
    found, palette, control = Blocks(width, height), cursor.take_table(flags), Control()
    found.resolution = from_gif_aspect(aspect)
    while not cursor.is_at_end:
        kind = cursor.take(1)[0]
        if kind == EXTENSION:
            control = _extension(cursor, found, control)
        elif kind == FRAME:
            found.frames.append(_frame(cursor, palette, control))
            control = Control()
        elif kind:
            # After the end, or after the last frame, anything may stand.
            found.unread += trailing_data(cursor.content[cursor.at - (kind != END) :])
            break
    if not found.frames:
        raise ImageError("truncated or broken GIF: it has no frame")
    if not width or not height:
        first = found.frames[0]
        found.width, found.height = first.left + first.width, first.top + first.height
    return found


def _frame(cursor: _Cursor, palette: Pixels | None, control: Control) -> Frame:
    left, top, width, height, flags = PLACE.unpack(cursor.take(PLACE.size))
    own = cursor.take_table(flags)
    start = cursor.at
    cursor.take(1)
    cursor.take_blocks()
    content = cursor.content[start : cursor.at]
    own = palette if own is None else own
    return Frame(left, top, width, height, bool(flags & INTERLACED), own, control, content)


def _extension(cursor: _Cursor, found: Blocks, control: Control) -> Control:
    """Read an extension; return what is said of the frame that comes."""
    kind, start = cursor.take(1)[0], cursor.at
    held = cursor.take_blocks()
    name, *rest = held or [b""]
    if kind == CONTROL and len(name) >= _CONTROLS.size:
        flags, ticks, index = _CONTROLS.unpack_from(name)
        transparent = index if flags & _TRANSPARENT else None
        return Control(flags >> 2 & 7, ticks * _CENTISECOND, transparent)
    if kind == COMMENT and held:
        found.comments.append(b"".join(held))
    elif kind == APPLICATION and name == XMP:
        found.xmp = cursor.content[start + 1 + len(name) : cursor.at - _XMP_END] or None
    elif kind == APPLICATION and name == ICC:
        found.icc = b"".join(rest) or None
    elif kind == APPLICATION and name in _LOOPING:
        for block in rest:
            if block[:1] == b"\x01" and len(block) >= 3:
                repeats = int.from_bytes(block[1:3], "little")
                # The number counts the repetitions; 0 is for ever.
                found.loop_count = repeats and repeats + 1
    elif kind == APPLICATION:
        found.unread.append(f"extension {printable_type(name)}".strip())
    elif kind == _TEXT:
        found.unread.append("plain text")
    return control
