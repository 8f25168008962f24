"""What a PNG says beside its pixels, chunk by chunk, so that none of it stops the picture."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from ....errors import ImageError
from ...image import Metadata, printable_type, trailing_data
from ...metadata import exif, photoshop, xmp
from ...metadata.resolution import NO_UNIT, PER_METRE, from_per_metre, valid_resolution
from .chunks import Chunk, Header, Place, content

# How colours are to be understood, where there is no ICC profile.
# Bytes that each has.
COLOUR_CHUNKS = {b"cICP": 4, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32}

# Of pixels as they were stored, or of the animation, which says it anew.
_STRUCTURE = (
    b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"hIST", b"iDOT",
)  # fmt: skip
_CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_TITLES = {b"iCCP": "ICC profile", b"eXIf": "EXIF", b"pHYs": "resolution"}
_READ = (*COLOUR_CHUNKS, *_TEXTS, *_TITLES)
_LONGEST_KEY = 79

_XMP_KEY = b"XML:com.adobe.xmp"
_PROFILE_KEY = b"Raw profile type "

# A line with a name, which ExifTool and GraphicsMagick write in two words, one with the length,
# and digits.
_PROFILE = re.compile(rb"\s*\S[^\n]*\n\s*(\d+)\s+([0-9a-fA-F\s]*)")
_DIGITS = 72  # a line

_PER_METRE = 1
_PALETTE = 3
_CHECK = 4  # bytes of IEND behind its content, which is none

# Of all text and profiles of a file together, uncompressed: a few bytes can become gigabytes.
_MOST = 1 << 26


def read(stream: BinaryIO, found: list[Place]) -> Metadata:
    """Return the metadata of a file; what can't be read is named."""
    kept: dict[str, Any] = {"colour": {}, "text": [], "chunks": []}
    profiles: dict[str, Any] = {}
    unread: list[str] = []
    unreadable: list[str] = []
    room = _MOST
    for place in found:
        if place.kind[:1].isupper() and place.kind not in _CRITICAL:
            name = printable_type(place.kind)
            raise ImageError(f"has the critical chunk {name}, without which it can't be shown")
        if place.kind in _STRUCTURE:
            continue
        if place.kind not in _READ and not _may_be_copied(place.kind):
            if place.kind != b"sBIT" or not _are_all_bits(stream, place):
                unread.append(printable_type(place.kind))
            continue
        held = b""
        try:
            held = content(stream, place)
            room -= _take(place.kind, held, kept, profiles, room)
        except (ImageError, ValueError, IndexError, struct.error, zlib.error):
            unreadable.append(_title(place.kind, held))
    stream.seek(found[-1].start + _CHECK)
    unread += trailing_data(stream.read())
    for key in ("text", "chunks"):
        kept[key] = tuple(kept[key])
    # Written before PNG had a place of its own for them, which counts more.
    kept = profiles | kept
    said = kept.pop("resolution", None)
    if said is None or said.unit == NO_UNIT:
        said = exif.block_resolution(kept.get("exif")) or said
    kept["iptc"] = kept.get("iptc") or photoshop.iptc(kept.get("photoshop"))
    return Metadata(
        **kept,
        resolution=said,
        unread=tuple(dict.fromkeys(unread)),
        unreadable=tuple(dict.fromkeys(unreadable)),
    )


def _may_be_copied(kind: bytes) -> bool:
    """Return whether who doesn't know a chunk may copy it beside other pixels."""
    return kind.isalpha() and kind[:1].islower() and kind[3:].islower()


def _are_all_bits(stream: BinaryIO, place: Place) -> bool:
    """Return whether sBIT only says that all bits of the levels have a meaning."""
    header = Header.read(stream)
    stream.seek(place.start)
    bits = 8 if header.colour == _PALETTE else header.bits
    return min(stream.read(place.length), default=bits) >= bits


def _title(kind: bytes, held: bytes) -> str:
    """Return what a malformed chunk is called."""
    if kind not in _TEXTS:
        return _TITLES.get(kind) or f"chunk {printable_type(kind)}"
    key = printable_type(held.partition(b"\0")[0][:_LONGEST_KEY])
    return f"text '{key}'" if key else "text"


def _take(
    kind: bytes, held: bytes, kept: dict[str, Any], profiles: dict[str, Any], room: int
) -> int:
    """Sort what a chunk holds in; return how many bytes were uncompressed."""
    taken = 0
    if kind in COLOUR_CHUNKS:
        if len(held) != COLOUR_CHUNKS[kind]:
            raise ValueError
        kept["colour"][kind] = held
    elif kind == b"iCCP":
        kept["icc"] = _inflated(held[held.index(b"\0") + 1 :], room)
        taken = len(kept["icc"])
    elif kind == b"eXIf":
        kept["exif"] = exif.normalize_block(held)
    elif kind == b"pHYs":
        across, down, unit = struct.unpack(">LLB", held)
        kept["resolution"] = (
            from_per_metre(across, down)
            if unit == _PER_METRE
            else valid_resolution((across, 1), (down, 1), NO_UNIT)
        )
    elif kind in _TEXTS:
        key, value, taken = _text(kind, held, room)
        if key == _XMP_KEY:
            kept["xmp"] = value
        elif not key.startswith(_PROFILE_KEY):
            kept["text"].append((kind, held))
        elif profile := _profile(key[len(_PROFILE_KEY) :], value):
            profiles[profile[0]] = profile[1]
        else:
            kept["text"].append((kind, held))
    else:
        kept["chunks"].append((kind, held))
    return taken


def _text(kind: bytes, held: bytes, room: int) -> tuple[bytes, bytes, int]:
    """Return the key and the value of a text, and how many bytes were uncompressed."""
    key, rest = held.split(b"\0", 1)
    if not 0 < len(key) <= _LONGEST_KEY:
        raise ValueError
    if kind == b"tEXt":
        return key, rest, 0
    if kind == b"zTXt":
        value = _inflated(rest, room)
        return key, value, len(value)
    compressed, method = rest[:2]
    _, _, value = rest[2:].split(b"\0", 2)
    if compressed > 1 or method:
        raise ValueError
    if compressed:
        value = _inflated(b"\0" + value, room)
    if key != _XMP_KEY:
        value.decode()  # which has to be UTF-8
    return key, value, compressed * len(value)


def _inflated(held: bytes, room: int) -> bytes:
    """Return uncompressed what stands behind the number of the method."""
    squeezed = zlib.decompressobj()
    value = squeezed.decompress(held[1:], room + 1)
    if held[:1] != b"\0" or not squeezed.eof or len(value) > room:
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
        if content.startswith(xmp.PREFIX) or kind == b"xmp":
            return "xmp", content.removeprefix(xmp.PREFIX)
        return "exif", exif.normalize_block(content) or b""
    if kind in (b"icc", b"icm"):
        return "icc", content
    if kind in (b"iptc", b"8bim", b"IPTC"):
        is_block = content.removeprefix(photoshop.PREFIX).startswith(photoshop.SIGNATURE)
        return ("photoshop" if is_block else "iptc"), content.removeprefix(photoshop.PREFIX)
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
        numbers = metadata.resolution.to_integers(PER_METRE if has_unit else None, 2**31 - 1)
        if numbers:
            yield b"pHYs", struct.pack(">LLB", *numbers, _PER_METRE if has_unit else 0)
    if metadata.exif:
        yield b"eXIf", metadata.exif
    if metadata.xmp:
        yield b"iTXt", _XMP_KEY + bytes(5) + metadata.xmp
    if resources := photoshop.add_iptc(metadata.photoshop, metadata.iptc):
        yield b"zTXt", _PROFILE_KEY + b"iptc\0\0" + zlib.compress(_in_digits(resources))
    yield from metadata.text
    yield from metadata.chunks


def _in_digits(held: bytes) -> bytes:
    digits = held.hex().encode()
    lines = [digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS)]
    return b"\niptc\n%8d\n" % len(held) + b"\n".join(lines) + b"\n"
