"""Bits a channel of AVIF and JPEG 2000, as their files say: Pillow narrows without a word."""

from __future__ import annotations

import re
from typing import BinaryIO

from ..errors import ImageError
from .format import Format

_START = 1 << 16  # bytes; headers stand before the pixels

# AV1 codec configuration box: after its name a version and a profile, then the bits' flags.
_AV1 = re.compile(rb"av1C..(.)", re.DOTALL)
_HIGH_BITDEPTH, _TWELVE = 0x40, 0x20

# SIZ marker segment after the start of the codestream: its number of components, then for each
# its bits less one (and 128 if signed) and two steps of subsampling.
_SIZ = re.compile(rb"\xff\x4f\xff\x51.{36}(..)", re.DOTALL)
_SIGNED = 0x80


def check(stream: BinaryIO, form: Format) -> None:
    """Raise ImageError for a picture that Pillow would narrow."""
    if form.label not in BITS:
        return
    stream.seek(0)
    found, read = BITS[form.label](stream.read(_START))
    if found not in read:
        words = " or ".join(map(str, sorted(read)))
        raise ImageError(f"stores {found} bits a channel; {words} can be read without loss")


def _avif(start: bytes) -> tuple[int, set[int]]:
    flags = [found[1][0] for found in _AV1.finditer(start)]
    high = any(flag & _HIGH_BITDEPTH for flag in flags)
    return (12 if any(flag & _TWELVE for flag in flags) else 10) if high else 8, {8}


def _jpeg2000(start: bytes) -> tuple[int, set[int]]:
    found = _SIZ.search(start)
    if not found:
        raise ImageError("truncated or broken JPEG 2000")
    count = int.from_bytes(found[1])
    depths = start[found.end() : found.end() + 3 * count : 3]
    if any(depth & _SIGNED for depth in depths):
        raise ImageError("holds signed integers, which can't be filtered")
    bits = {depth + 1 for depth in depths}
    return max(bits - {8}, default=8), {8, 16} if count == 1 else {8}


BITS = {"AVIF": _avif, "JPEG 2000": _jpeg2000}
