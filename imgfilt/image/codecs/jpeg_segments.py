"""A JPEG's marker segments that aren't its pixels: read one by one, so that none is overlooked."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from ..image import Metadata, trailing_data
from ..metadata import ifd, photoshop, xmp
from ..metadata.resolution import CENTIMETRE, INCH, NO_UNIT, Resolution, resolution

_EXIF = b"Exif\0\0"
_EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_ICC, _JFIF, _ADOBE = b"ICC_PROFILE\0", b"JFIF\0", b"Adobe"
_MPF = b"MPF\0"  # a list of further pictures, that stand behind the first
_APP0, _APP1, _APP2, _APP13 = 0xE0, 0xE1, 0xE2, 0xED
_COMMENT, _SCAN, _END = 0xFE, 0xDA, 0xD9
_ALONE = (0x01, *range(0xD0, 0xD9))  # markers without a length

# What is read, by Pillow or here, or says how the pixels are coded.
_KNOWN = {
    _APP0: (_JFIF,), _APP1: (_EXIF, xmp.PREFIX, _EXTENDED_XMP), _APP2: (_ICC,),
    _APP13: (photoshop.PREFIX,), 0xEE: (_ADOBE,),
}  # fmt: skip
JFIF_UNITS = NO_UNIT, INCH, CENTIMETRE  # by their numbers there
_NAME = re.compile(rb"[A-Za-z0-9 _.-]{2,20}")

# Between the pixels, where FF 00 is a byte of them and D0 to D7 restart their decoder.
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)

_START = b"\xff\xd8"
_MP_ENTRIES = 0xB002

_LONGEST = 65_533  # bytes behind a segment's length


def read(stream: BinaryIO) -> Metadata:
    """Return what the segments before the pixels say, but for ICC, EXIF and XMP.

    It tells of what stands behind the picture, too.
    """
    segments = list(before_pixels(stream))
    scan = stream.tell() - 2
    stream.seek(0)
    content = stream.read()
    further = _further(content, segments)
    profile = [held for marker, held in segments if marker == _APP2 and held.startswith(_ICC)]
    resources = _joined(segments, _APP13, photoshop.PREFIX) or None
    comments = [held for marker, held in segments if marker == _COMMENT]
    unread = [
        _title(marker, held)
        for marker, held in segments
        if _APP0 <= marker < _APP0 + 16 and not held.startswith(_KNOWN.get(marker, ()))
        if not (further and held.startswith(_MPF))
    ]
    if further:
        unread.append(f"{len(further)} further picture{'s' * (len(further) > 1)}")
    unread += trailing_data(content[max([_end(content, scan), *further]) :])
    return Metadata(
        resolution=_density(segments),
        comment=b"\n".join(comments) or None,
        photoshop=resources,
        iptc=photoshop.iptc(resources),
        segments=tuple(
            held for marker, held in segments if marker == _APP1 and held.startswith(_EXTENDED_XMP)
        ),
        unread=tuple(dict.fromkeys(unread)),
        details=("the thumbnail in JFIF is left out",) if _has_thumbnail(segments) else (),
        # Each part says how many there are.
        unreadable=("ICC profile",) if profile and profile[0][13] != len(profile) else (),
    )


def written(metadata: Metadata) -> bytes:
    """Return the segments that Pillow doesn't write."""
    resources = photoshop.with_iptc(metadata.photoshop, metadata.iptc) or b""
    room = _LONGEST - len(photoshop.PREFIX)
    parts = [photoshop.PREFIX + resources[at : at + room] for at in range(0, len(resources), room)]
    segments = [(_APP1, content) for content in metadata.segments]
    segments += [(_APP13, content) for content in parts]
    return b"".join(
        bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2) + content
        for marker, content in segments
    )


def before_pixels(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Give the marker and content of each segment before the first scan."""
    stream.seek(2)
    while byte := stream.read(1):
        if byte != b"\xff":
            continue
        while (code := stream.read(1)) == b"\xff":
            pass
        marker = code[0] if code else _END
        if marker in (_SCAN, _END):
            return
        if marker in _ALONE or marker == 0:
            continue
        length = int.from_bytes(stream.read(2))
        yield marker, stream.read(max(0, length - 2))


def _end(content: bytes, at: int) -> int:
    """Return where the picture ends of which a segment or a scan begins there."""
    while found := _MARKER.search(content, at):
        at = found.end()
        if found[1][0] == _END:
            return at
        at += int.from_bytes(content[at : at + 2])
    return len(content)


def _further(content: bytes, segments: list[tuple[int, bytes]]) -> list[int]:
    """Return where each further picture ends that the file lists and has."""
    ends = []
    for marker, held in segments:
        if marker == _APP2 and held.startswith(_MPF):
            # Places count from behind the name.
            start = content.index(held) + len(_MPF)
            with suppress(struct.error):
                block = io.BytesIO(held[len(_MPF) :])
                order, _, first = ifd.read_header(block)
                entry = ifd.read(block, first).get(_MP_ENTRIES)
                table = entry.content if entry else b""
                # Their lengths are wrong in many files.
                entries = struct.iter_unpack(order + "LLLHH", table)
                for place in dict.fromkeys(place for _, _, place, _, _ in entries):
                    if place and content.startswith(_START, start + place):
                        ends.append(_end(content, start + place + len(_START)))
    return ends


def _has_thumbnail(segments: list[tuple[int, bytes]]) -> bool:
    """Return whether JFIF says that it has a thumbnail, by its width and height."""
    return any(
        marker == _APP0 and held.startswith(_JFIF) and all(held[12:14]) and len(held) > 14
        for marker, held in segments
    )


def _joined(segments: list[tuple[int, bytes]], wanted: int, name: bytes) -> bytes:
    return b"".join(
        content[len(name) :]
        for marker, content in segments
        if marker == wanted and content.startswith(name)
    )


def _density(segments: list[tuple[int, bytes]]) -> Resolution | None:
    """Return the resolution that JFIF says."""
    for marker, content in segments:
        if marker == _APP0 and content.startswith(_JFIF) and len(content) >= 12:
            across, down = int.from_bytes(content[8:10]), int.from_bytes(content[10:12])
            unit = JFIF_UNITS[content[7]] if content[7] < len(JFIF_UNITS) else -1
            said = resolution((across, 1), (down, 1), unit)
            return None if said is None or said.says_nothing else said
    return None


def _title(marker: int, content: bytes) -> str:
    """Return what a segment is called: its number, and the name that it begins with, if any."""
    found = _NAME.match(content.split(b"\0")[0])
    name = f"APP{marker - _APP0}"
    return f"{name} {found[0].decode().strip()}" if found else name
