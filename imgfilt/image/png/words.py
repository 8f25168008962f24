"""What a PNG says beside its pixels, chunk by chunk, so that none of it stops the picture."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from ...errors import ImageError
from .. import exif, photoshop
from ..picture import Metadata
from ..resolution import NO_UNIT, PER_METRE, per_metre, resolution
from .chunk import Chunk, Place, content

# How colours are to be understood, where there is no ICC profile.
COLOUR_CHUNKS = (b"cICP", b"sRGB", b"gAMA", b"cHRM")

# What shows the pixels: all that Pillow is given.
PIXEL_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")

# Of pixels as they were stored, or of the animation, which says it anew.
_STRUCTURE = (*PIXEL_CHUNKS, b"acTL", b"fcTL", b"fdAT", b"sBIT", b"hIST", b"iDOT", b"CgBI")
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")

_XMP_KEY = b"XML:com.adobe.xmp"
_PROFILE_KEY = b"Raw profile type "
_XMP_START = b"http://ns.adobe.com/xap/1.0/\0"
_RESOURCES = b"Photoshop 3.0\0"
_PROFILE = re.compile(rb"\s*\S+\s+(\d+)\s+([0-9a-fA-F\s]*)")
_DIGITS = 72  # a line

_PER_METRE = 1
_MOST = 256 << 20  # bytes that a text or a profile may take


def read(stream: BinaryIO, found: list[Place]) -> Metadata:
    """Return the metadata of a file; what can't be read is named."""
    kept: dict[str, Any] = {"colour": {}, "text": [], "chunks": []}
    profiles: dict[str, Any] = {}
    unread = []
    for place in found:
        if place.kind in _STRUCTURE:
            continue
        name = place.kind.decode("latin-1")
        try:
            _take(place.kind, content(stream, place), kept, profiles)
        except (ImageError, ValueError, IndexError, struct.error, zlib.error):
            unread.append(f"broken {name}")
        except _Unread:
            unread.append(name)
    for key in ("text", "chunks"):
        kept[key] = tuple(kept[key])
    # Written before PNG had a place of its own for them, which counts more.
    kept = profiles | kept
    said = kept.pop("resolution", None)
    if said is None or said.unit == NO_UNIT:
        said = exif.said_resolution(kept.get("exif")) or said
    kept["iptc"] = kept.get("iptc") or photoshop.iptc(kept.get("photoshop"))
    return Metadata(**kept, resolution=said, unread=tuple(dict.fromkeys(unread)))


class _Unread(Exception):
    """A chunk that may not be copied by who doesn't know it."""


def _take(kind: bytes, held: bytes, kept: dict[str, Any], profiles: dict[str, Any]) -> None:
    """Sort what a chunk holds in."""
    if kind in COLOUR_CHUNKS:
        kept["colour"][kind] = held
    elif kind == b"iCCP":
        kept["icc"] = _inflated(held[held.index(b"\0") + 2 :])
    elif kind == b"eXIf":
        kept["exif"] = exif.bare(held)
    elif kind == b"pHYs":
        across, down, unit = struct.unpack(">LLB", held)
        kept["resolution"] = (
            per_metre(across, down)
            if unit == _PER_METRE
            else resolution((across, 1), (down, 1), NO_UNIT)
        )
    elif kind in _TEXTS:
        key, value = _text(kind, held)
        if key == _XMP_KEY:
            kept["xmp"] = value
        elif not key.startswith(_PROFILE_KEY):
            kept["text"].append((kind, held))
        elif profile := _profile(key[len(_PROFILE_KEY) :], value):
            profiles[profile[0]] = profile[1]
        else:
            kept["text"].append((kind, held))
    elif kind[0] & 32 and kind[3] & 32:
        kept["chunks"].append((kind, held))
    else:
        raise _Unread


def _text(kind: bytes, held: bytes) -> tuple[bytes, bytes]:
    """Return the key and the value of a text."""
    key, rest = held.split(b"\0", 1)
    if not 0 < len(key) < 80:
        raise ValueError
    if kind == b"tEXt":
        return key, rest
    if kind == b"zTXt":
        return key, _inflated(rest[1:])
    compressed = rest[0]
    _, _, value = rest[2:].split(b"\0", 2)
    return key, _inflated(value) if compressed else value


def _inflated(held: bytes) -> bytes:
    squeezed = zlib.decompressobj()
    value = squeezed.decompress(held, _MOST)
    if not squeezed.eof:
        raise ValueError
    return value


def _profile(kind: bytes, value: bytes) -> tuple[str, bytes] | None:
    """Return the field and content of a profile in digits, as ImageMagick writes them."""
    found = _PROFILE.match(value)
    if not found:
        raise ValueError
    content = bytes.fromhex(found[2].decode())[: int(found[1])]
    if len(content) < int(found[1]):
        raise ValueError
    if kind in (b"exif", b"APP1", b"xmp"):
        if content.startswith(_XMP_START) or kind == b"xmp":
            return "xmp", content.removeprefix(_XMP_START)
        return "exif", exif.bare(content) or b""
    if kind in (b"icc", b"icm"):
        return "icc", content
    if kind in (b"iptc", b"8bim", b"IPTC"):
        is_block = content.removeprefix(_RESOURCES).startswith(photoshop.SIGNATURE)
        return ("photoshop" if is_block else "iptc"), content.removeprefix(_RESOURCES)
    return None


def chunks(metadata: Metadata) -> Iterator[Chunk]:
    """Give the chunks of a picture's metadata, all of which may stand before its pixels."""
    for kind in COLOUR_CHUNKS:
        if kind in metadata.colour:
            yield kind, metadata.colour[kind]
    if metadata.icc:
        yield b"iCCP", b"ICC Profile\0\0" + zlib.compress(metadata.icc)
    if metadata.resolution:
        has_unit = metadata.resolution.unit != NO_UNIT
        numbers = metadata.resolution.whole(PER_METRE if has_unit else None, 2**31 - 1)
        if numbers:
            yield b"pHYs", struct.pack(">LLB", *numbers, _PER_METRE if has_unit else 0)
    if metadata.exif:
        yield b"eXIf", metadata.exif
    if metadata.xmp:
        yield b"iTXt", _XMP_KEY + bytes(5) + metadata.xmp
    if resources := photoshop.with_iptc(metadata.photoshop, metadata.iptc):
        yield b"zTXt", _PROFILE_KEY + b"iptc\0\0" + zlib.compress(_in_digits(resources))
    yield from metadata.text
    yield from metadata.chunks


def _in_digits(held: bytes) -> bytes:
    digits = held.hex().encode()
    lines = [digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS)]
    return b"\niptc\n%8d\n" % len(held) + b"\n".join(lines) + b"\n"
