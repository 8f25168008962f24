"""The boxes that JPEG 2000 and AVIF consist of, and what they say beside the pixels."""

from __future__ import annotations

import io
import math
import re
import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, BinaryIO, NamedTuple

from ..image import Metadata, printable_type, trailing_data
from ..metadata import exif
from ..metadata.resolution import Resolution, resolution
from . import codestream

EXIF = b"JpgTiffExif->JP2"
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
GEO = bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03")

# What says how pixels are stored, or nothing beside them.
_STRUCTURE = (b"jP  ", b"ftyp", b"jp2h", b"jp2c", b"rreq", b"free", b"skip")
_AVIF_STRUCTURE = (b"ftyp", b"meta", b"moov", b"mdat", b"free", b"skip", b"wide")
_PIXELS = (b"jp2c", b"mdat")
_KIND = re.compile(rb"[ -~\xa9][ -~]{3}")
_HEADER_STRUCTURE = (b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"res ")

_RESTRICTED_ICC, _ANY_ICC = 2, 3  # methods of a colr box
_SHORT, _MOST = 65_535, 256 << 20

_NCLX = re.compile(rb"colrnclx(.{4})", re.DOTALL)
_UNSPECIFIED, _SRGB = 2, (1, 13)
_RGB_FULL_RANGE = b"\0\1"  # what cICP says behind primaries and transfer, of pixels in RGB


class Box(NamedTuple):
    """A box: its kind, and what it holds."""

    kind: bytes
    content: bytes

    @property
    def bytes(self) -> bytes:
        """The box as it stands in a file."""
        return struct.pack(">L4s", 8 + len(self.content), self.kind) + self.content


def read_jp2(stream: BinaryIO) -> Metadata:
    """Return what the boxes of a JPEG 2000 say; a bare codestream has none."""
    found: dict[str, Any] = {}
    unread: list[str] = []
    boxes, behind = _read(stream)
    for box in boxes:
        if box.kind == b"jp2h":
            found |= _header(box.content, unread)
        elif box.kind == b"uuid":
            uuid, content = box.content[:16], box.content[16:]
            if uuid == EXIF:
                found["exif"] = exif.bare(content)
            elif uuid == XMP:
                found["xmp"] = content
            elif uuid == IPTC:
                found["iptc"] = content
            else:
                unread.append("GeoJP2" if uuid == GEO else f"uuid box {uuid.hex()[:8]}")
        elif box.kind not in _STRUCTURE:
            unread.append(_title(box))
    if (further := [box.kind for box in boxes].count(b"jp2c") - 1) > 0:
        unread.append(f"{further} further picture{'s' * (further > 1)}")
    return Metadata(**found, unread=(*dict.fromkeys(unread), *trailing_data(behind)))


def alone(stream: BinaryIO) -> BinaryIO:
    """Return a JPEG 2000 without what stands behind it: OpenJPEG fails at a second file."""
    _, behind = _read(stream)
    stream.seek(0)
    return io.BytesIO(stream.read()[: -len(behind)]) if behind else stream


def with_metadata(file: bytes, metadata: Metadata) -> list[bytes]:
    """Return a JPEG 2000 with what a picture's metadata says, in parts."""
    parts: list[bytes] = []
    for box in _cut(file):
        if box.kind == b"jp2h":
            box = Box(b"jp2h", b"".join(inner.bytes for inner in _described(box, metadata)))
        elif box.kind == b"jp2c":
            for uuid, content in (
                (EXIF, metadata.exif),
                (XMP, metadata.xmp),
                (IPTC, metadata.iptc),
            ):
                if content:
                    parts.append(Box(b"uuid", uuid + content).bytes)
        parts.append(box.bytes)
    return parts


def read_avif(stream: BinaryIO) -> Metadata:
    """Return what an AVIF says of its primaries and transfer; name the boxes that aren't read."""
    boxes, behind = _read(stream)
    codes = _nclx(boxes)
    unread = dict.fromkeys(_title(box) for box in boxes if box.kind not in _AVIF_STRUCTURE)
    return Metadata(
        colour={b"cICP": codes} if codes else {}, unread=(*unread, *trailing_data(behind))
    )


def _title(box: Box) -> str:
    return f"{printable_type(box.kind)} box"


def _nclx(boxes: list[Box]) -> bytes | None:
    """Return primaries and transfer as cICP has them."""
    for box in boxes:
        if box.kind in (b"meta", b"moov") and (found := _NCLX.search(box.content)):
            primaries, transfer = struct.unpack(">2H", found[1])
            codes = primaries, transfer
            if _UNSPECIFIED in codes or codes == _SRGB or max(codes) > 255:
                return None
            return bytes((primaries, transfer)) + _RGB_FULL_RANGE
    return None


def with_nclx(file: bytes, cicp: bytes) -> list[bytes]:
    """Return an AVIF whose pixels have these primaries and this transfer."""
    codes = b"colrnclx" + struct.pack(">2H", *cicp[:2])
    return [
        Box(box.kind, _NCLX.sub(lambda _: codes, box.content)).bytes
        if box.kind in (b"meta", b"moov")
        else box.bytes
        for box in _cut(file)
    ]


def _read(stream: BinaryIO) -> tuple[list[Box], bytes]:
    """Return the boxes of a file, those of pixels without their content, and what is behind all."""
    found: list[Box] = []
    end, place = stream.seek(0, 2), 0
    stream.seek(0)
    if stream.read(len(codestream.START)) == codestream.START:
        stream.seek(codestream.end(stream, 0))
        return found, stream.read()
    while place + 8 <= end:
        stream.seek(place)
        length, kind = struct.unpack(">L4s", stream.read(8))
        start = place + 8
        if length == 1:
            length, start = int.from_bytes(stream.read(8)), start + 8
        stop = place + length
        if length == 0:
            stop = codestream.end(stream, start) if kind == b"jp2c" else end
        elif kind in _PIXELS:
            stop = min(stop, end)
        begins_file = kind in (b"jP  ", b"ftyp") and kind in (box.kind for box in found)
        if not start <= stop <= end or begins_file or not _KIND.fullmatch(kind):
            break
        stream.seek(start)
        large = kind in _PIXELS or stop - start > _MOST
        found.append(Box(kind, b"" if large else stream.read(stop - start)))
        place = stop
    stream.seek(place)
    return found, stream.read()


def _cut(file: bytes) -> Iterator[Box]:
    """Give the boxes that stand one behind the other."""
    place = 0
    while place + 8 <= len(file):
        length, kind = struct.unpack_from(">L4s", file, place)
        start = place + 8
        if length == 1:
            length, start = int.from_bytes(file[start : start + 8]), start + 8
        stop = place + length if length else len(file)
        yield Box(kind, file[start:stop])
        place = max(stop, start)


def _header(content: bytes, unread: list[str]) -> dict[str, Any]:
    """Return the profile and the resolution of a JP2 header."""
    found: dict[str, Any] = {}
    for box in _cut(content):
        if box.kind == b"colr" and box.content and box.content[0] in (_RESTRICTED_ICC, _ANY_ICC):
            found["icc"] = box.content[3:] or None
        elif box.kind == b"res ":
            # How it was captured counts; else how it is to be displayed.
            said = {inner.kind: _resolution(inner.content) for inner in _cut(box.content)}
            found["resolution"] = said.get(b"resc") or said.get(b"resd")
        elif box.kind not in _HEADER_STRUCTURE:
            unread.append(_title(box))
    return found


def _resolution(content: bytes) -> Resolution | None:
    if len(content) < 10:
        return None
    numbers = struct.unpack(">4H2b", content[:10])
    if not numbers[1] or not numbers[3] or max(map(abs, numbers[4:])) > 9:
        return None
    down, across = (
        Fraction(numbers[at], numbers[at + 1]) * Fraction(10) ** numbers[4 + at // 2] / 100
        for at in (0, 2)
    )
    return resolution(_ratio(across), _ratio(down), 3)


def _ratio(value: Fraction) -> tuple[int, int]:
    return value.numerator, value.denominator


def _described(header: Box, metadata: Metadata) -> Iterator[Box]:
    """Give the boxes of a JP2 header with a profile and a resolution."""
    for box in _cut(header.content):
        if box.kind == b"colr" and metadata.icc:
            yield Box(b"colr", bytes((_RESTRICTED_ICC, 0, 0)) + metadata.icc)
        else:
            yield box
    if metadata.resolution and (dpi := metadata.resolution.dpi):
        down, across = (_scaled(Fraction(value) * 10_000 / 254) for value in dpi[::-1])
        content = struct.pack(">4H2b", *down[:2], *across[:2], down[2], across[2])
        yield Box(b"res ", Box(b"resc", content).bytes)


def _scaled(value: Fraction) -> tuple[int, int, int]:
    """Return a number as a fraction of 16-bit numbers times a power of ten.

    Examples
    --------
    >>> _scaled(Fraction(11811)), _scaled(Fraction(10_000_000)), _scaled(Fraction(1, 3))
    ((11811, 1, 0), (10000, 1, 3), (1, 3, 0))
    """
    power = max(0, math.ceil(math.log10(value / _SHORT)))
    found = (value / 10**power).limit_denominator(_SHORT)
    largest = _SHORT
    while max(found.numerator, found.denominator) > _SHORT and largest > 1:
        largest //= 2
        found = (value / 10**power).limit_denominator(largest)
    return found.numerator, found.denominator, power
