"""What a file says of its pixels that Pillow narrows without a word, or takes for broken."""

from __future__ import annotations

import re
import struct
from collections.abc import Container
from typing import BinaryIO

from ...errors import ImageError
from ..formats import Format
from . import codestream, jpeg_segments

_START = 1 << 16  # bytes; headers stand before the pixels

# AV1 codec configuration box: after its name a version and a profile, then the bits' flags.
_AV1 = re.compile(rb"av1C..(.)", re.DOTALL)
_HIGH_BITDEPTH, _TWELVE = 0x40, 0x20

# Frame headers of a JPEG, by their markers: those that are read, and what the others are.
_READ = (0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA)
_NOT_READ = dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF, 0xDE), "hierarchical JPEG") | {
    0xCB: "lossless JPEG with arithmetic coding", 0xF7: "JPEG-LS file",
}  # fmt: skip
_FRAME = struct.Struct(">BHHB")  # bits, height, width, channels


def check(stream: BinaryIO, format: Format) -> None:
    """Raise ImageError for a picture that Pillow would narrow, or can't read."""
    if format.label == "JPEG":
        check_jpeg(stream)
    elif format.label in BITS:
        stream.seek(0)
        _check_bits(*BITS[format.label](stream.read(_START)))


def check_jpeg(stream: BinaryIO, read: Container[int] = (1, 3, 4)) -> None:
    """Raise ImageError for an intact JPEG of a kind that isn't read, or of other channels."""
    for marker, held in jpeg_segments.before_pixels(stream):
        if marker in _NOT_READ:
            raise ImageError(f"is a {_NOT_READ[marker]}, which isn't read")
        if marker in _READ and len(held) >= _FRAME.size:
            bits, height, _, channels = _FRAME.unpack_from(held)
            if 2 <= bits <= 16:
                _check_bits(bits, {8})
            if channels not in read:
                raise ImageError(f"has {channels} channels; a JPEG of 1, 3 or 4 is read")
            if not height:
                raise ImageError("says its height behind its pixels (DNL), which isn't read")
            return


def _check_bits(found: int, read: set[int]) -> None:
    if found not in read:
        words = " or ".join(map(str, sorted(read)))
        raise ImageError(f"stores {found} bits a channel; {words} can be read without loss")


def _avif(start: bytes) -> tuple[int, set[int]]:
    flags = [found[1][0] for found in _AV1.finditer(start)]
    high = any(flag & _HIGH_BITDEPTH for flag in flags)
    return (12 if any(flag & _TWELVE for flag in flags) else 10) if high else 8, {8}


BITS = {"AVIF": _avif, "JPEG 2000": codestream.bits}
