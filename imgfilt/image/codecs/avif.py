"""AVIF: checks and metadata that Pillow lacks: depth, colour codes (nclx), EXIF, threads."""

from __future__ import annotations

import re
import struct
from typing import BinaryIO

import PIL.Image

from ... import concurrency
from ...errors import ImageError
from ..image import Metadata, describe_trailing_data
from .boxes import Box, read_boxes, split_boxes
from .number_types import check_bits

_STRUCTURE = (b"ftyp", b"meta", b"moov", b"mdat", b"free", b"skip", b"wide")
_ORIENTATION = 0x0112

# AV1 codec configuration box: its name, a version, a profile, then a byte with depth flags.
_AV1C = re.compile(rb"av1C..(.)", re.DOTALL)
_HIGH_BITDEPTH, _TWELVE_BIT = 0x40, 0x20
_MAX_HEADER = 1 << 16  # bytes

_NCLX = re.compile(rb"colrnclx(.{4})", re.DOTALL)
_UNSPECIFIED, _SRGB = 2, (1, 13)
_RGB_FULL_RANGE = b"\0\1"  # the end of a cICP chunk, after primaries and transfer


def limit_threads() -> None:
    """Set the number of threads that Pillow uses: by default Pillow uses all cores."""
    # Pillow imports this module late; it is imported here when the first AVIF needs it.
    from PIL import AvifImagePlugin

    AvifImagePlugin.DEFAULT_MAX_THREADS = concurrency.worker_limit()


def check_depth(stream: BinaryIO) -> None:
    """Raise ImageError for a file of more than 8 bits, which Pillow would reduce to 8 bits."""
    stream.seek(0)
    flags = [found[1][0] for found in _AV1C.finditer(stream.read(_MAX_HEADER))]
    bits = 8
    if any(flag & _HIGH_BITDEPTH for flag in flags):
        bits = 12 if any(flag & _TWELVE_BIT for flag in flags) else 10
    check_bits(bits, {8})


def check_exif(exif: bytes | None, frames: int) -> None:
    """Raise ImageError for EXIF that Pillow can't write, or that crashes it.

    Pillow writes only well-formed EXIF. It crashes if EXIF says that the frames of an animation
    must be rotated.
    """
    found = PIL.Image.Exif()
    try:
        found.load(exif or b"")
        orientation = found.get(_ORIENTATION, 1)
    except Exception:  # SyntaxError, KeyError and others
        orientation = None
    if not isinstance(orientation, int) or (frames > 1 and orientation != 1):
        raise ImageError(
            "its EXIF is malformed, and AVIF can't hold it",
            parameters=("strip",),
            hint="strip leaves it out",
        )


def read_metadata(stream: BinaryIO) -> Metadata:
    """Return the primaries and the transfer of a file, and the names of unknown boxes."""
    boxes, rest = read_boxes(stream, {})
    cicp = _read_cicp(boxes)
    unread = dict.fromkeys(box.title for box in boxes if box.type not in _STRUCTURE)
    return Metadata(
        colour={b"cICP": cicp} if cicp else {}, unread=(*unread, *describe_trailing_data(rest))
    )


def _read_cicp(boxes: list[Box]) -> bytes | None:
    """Return primaries and transfer as the content of a cICP chunk; None for sRGB or no codes."""
    for box in boxes:
        if box.type in (b"meta", b"moov") and (found := _NCLX.search(box.content)):
            codes = struct.unpack(">2H", found[1])
            if _UNSPECIFIED in codes or codes == _SRGB or max(codes) > 255:
                return None
            return bytes(codes) + _RGB_FULL_RANGE
    return None


def with_nclx(file: bytes, cicp: bytes) -> list[bytes]:
    """Return the file in parts, changed to have the primaries and transfer of a cICP chunk."""
    codes = b"colrnclx" + struct.pack(">2H", *cicp[:2])
    parts = []
    for box in split_boxes(file):
        if box.type in (b"meta", b"moov"):
            box = Box(box.type, _NCLX.sub(lambda _: codes, box.content))
        parts.append(box.to_bytes())
    return parts
