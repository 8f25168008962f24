"""The segments of a JPEG: its kind, and the metadata that Pillow lacks."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Container, Iterator
from contextlib import suppress
from typing import BinaryIO, NamedTuple

from ...errors import ImageError
from ..image import Metadata, describe_trailing_data
from ..metadata import ifd, photoshop, xmp
from ..metadata.resolution import CENTIMETRE, INCH, NO_UNIT, Resolution, valid_resolution
from .number_types import check_bits

# Markers, and the names with which application segments begin.
_SOI = b"\xff\xd8"
_APP0, _APP1, _APP2, _APP13, _APP14 = 0xE0, 0xE1, 0xE2, 0xED, 0xEE
_COM, _SOS, _EOI = 0xFE, 0xDA, 0xD9
_WITHOUT_LENGTH = (0x01, *range(0xD0, 0xD9))  # TEM, RST0 to RST7 and SOI
_EXIF, _ICC, _JFIF, _ADOBE = b"Exif\0\0", b"ICC_PROFILE\0", b"JFIF\0", b"Adobe"
_EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_MPF = b"MPF\0"  # lists the pictures after the first one
_KNOWN = {
    _APP0: (_JFIF,), _APP1: (_EXIF, xmp.PREFIX, _EXTENDED_XMP), _APP2: (_ICC,),
    _APP13: (photoshop.PREFIX,), _APP14: (_ADOBE,),
}  # fmt: skip

# Start-of-frame markers of the kinds of JPEG that are read, and names of the other kinds.
_READ = (0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA)
_NOT_READ = dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF, 0xDE), "hierarchical JPEG") | {
    0xCB: "lossless JPEG with arithmetic coding", 0xF7: "JPEG-LS file",
}  # fmt: skip
_FRAME = struct.Struct(">BHHB")  # bits, height, width, channels

JFIF_UNITS = NO_UNIT, INCH, CENTIMETRE  # by their numbers in JFIF
_NAME = re.compile(rb"[A-Za-z0-9 _.-]{2,20}")

# A marker that ends the pixels: FF 00 is a byte of the pixels, and D0 to D7 restart the decoder.
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
_MP_ENTRIES = 0xB002
_MAX_CONTENT = 65_533  # bytes of a segment after its length


class _Segment(NamedTuple):
    marker: int
    content: bytes


def check_kind(stream: BinaryIO, channels: Container[int] = (1, 3, 4)) -> None:
    """Raise ImageError for an intact JPEG of a kind, or number of channels, that isn't read."""
    for marker, content in _read_segments(stream):
        if marker in _NOT_READ:
            raise ImageError(f"is a {_NOT_READ[marker]}, which isn't read")
        if marker in _READ and len(content) >= _FRAME.size:
            bits, height, _, count = _FRAME.unpack_from(content)
            if 2 <= bits <= 16:
                check_bits(bits, {8})
            if count not in channels:
                raise ImageError(f"has {count} channels; a JPEG of 1, 3 or 4 is read")
            if not height:
                raise ImageError("says its height behind its pixels (DNL), which isn't read")
            return


def read_single_scan(stream: BinaryIO) -> bytes | None:
    """Return a whole file, or None unless its end marker follows the first scan.

    Between several scans there are further markers. Other markers there are an error for Pillow.
    """
    for _ in _read_segments(stream):
        pass
    start = stream.tell()
    stream.seek(0)
    file = stream.read()
    found = _MARKER.search(file, start)
    return file if found and found[1][0] == _EOI else None


def read_metadata(stream: BinaryIO) -> Metadata:
    """Return the metadata in the segments before the pixels, except ICC, EXIF and XMP.

    `unread` also names the data after the picture.
    """
    segments = list(_read_segments(stream))
    scan = stream.tell() - 2
    stream.seek(0)
    file = stream.read()
    further = _find_further_ends(file, segments)
    profile = _find_contents(segments, _APP2, _ICC)
    resources = b"".join(_find_contents(segments, _APP13, photoshop.PREFIX)) or None
    comments = _find_contents(segments, _COM)
    unread = [
        _describe_segment(marker, content)
        for marker, content in segments
        if _APP0 <= marker < _APP0 + 16 and not content.startswith(_KNOWN.get(marker, ()))
        if not (further and content.startswith(_MPF))
    ]
    if further:
        unread.append(f"{len(further)} further picture{'s' * (len(further) > 1)}")
    unread += describe_trailing_data(file[max([_find_picture_end(file, scan), *further]) :])
    extended = _find_contents(segments, _APP1, _EXTENDED_XMP)
    return Metadata(
        resolution=_read_density(segments),
        comment=b"\n".join(comments) or None,
        photoshop=resources,
        iptc=photoshop.find_iptc(resources),
        extended_xmp=tuple(_EXTENDED_XMP + content for content in extended),
        unread=tuple(dict.fromkeys(unread)),
        details=("the thumbnail in JFIF is left out",) if _has_thumbnail(segments) else (),
        # Each part begins with its number and the number of parts.
        unreadable=("ICC profile",) if profile and profile[0][1] != len(profile) else (),
    )


def encode_segments(metadata: Metadata) -> bytes:
    """Return the bytes of the segments that Pillow doesn't write."""
    resources = photoshop.with_iptc(metadata.photoshop, metadata.iptc) or b""
    size = _MAX_CONTENT - len(photoshop.PREFIX)
    parts = [photoshop.PREFIX + resources[at : at + size] for at in range(0, len(resources), size)]
    segments = [(_APP1, content) for content in metadata.extended_xmp]
    segments += [(_APP13, content) for content in parts]
    return b"".join(
        bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2) + content
        for marker, content in segments
    )


def _read_segments(stream: BinaryIO) -> Iterator[_Segment]:
    """Yield the segments before the first scan."""
    stream.seek(2)
    while byte := stream.read(1):
        if byte != b"\xff":
            continue
        while (code := stream.read(1)) == b"\xff":
            pass
        marker = code[0] if code else _EOI
        if marker in (_SOS, _EOI):
            return
        if marker in _WITHOUT_LENGTH or marker == 0:
            continue
        length = int.from_bytes(stream.read(2))
        yield _Segment(marker, stream.read(max(0, length - 2)))


def _find_contents(segments: list[_Segment], marker: int, name: bytes = b"") -> list[bytes]:
    """Return the contents, without the name, of the segments with this marker and name."""
    return [
        segment.content[len(name) :]
        for segment in segments
        if segment.marker == marker and segment.content.startswith(name)
    ]


def _find_picture_end(file: bytes, offset: int) -> int:
    """Return the offset after a picture, given the offset of one of its segments or scans."""
    while found := _MARKER.search(file, offset):
        offset = found.end()
        if found[1][0] == _EOI:
            return offset
        offset += int.from_bytes(file[offset : offset + 2])
    return len(file)


def _find_further_ends(file: bytes, segments: list[_Segment]) -> list[int]:
    """Return the offset after each further picture that MPF lists and that is in the file."""
    ends = []
    for index in _find_contents(segments, _APP2, _MPF):
        # Offsets count from the end of the name.
        start = file.index(_MPF + index) + len(_MPF)
        with suppress(struct.error):
            order, _, first = ifd.read_header(block := io.BytesIO(index))
            entry = ifd.read(block, first).get(_MP_ENTRIES)
            # The lengths in the entries are wrong in many files.
            entries = struct.iter_unpack(order + "LLLHH", entry.content if entry else b"")
            for offset in dict.fromkeys(offset for _, _, offset, _, _ in entries):
                if offset and file.startswith(_SOI, start + offset):
                    ends.append(_find_picture_end(file, start + offset + len(_SOI)))
    return ends


def _has_thumbnail(segments: list[_Segment]) -> bool:
    """Return whether JFIF has a thumbnail, by its width and height."""
    return any(len(jfif) > 9 and all(jfif[7:9]) for jfif in _find_contents(segments, _APP0, _JFIF))


def _read_density(segments: list[_Segment]) -> Resolution | None:
    """Return the resolution in JFIF; None if there is none, or it says only "square pixels"."""
    for jfif in _find_contents(segments, _APP0, _JFIF):
        if len(jfif) >= 7:
            across, down = int.from_bytes(jfif[3:5]), int.from_bytes(jfif[5:7])
            unit = JFIF_UNITS[jfif[2]] if jfif[2] < len(JFIF_UNITS) else -1
            found = valid_resolution((across, 1), (down, 1), unit)
            return None if found is None or found.is_square_only else found
    return None


def _describe_segment(marker: int, content: bytes) -> str:
    """Return the name of a segment for messages: APP with a number, and the name in its content."""
    found = _NAME.match(content.split(b"\0")[0])
    number = f"APP{marker - _APP0}"
    return f"{number} {found[0].decode().strip()}" if found else number
