"""Parse a GIF: the size of its screen, the compressed frames, and the metadata."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

import numpy as np

from ....errors import ImageError
from ...image import Metadata, Pixels, describe_trailing_data, printable_type
from ...metadata.resolution import Resolution, from_gif_aspect

# Disposal methods: how a frame's area is treated before the next frame. Other numbers mean NONE.
DISPOSE_NONE, DISPOSE_BACKGROUND, DISPOSE_PREVIOUS = 1, 2, 3

SCREEN_DESCRIPTOR, IMAGE_DESCRIPTOR = struct.Struct("<HHBBB"), struct.Struct("<HHHHB")
COLOUR_TABLE, INTERLACE = 0x80, 0x40

EXTENSION, IMAGE_SEPARATOR, TRAILER = 0x21, 0x2C, 0x3B
GRAPHIC_CONTROL, COMMENT, APPLICATION, _PLAIN_TEXT = 0xF9, 0xFE, 0xFF, 0x01
_GRAPHIC_CONTROL_FIELDS = struct.Struct("<BHB")
_TRANSPARENT = 1

_LOOPING = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
XMP, ICC = b"XMP DataXMP", b"ICCRGBG1012"

# XMP isn't divided into blocks. A reader of blocks takes bytes of the XMP for lengths; the trailer
# leads such a reader to the end of the XMP.
XMP_TRAILER = bytes((1, *range(255, -1, -1), 0))

_CENTISECOND = 10


class GraphicControl(NamedTuple):
    """The graphic control extension before a frame: disposal, duration, transparent index."""

    disposal: int = DISPOSE_NONE
    duration: int = 0  # milliseconds
    transparent: int | None = None


class Frame(NamedTuple):
    """A frame: area on the screen, palette (K, 3) or None, and compressed indices."""

    left: int
    top: int
    width: int
    height: int
    interlaced: bool
    palette: Pixels | None
    control: GraphicControl
    content: bytes


@dataclass
class Gif:
    """The content of a file, as `parse` finds it."""

    width: int
    height: int
    frames: list[Frame] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)
    loop_count: int = 1
    xmp: bytes | None = None
    icc: bytes | None = None
    resolution: Resolution | None = None
    unread: list[str] = field(default_factory=list)

    def metadata(self) -> Metadata:
        """Return the metadata of the picture, or of all frames."""
        return Metadata(
            comment=b"\n".join(self.comments) or None,
            xmp=self.xmp,
            icc=self.icc,
            resolution=self.resolution,
            unread=tuple(dict.fromkeys(self.unread)),
        )


class _Cursor:
    """Reads a file from start to end; ImageError if it ends too early."""

    def __init__(self, content: bytes):
        self.content, self.offset = content, 0

    @property
    def is_at_end(self) -> bool:
        return self.offset >= len(self.content)

    def read(self, count: int) -> bytes:
        content = self.content[self.offset : self.offset + count]
        if len(content) < count:
            raise ImageError("truncated GIF")
        self.offset += count
        return content

    def read_palette(self, flags: int) -> Pixels | None:
        """Return the colour table (K, 3) at the offset; None if the flags announce none."""
        if not flags & COLOUR_TABLE:
            return None
        return np.frombuffer(self.read(3 << (flags & 7) + 1), np.uint8).reshape(-1, 3)

    def read_blocks(self) -> list[bytes]:
        blocks = []
        while length := self.read(1)[0]:
            blocks.append(self.read(length))
        return blocks


def parse(stream: BinaryIO) -> Gif:
    """Return the content of a file; the trailer may be missing, as in many files."""
    stream.seek(0)
    cursor = _Cursor(stream.read())
    cursor.read(6)
    width, height, flags, _, aspect = SCREEN_DESCRIPTOR.unpack(cursor.read(SCREEN_DESCRIPTOR.size))
    gif, palette, control = Gif(width, height), cursor.read_palette(flags), GraphicControl()
    gif.resolution = from_gif_aspect(aspect)
    while not cursor.is_at_end:
        kind = cursor.read(1)[0]
        if kind == EXTENSION:
            control = _read_extension(cursor, gif, control)
        elif kind == IMAGE_SEPARATOR:
            gif.frames.append(_read_frame(cursor, palette, control))
            control = GraphicControl()
        elif kind:
            # The picture ends at a trailer or at an unknown byte; other data may follow.
            gif.unread += describe_trailing_data(
                cursor.content[cursor.offset - (kind != TRAILER) :]
            )
            break
    if not gif.frames:
        raise ImageError("truncated or broken GIF: it has no frame")
    if not width or not height:
        first = gif.frames[0]
        gif.width, gif.height = first.left + first.width, first.top + first.height
    return gif


def _read_frame(cursor: _Cursor, palette: Pixels | None, control: GraphicControl) -> Frame:
    left, top, width, height, flags = IMAGE_DESCRIPTOR.unpack(cursor.read(IMAGE_DESCRIPTOR.size))
    own = cursor.read_palette(flags)
    start = cursor.offset
    cursor.read(1)
    cursor.read_blocks()
    content = cursor.content[start : cursor.offset]
    own = palette if own is None else own
    return Frame(left, top, width, height, bool(flags & INTERLACE), own, control, content)


def _read_extension(cursor: _Cursor, gif: Gif, control: GraphicControl) -> GraphicControl:
    """Read an extension into `gif`; return the graphic control of the next frame."""
    kind, start = cursor.read(1)[0], cursor.offset
    blocks = cursor.read_blocks()
    name, *rest = blocks or [b""]
    if kind == GRAPHIC_CONTROL and len(name) >= _GRAPHIC_CONTROL_FIELDS.size:
        flags, ticks, index = _GRAPHIC_CONTROL_FIELDS.unpack_from(name)
        transparent = index if flags & _TRANSPARENT else None
        return GraphicControl(flags >> 2 & 7, ticks * _CENTISECOND, transparent)
    if kind == COMMENT and blocks:
        gif.comments.append(b"".join(blocks))
    elif kind == APPLICATION and name == XMP:
        gif.xmp = cursor.content[start + 1 + len(name) : cursor.offset - len(XMP_TRAILER)] or None
    elif kind == APPLICATION and name == ICC:
        gif.icc = b"".join(rest) or None
    elif kind == APPLICATION and name in _LOOPING:
        for block in rest:
            if block[:1] == b"\x01" and len(block) >= 3:
                repeats = int.from_bytes(block[1:3], "little")
                # The number counts the repetitions after the first run; 0 means for ever.
                gif.loop_count = repeats and repeats + 1
    elif kind == APPLICATION:
        gif.unread.append(f"extension {printable_type(name)}".strip())
    elif kind == _PLAIN_TEXT:
        gif.unread.append("plain text")
    return control
