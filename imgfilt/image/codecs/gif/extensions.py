"""A GIF's extensions, written: comments, XMP and ICC profiles."""

from __future__ import annotations

from collections.abc import Iterator

from ...image import Metadata
from .blocks import APPLICATION, COMMENT, EXTENSION, ICC, XMP

_BLOCK = 255

# XMP stands there as it is. A reader that takes its bytes for lengths of blocks comes to an end
# in these, wherever it enters them.
_TRAILER = bytes((1, *range(255, -1, -1), 0))


def written(metadata: Metadata) -> Iterator[bytes]:
    """Give the extensions that say what a picture's metadata says."""
    if metadata.comment:
        yield bytes((EXTENSION, COMMENT)) + _in_blocks(metadata.comment)
    if metadata.icc:
        yield bytes((EXTENSION, APPLICATION, len(ICC))) + ICC + _in_blocks(metadata.icc)
    if metadata.xmp:
        start = bytes((EXTENSION, APPLICATION, len(XMP))) + XMP
        yield start + metadata.xmp + _TRAILER


def _in_blocks(content: bytes) -> bytes:
    parts = [content[at : at + _BLOCK] for at in range(0, len(content), _BLOCK)]
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"
