"""A GIF's extensions: comments, XMP and ICC profiles are read and written, others named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from .picture import Metadata

_EXTENSION, _FRAME, _END = 0x21, 0x2C, 0x3B
_COMMENT, _APPLICATION, _CONTROL, _TEXT = 0xFE, 0xFF, 0xF9, 0x01
_TABLE = 0x80
_BLOCK = 255

_XMP, _ICC = b"XMP DataXMP", b"ICCRGBG1012"
_LOOPS = b"NETSCAPE2.0", b"ANIMEXTS1.0"

# XMP stands there as it is. A reader that takes its bytes for lengths of blocks comes to an end
# in these, wherever it enters them.
_TRAILER = bytes((1, *range(255, -1, -1), 0))


def read(stream: BinaryIO) -> Metadata:
    """Return what the extensions say."""
    comments, unread = [], []
    icc = xmp = None
    for kind, content, name in _extensions(stream):
        if kind == _COMMENT:
            comments.append(content)
        elif kind == _TEXT:
            unread.append("plain text")
        elif kind == _APPLICATION and name == _XMP:
            xmp = content
        elif kind == _APPLICATION and name == _ICC:
            icc = content
        elif kind == _APPLICATION and name not in _LOOPS:
            unread.append(f"extension {name.decode('latin-1').strip()}")
    return Metadata(
        icc=icc,
        xmp=xmp,
        comment=b"\n".join(comments) or None,
        unread=tuple(dict.fromkeys(unread)),
    )


def written(metadata: Metadata) -> Iterator[bytes]:
    """Give the extensions that say what a picture's metadata says."""
    if metadata.comment:
        yield bytes((_EXTENSION, _COMMENT)) + _in_blocks(metadata.comment)
    if metadata.icc:
        yield bytes((_EXTENSION, _APPLICATION, len(_ICC))) + _ICC + _in_blocks(metadata.icc)
    if metadata.xmp:
        start = bytes((_EXTENSION, _APPLICATION, len(_XMP))) + _XMP
        yield start + metadata.xmp + _TRAILER


def _in_blocks(content: bytes) -> bytes:
    parts = [content[at : at + _BLOCK] for at in range(0, len(content), _BLOCK)]
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"


def _extensions(stream: BinaryIO) -> Iterator[tuple[int, bytes, bytes]]:
    """Give the kind, content and name of each extension, as far as the file is whole."""
    stream.seek(10)
    flags = stream.read(3)[0]
    _skip_table(stream, flags)
    while start := stream.read(1):
        if start[0] == _EXTENSION:
            kind = stream.read(1)[0]
            if kind != _APPLICATION:
                yield kind, _blocks(stream), b""
                continue
            name = stream.read(stream.read(1)[0])
            yield kind, _packet(stream) if name == _XMP else _blocks(stream), name
        elif start[0] == _FRAME:
            _skip_table(stream, stream.read(9)[8])
            stream.read(1)
            _blocks(stream)
        elif start[0] == _END:
            return


def _skip_table(stream: BinaryIO, flags: int) -> None:
    if flags & _TABLE:
        stream.read(3 << (flags & 7) + 1)


def _blocks(stream: BinaryIO) -> bytes:
    parts = []
    while (length := stream.read(1)) not in (b"", b"\0"):
        parts.append(stream.read(length[0]))
    return b"".join(parts)


def _packet(stream: BinaryIO) -> bytes:
    """Return XMP up to its trailer; some writers put it into blocks all the same."""
    place = stream.tell()
    rest = stream.read()
    end = rest.find(_TRAILER)
    if end < 0 or rest[:1] not in (b"<", b"\xef", b"\xff", b"\xfe"):
        stream.seek(place)
        return _blocks(stream)
    stream.seek(place + end + len(_TRAILER))
    return rest[:end]
