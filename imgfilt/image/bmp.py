"""What a BMP says beside its pixels: its resolution, and a profile in a header of version 5."""

from __future__ import annotations

import struct
from typing import BinaryIO

from .picture import Metadata
from .resolution import per_metre

_FILE_HEADER = 14
_WITH_RESOLUTION, _VERSION_5 = 40, 124
_EMBEDDED, _LINKED, _CALIBRATED = b"DEBM", b"KNIL", b"\0\0\0\0"


def read_beside(stream: BinaryIO) -> Metadata:
    """Return the resolution and the profile; name other descriptions of its colours."""
    stream.seek(0)
    header = stream.read(_FILE_HEADER + _VERSION_5)
    (size,) = struct.unpack_from("<L", header, _FILE_HEADER)
    if size < _WITH_RESOLUTION:
        return Metadata()
    across, down = struct.unpack_from("<ll", header, _FILE_HEADER + 24)
    icc: bytes | None = None
    unread: tuple[str, ...] = ()
    kind = header[_FILE_HEADER + 56 : _FILE_HEADER + 60]
    if size >= _VERSION_5 and kind == _EMBEDDED:
        place, length = struct.unpack_from("<LL", header, _FILE_HEADER + 112)
        stream.seek(_FILE_HEADER + place)
        icc = stream.read(length) or None
    elif (
        size >= 108 and kind == _CALIBRATED and any(header[_FILE_HEADER + 60 : _FILE_HEADER + 108])
    ):
        unread = ("gamma and primaries",)
    elif size >= _VERSION_5 and kind == _LINKED:
        unread = ("linked ICC profile",)
    return Metadata(icc=icc, resolution=per_metre(across, down), unread=unread)
