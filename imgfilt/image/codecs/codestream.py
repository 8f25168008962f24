"""The codestream of a JPEG 2000, which stands in boxes or alone: its depth, and where it ends."""

from __future__ import annotations

import re
from typing import BinaryIO

from ...errors import ImageError

START = b"\xff\x4f\xff\x51"

# SIZ marker segment after the start of the codestream: its number of components, then for each
# its bits less one (and 128 if signed) and two steps of subsampling.
_SIZ = re.compile(rb"\xff\x4f\xff\x51.{36}(..)", re.DOTALL)
_SIGNED = 0x80

# Behind the pixels of a tile stands the next tile or the end; no such bytes are among pixels.
_DATA, _END = b"\x93", b"\xd9"
_MARKER, _NEXT = re.compile(rb"\xff(.)", re.DOTALL), re.compile(rb"\xff[\x90\xd9]")


def bits(start: bytes) -> tuple[int, set[int]]:
    """Return the bits a channel of a file that starts so, and those that are read without loss."""
    found = _SIZ.search(start)
    if not found:
        raise ImageError("truncated or broken JPEG 2000")
    count = int.from_bytes(found[1])
    depths = start[found.end() : found.end() + 3 * count : 3]
    if any(depth & _SIGNED for depth in depths):
        raise ImageError("holds signed integers, which can't be filtered")
    found_bits = {depth + 1 for depth in depths}
    return max(found_bits - {8}, default=8), {8, 16} if count == 1 else {8}


def end(stream: BinaryIO, start: int) -> int:
    """Return where the codestream ends that starts there; where it breaks off, that of the file."""
    stream.seek(start)
    content = stream.read()
    at = 2
    while found := _MARKER.match(content, at):
        at = found.end()
        if found[1] == _END:
            return start + at
        if found[1] == _DATA:
            following = _NEXT.search(content, at)
            at = following.start() if following else len(content)
        else:
            at += int.from_bytes(content[at : at + 2])
    return start + len(content)
