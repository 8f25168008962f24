"""A GIF's extensions, written: comments, XMP and ICC profiles."""

from __future__ import annotations

from collections.abc import Iterator

from .picture import Metadata

_EXTENSION, _COMMENT, _APPLICATION = 0x21, 0xFE, 0xFF
_BLOCK = 255

_XMP, _ICC = b"XMP DataXMP", b"ICCRGBG1012"

# XMP stands there as it is. A reader that takes its bytes for lengths of blocks comes to an end
# in these, wherever it enters them.
_TRAILER = bytes((1, *range(255, -1, -1), 0))


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
