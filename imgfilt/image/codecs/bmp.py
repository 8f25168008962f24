"""What a BMP says beside its pixels: its resolution, and a profile in a header of version 5."""

from __future__ import annotations

import struct
from typing import BinaryIO

from ..image import Metadata
from ..metadata.resolution import per_metre

_FILE_HEADER = 14  # which a .dib may lack
_WITH_RESOLUTION, _VERSION_5 = 40, 124
_EMBEDDED, _LINKED, _CALIBRATED = b"DEBM", b"KNIL", b"\0\0\0\0"


def read_beside(stream: BinaryIO) -> Metadata:
    """Return the resolution and the profile; name other descriptions of its colours."""
    stream.seek(0)
    header = stream.read(_FILE_HEADER + _VERSION_5)
    begin = _FILE_HEADER if header[:2] == b"BM" else 0
    (size,) = struct.unpack_from("<L", header, begin)
    if size < _WITH_RESOLUTION:
        return Metadata()
    across, down = struct.unpack_from("<ll", header, begin + 24)
    icc: bytes | None = None
    unread: tuple[str, ...] = ()
    kind = header[begin + 56 : begin + 60]
    if size >= _VERSION_5 and kind == _EMBEDDED:
        place, length = struct.unpack_from("<LL", header, begin + 112)
        stream.seek(begin + place)
        icc = stream.read(length) or None
    elif size >= 108 and kind == _CALIBRATED and any(header[begin + 60 : begin + 108]):
        unread = ("gamma and primaries",)
    elif size >= _VERSION_5 and kind == _LINKED:
        unread = ("linked ICC profile",)
    return Metadata(icc=icc, resolution=per_metre(across, down), unread=unread)
