"""What a file says beside its pixels: turned upright with them, and handed to the next file."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import replace

from .format import Format
from .picture import Image, Metadata

ORIENTATION, THUMBNAIL, THUMBNAIL_LENGTH = 0x0112, 0x0201, 0x0202

TITLES = {
    "icc": "ICC profile", "exif": "EXIF", "xmp": "XMP", "dpi": "resolution", "text": "text",
    "colour": "gamma and primaries", "comment": "comment",
    "duration": "timeline", "plays": "number of runs", "scale": "scale",
}  # fmt: skip

_ICC_CHANNELS = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
_XMP_ORIENTATION = re.compile(rb"""(tiff:Orientation\s*(?:=\s*["']|>)\s*)[2-8]""")
_SHORT = 3

# What every format without a word about its colours is taken for.
_SRGB = {
    b"gAMA": struct.pack(">L", 45_455),
    b"cHRM": struct.pack(">8L", 31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000),
}


def upright(image: Image) -> Image:
    """Turn a picture as its EXIF orientation says, which becomes 1; drop the EXIF thumbnail.

    The orientation says at which side the first row and the first column are seen:

        1 top left     3 bottom right   5 left top    7 right bottom
        2 top right    4 bottom left    6 right top   8 left bottom
    """
    metadata = image.metadata
    if metadata.exif is None:
        return image
    orientation, exif = _set_upright(metadata.exif)
    metadata = replace(metadata, exif=exif)
    pixels = image.pixels
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
        metadata = replace(metadata, dpi=metadata.dpi and metadata.dpi[::-1])
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation != 1 and metadata.xmp:
        metadata = replace(metadata, xmp=_XMP_ORIENTATION.sub(rb"\g<1>1", metadata.xmp))
    return replace(image, pixels=pixels, metadata=metadata)


def carried(image: Image, form: Format, channels: int) -> tuple[Metadata, tuple[str, ...]]:
    """Return what of a picture's metadata a format can hold, and the titles of what it can't.

    A profile describes colours of one kind, so one that doesn't fit the channels (without
    alpha) that are written is lost too.
    """
    metadata = image.metadata
    found = {name: getattr(metadata, name) for name in TITLES}
    found = {name: value for name, value in found.items() if value not in (None, {})}
    kept = {name: value for name, value in found.items() if name in form.metadata}
    for name in ("exif", "xmp", "comment"):
        if form.segment and len(kept.get(name, b"")) > form.segment:
            del kept[name]
    if "icc" in kept and _ICC_CHANNELS.get(kept["icc"][16:20]) != channels:
        del kept["icc"]
    # Without a timeline nobody asks how often it runs; for ever is what every viewer does.
    hushed = {"plays"} if "duration" not in kept or not found.get("plays") else set()
    if _is_srgb(metadata.colour):
        hushed.add("colour")
    lost = tuple(TITLES[name] for name in found if name not in kept and name not in hushed)
    return replace(coded(metadata), **kept), lost


def coded(metadata: Metadata) -> Metadata:
    """Return what metadata says of how the pixels were stored, and nothing else."""
    return Metadata(
        jpeg=metadata.jpeg, lossless=metadata.lossless, compression=metadata.compression
    )


def _is_srgb(colour: Mapping[bytes, bytes]) -> bool:
    """Return whether a PNG's chunks say what is assumed without them."""
    if b"cICP" in colour:
        return False
    return b"sRGB" in colour or all(_SRGB[kind] == held for kind, held in colour.items())


def resolution(across: float, down: float, per_inch: float = 1) -> tuple[float, float] | None:
    """Return dots per inch, or None where what a file says can't be a resolution."""
    dots = float(across) * per_inch, float(down) * per_inch
    return dots if all(0 < value < 65_535 for value in dots) else None


def _set_upright(exif: bytes) -> tuple[int, bytes]:
    """Return the orientation, and the block with it set to 1 and its thumbnail cut out.

    The block is changed in place: what imgfilt doesn't know, makers' notes with offsets of
    their own included, stays where it is. One that can't be understood is left alone.
    """
    block, orientation = bytearray(exif), 1
    try:
        order = {b"II": "<", b"MM": ">"}[exif[:2]]
        (start,) = struct.unpack_from(order + "L", block, 4)
        tags, link = _directory(block, order, start)
        if ORIENTATION in tags:
            kind, _, value = struct.unpack_from(order + "HLH", block, tags[ORIENTATION])
            if kind == _SHORT and value in range(1, 9):
                orientation = value
                struct.pack_into(order + "H", block, tags[ORIENTATION] + 6, 1)
        (thumbnail,) = struct.unpack_from(order + "L", block, link)
        if thumbnail:
            struct.pack_into(order + "L", block, link, 0)
            _cut_thumbnail(block, order, thumbnail)
    except (KeyError, struct.error):
        return orientation, bytes(block)
    return orientation, bytes(block)


def _cut_thumbnail(block: bytearray, order: str, start: int) -> None:
    tags, _ = _directory(block, order, start)
    if THUMBNAIL in tags and THUMBNAIL_LENGTH in tags:
        (first,) = struct.unpack_from(order + "L", block, tags[THUMBNAIL] + 6)
        (length,) = struct.unpack_from(order + "L", block, tags[THUMBNAIL_LENGTH] + 6)
        last = min(first + length, len(block))
        if last == len(block):
            del block[first:]
        else:
            block[first:last] = bytes(max(0, last - first))


def _directory(block: bytearray, order: str, start: int) -> tuple[dict[int, int], int]:
    """Return where the type of each tag of a TIFF directory stands, and where its link does."""
    (count,) = struct.unpack_from(order + "H", block, start)
    places = range(start + 2, start + 2 + 12 * count, 12)
    tags = {struct.unpack_from(order + "H", block, place)[0]: place + 2 for place in places}
    return tags, places.stop
