"""Read and write JPEG 2000 with Pillow; boxes, metadata and the end of the codestream here."""

from __future__ import annotations

import io
import math
import re
import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, BinaryIO

from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile

from ...errors import ImageError
from ..codec import Codec, EncodeOptions
from ..formats import Format
from ..image import Image, Metadata, describe_trailing_data
from ..metadata import exif
from ..metadata.resolution import Resolution, valid_resolution
from .boxes import Box, read_boxes, split_boxes
from .number_types import check_bits
from .pillow_pixels import to_pillow
from .pillow_reader import PillowReader
from .pillow_writer import encode_to_bytes, make_save_arguments

EXIF_UUID = b"JpgTiffExif->JP2"
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
IPTC_UUID = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
GEO_UUID = bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03")

# Boxes that describe how the pixels are stored, and boxes without meaning.
_STRUCTURE = (b"jP  ", b"ftyp", b"jp2h", b"jp2c", b"rreq", b"free", b"skip")
_HEADER_STRUCTURE = (b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"res ")

_RESTRICTED_ICC, _ANY_ICC = 2, 3  # methods of a colr box
_MAX_UINT16 = 65_535

# Markers of the codestream. After a tile's pixels comes the marker of the next tile or of the end;
# these bytes never occur within the pixels.
_SOC_SIZ = b"\xff\x4f\xff\x51"  # start of codestream, and the marker of its first segment
_SOD, _EOC = b"\x93", b"\xd9"
_MARKER, _SOT_OR_EOC = re.compile(rb"\xff(.)", re.DOTALL), re.compile(rb"\xff[\x90\xd9]")

# SIZ marker segment after the start of the codestream. The group is the number of components; then
# come, for each component, its bits minus 1 (plus 128 if signed) and two steps of subsampling.
_SIZ = re.compile(rb"\xff\x4f\xff\x51.{36}(..)", re.DOTALL)
_SIGNED = 0x80
_MAX_HEADER = 1 << 16  # bytes


def check_depth(stream: BinaryIO) -> None:
    """Raise ImageError for a file whose depth Pillow would reduce."""
    stream.seek(0)
    start = stream.read(_MAX_HEADER)
    found = _SIZ.search(start)
    if not found:
        raise ImageError("truncated or broken JPEG 2000")
    count = int.from_bytes(found[1])
    depths = start[found.end() : found.end() + 3 * count : 3]
    if any(depth & _SIGNED for depth in depths):
        raise ImageError("holds signed integers, which can't be filtered")
    bits = max({depth + 1 for depth in depths} - {8}, default=8)
    check_bits(bits, {8, 16} if count == 1 else {8})


def read_metadata(stream: BinaryIO) -> Metadata:
    """Return the metadata of a file; a bare codestream has none."""
    found: dict[str, Any] = {}
    unread: list[str] = []
    boxes, rest = _read(stream)
    for box in boxes:
        if box.type == b"jp2h":
            found |= _read_header(box.content, unread)
        elif box.type == b"uuid":
            uuid, content = box.content[:16], box.content[16:]
            if uuid == EXIF_UUID:
                found["exif"] = exif.normalize_block(content)
            elif uuid == XMP_UUID:
                found["xmp"] = content
            elif uuid == IPTC_UUID:
                found["iptc"] = content
            else:
                unread.append("GeoJP2" if uuid == GEO_UUID else f"uuid box {uuid.hex()[:8]}")
        elif box.type not in _STRUCTURE:
            unread.append(box.title)
    if (further := [box.type for box in boxes].count(b"jp2c") - 1) > 0:
        unread.append(f"{further} further picture{'s' * (further > 1)}")
    return Metadata(**found, unread=(*dict.fromkeys(unread), *describe_trailing_data(rest)))


def without_data_after(stream: BinaryIO) -> BinaryIO:
    """Return a file without the bytes after the picture: OpenJPEG fails at a second picture."""
    _, rest = _read(stream)
    stream.seek(0)
    return io.BytesIO(stream.read()[: -len(rest)]) if rest else stream


def with_metadata(file: bytes, metadata: Metadata) -> list[bytes]:
    """Return the file in parts, with metadata added."""
    by_uuid = {EXIF_UUID: metadata.exif, XMP_UUID: metadata.xmp, IPTC_UUID: metadata.iptc}
    parts: list[bytes] = []
    for box in split_boxes(file):
        if box.type == b"jp2h":
            inner = _build_header_boxes(box, metadata)
            box = Box(b"jp2h", b"".join(one.to_bytes() for one in inner))
        elif box.type == b"jp2c":
            parts += [
                Box(b"uuid", uuid + content).to_bytes()
                for uuid, content in by_uuid.items()
                if content
            ]
        parts.append(box.to_bytes())
    return parts


def _read(stream: BinaryIO) -> tuple[list[Box], bytes]:
    """Return (boxes, bytes after the picture); a bare codestream has no boxes."""
    stream.seek(0)
    if stream.read(len(_SOC_SIZ)) != _SOC_SIZ:
        return read_boxes(stream, {b"jp2c": _find_codestream_end})
    stream.seek(_find_codestream_end(stream, 0))
    return [], stream.read()


def _find_codestream_end(stream: BinaryIO, start: int) -> int:
    """Return the offset after the codestream that begins at `start`: after EOC or the last byte."""
    stream.seek(start)
    content = stream.read()
    offset = 2
    while found := _MARKER.match(content, offset):
        offset = found.end()
        if found[1] == _EOC:
            return start + offset
        if found[1] == _SOD:
            following = _SOT_OR_EOC.search(content, offset)
            offset = following.start() if following else len(content)
        else:
            offset += int.from_bytes(content[offset : offset + 2])
    return start + len(content)


def _read_header(content: bytes, unread: list[str]) -> dict[str, Any]:
    """Return the fields of Metadata in a JP2 header; add the names of unknown boxes to `unread`."""
    found: dict[str, Any] = {}
    for box in split_boxes(content):
        if box.type == b"colr" and box.content and box.content[0] in (_RESTRICTED_ICC, _ANY_ICC):
            found["icc"] = box.content[3:] or None
        elif box.type == b"res ":
            # The capture resolution is preferred to the display resolution.
            by_type = {one.type: _read_resolution(one.content) for one in split_boxes(box.content)}
            found["resolution"] = by_type.get(b"resc") or by_type.get(b"resd")
        elif box.type not in _HEADER_STRUCTURE:
            unread.append(box.title)
    return found


def _read_resolution(content: bytes) -> Resolution | None:
    """Return the resolution in a resc or resd box; None if it is broken."""
    if len(content) < 10:
        return None
    numbers = struct.unpack(">4H2b", content[:10])
    if not numbers[1] or not numbers[3] or max(map(abs, numbers[4:])) > 9:
        return None
    down, across = (
        Fraction(numbers[at], numbers[at + 1]) * Fraction(10) ** numbers[4 + at // 2] / 100
        for at in (0, 2)
    )
    return valid_resolution(across.as_integer_ratio(), down.as_integer_ratio(), 3)


def _build_header_boxes(header: Box, metadata: Metadata) -> Iterator[Box]:
    """Yield the boxes of a JP2 header; profile and resolution come from the metadata."""
    for box in split_boxes(header.content):
        if box.type == b"colr" and metadata.icc:
            yield Box(b"colr", bytes((_RESTRICTED_ICC, 0, 0)) + metadata.icc)
        else:
            yield box
    if metadata.resolution and (dpi := metadata.resolution.dpi):
        down, across = (_as_decimal_ratio(Fraction(value) * 10_000 / 254) for value in dpi[::-1])
        content = struct.pack(">4H2b", *down[:2], *across[:2], down[2], across[2])
        yield Box(b"res ", Box(b"resc", content).to_bytes())


def _as_decimal_ratio(value: Fraction) -> tuple[int, int, int]:
    """Return a number as numerator, denominator (16 bits each) and a power of ten.

    Examples
    --------
    >>> _as_decimal_ratio(Fraction(11811)), _as_decimal_ratio(Fraction(10_000_000))
    ((11811, 1, 0), (10000, 1, 3))
    >>> _as_decimal_ratio(Fraction(1, 3))
    (1, 3, 0)
    """
    power = max(0, math.ceil(math.log10(value / _MAX_UINT16)))
    limit = _MAX_UINT16
    ratio = (value / 10**power).limit_denominator(limit)
    while max(ratio.numerator, ratio.denominator) > _MAX_UINT16 and limit > 1:
        limit //= 2
        ratio = (value / 10**power).limit_denominator(limit)
    return ratio.numerator, ratio.denominator, power


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write a picture without loss.

    Parameters
    ----------
    stream : binary stream
    image : Image
        uint8 pixels (H, W, C), grey or RGB, with or without alpha, or grey uint16.
    format : Format
        JPEG 2000.
    options : EncodeOptions
        Not used.
    """
    arguments = make_save_arguments(image.metadata, image.metadata.exif)
    # On a full disk OpenJPEG would never stop trying to write.
    file = encode_to_bytes(to_pillow(image), format, arguments)
    stream.writelines(with_metadata(file, image.metadata))


_READER = PillowReader(
    Jpeg2KImageFile, read_metadata, check=check_depth, select_picture=without_data_after
)
CODEC = Codec(_READER.decode, encode)
