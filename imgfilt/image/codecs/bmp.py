"""What a BMP says beside its pixels: its resolution, a profile, and what stands behind them."""

from __future__ import annotations

import struct
from typing import BinaryIO

from ..image import Metadata, trailing_data
from ..metadata.resolution import from_per_metre

_FILE_HEADER = 14  # which a .dib may lack
_CORE, _WITH_RESOLUTION, _VERSION_5 = 12, 40, 124
_EMBEDDED, _LINKED, _CALIBRATED = b"DEBM", b"KNIL", b"\0\0\0\0"
_RUN_LENGTHS = 1, 2  # compressions
_BITFIELDS = 3


def read_beside(stream: BinaryIO) -> Metadata:
    """Return the resolution and the profile; name other descriptions of its colours."""
    stream.seek(0)
    header = stream.read(_FILE_HEADER + _VERSION_5)
    begin = _FILE_HEADER if header[:2] == b"BM" else 0
    (size,) = struct.unpack_from("<L", header, begin)
    end = _end(header, begin)
    if size < _WITH_RESOLUTION:
        return Metadata(unread=_behind(stream, end))
    across, down = struct.unpack_from("<ll", header, begin + 24)
    icc: bytes | None = None
    unread: tuple[str, ...] = ()
    kind = header[begin + 56 : begin + 60]
    if size >= _VERSION_5 and kind in (_EMBEDDED, _LINKED):
        place, length = struct.unpack_from("<LL", header, begin + 112)
        end = max(end, begin + place + length)
        stream.seek(begin + place)
        if kind == _EMBEDDED:
            icc = stream.read(length) or None
        else:
            unread = ("linked ICC profile",)
    elif size >= 108 and kind == _CALIBRATED and any(header[begin + 60 : begin + 108]):
        unread = ("gamma and primaries",)
    unread += _behind(stream, end)
    return Metadata(icc=icc, resolution=from_per_metre(across, down), unread=unread)


def _behind(stream: BinaryIO, end: int) -> tuple[str, ...]:
    stream.seek(end)
    return trailing_data(stream.read())


def _end(header: bytes, begin: int) -> int:
    """Return where the pixels end; what the file says of its own length is wrong in many files."""
    (size,) = struct.unpack_from("<L", header, begin)
    length = compression = used = 0
    if size == _CORE:
        width, height, _, bits = struct.unpack_from("<4H", header, begin + 4)
    else:
        place = begin + 4
        width, height, _, bits, compression, length = struct.unpack_from("<llHHLL", header, place)
        (used,) = struct.unpack_from("<L", header, begin + 32)
    colours = (used or 1 << bits) if bits <= 8 else 0
    masks = 12 if compression == _BITFIELDS and size == _WITH_RESOLUTION else 0
    start = begin + size + masks + (3 if size == _CORE else 4) * colours
    end = 0
    if begin:
        end, _, given = struct.unpack_from("<3L", header, 2)
        start = max(start, given)
    if compression in _RUN_LENGTHS:
        return int(max(end, start + length))
    row = (width * bits + 31) // 32 * 4
    return int(start + abs(height) * row)
