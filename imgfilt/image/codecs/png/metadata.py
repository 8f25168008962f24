"""Read and write the metadata of a PNG; a malformed chunk of metadata raises no error."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from ....errors import ImageError
from ...image import Metadata, describe_trailing_data, printable_type
from ...metadata import exif, photoshop, xmp
from ...metadata.resolution import NO_UNIT, PER_METRE, Resolution, from_per_metre, valid_resolution
from .chunks import PALETTE, Chunk, ChunkRef, Ihdr, read_data

# Chunks that define colours if there is no ICC profile: the length of the data by type.
COLOUR_CHUNKS = {b"cICP": 4, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32}

# Chunks about how pixels or frames are stored; they aren't copied to the output.
_STRUCTURE = (
    b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"hIST", b"iDOT",
)  # fmt: skip
_CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_TITLES = {b"iCCP": "ICC profile", b"eXIf": "EXIF", b"pHYs": "resolution"}
_READ = (*COLOUR_CHUNKS, *_TEXTS, *_TITLES)
_MAX_KEYWORD = 79

_XMP_KEYWORD = b"XML:com.adobe.xmp"
_PROFILE_KEYWORD = b"Raw profile type "

# A profile as text: a line with its name (two words from ExifTool and GraphicsMagick), a line with
# its length, and hexadecimal digits.
_PROFILE_TEXT = re.compile(rb"\s*\S[^\n]*\n\s*(\d+)\s+([0-9a-fA-F\s]*)")
_DIGITS_PER_LINE = 72

_PIXELS_PER_METRE = 1  # the unit of pHYs; 0 is no unit
_CRC = 4  # bytes of IEND after its data, which is empty

# The most bytes of all decompressed texts and profiles: a small file could expand to gigabytes.
_MAX_DECOMPRESSED = 1 << 26


def read_metadata(stream: BinaryIO, chunks: list[ChunkRef]) -> Metadata:
    """Return the metadata of a file; `unread` and `unreadable` name chunks that aren't read."""
    fields: dict[str, Any] = {"colour": {}, "text": [], "chunks": []}
    profiles: dict[str, Any] = {}
    unread: list[str] = []
    unreadable: list[str] = []
    limit = _MAX_DECOMPRESSED
    for chunk in chunks:
        if chunk.is_critical and chunk.type not in _CRITICAL:
            name = printable_type(chunk.type)
            raise ImageError(f"has the critical chunk {name}, without which it can't be shown")
        if chunk.type in _STRUCTURE:
            continue
        if chunk.type not in _READ and not _may_be_copied(chunk.type):
            if chunk.type != b"sBIT" or not _uses_all_bits(stream, chunk):
                unread.append(printable_type(chunk.type))
            continue
        data = b""
        try:
            data = read_data(stream, chunk)
            limit -= _read_chunk(chunk.type, data, fields, profiles, limit)
        except (ImageError, ValueError, IndexError, struct.error, zlib.error):
            unreadable.append(_describe_chunk(chunk.type, data))
    stream.seek(chunks[-1].start + _CRC)
    unread += describe_trailing_data(stream.read())
    for key in ("text", "chunks"):
        fields[key] = tuple(fields[key])
    # A dedicated chunk is preferred to a profile as text, the older form.
    fields = profiles | fields
    pixel_size = fields.pop("resolution", None)
    if pixel_size is None or pixel_size.unit == NO_UNIT:
        pixel_size = exif.resolution_from_block(fields.get("exif")) or pixel_size
    fields["iptc"] = fields.get("iptc") or photoshop.find_iptc(fields.get("photoshop"))
    return Metadata(
        **fields,
        resolution=pixel_size,
        unread=tuple(dict.fromkeys(unread)),
        unreadable=tuple(dict.fromkeys(unreadable)),
    )


def _may_be_copied(kind: bytes) -> bool:
    """Return whether an unknown chunk may be copied to a file with other pixels."""
    return kind.isalpha() and kind[:1].islower() and kind[3:].islower()


def _uses_all_bits(stream: BinaryIO, sbit: ChunkRef) -> bool:
    """Return whether sBIT says that all bits of the levels are significant."""
    header = Ihdr.read(stream)
    stream.seek(sbit.start)
    bits = 8 if header.colour_type == PALETTE else header.bit_depth
    return min(stream.read(sbit.length), default=bits) >= bits


def _describe_chunk(kind: bytes, data: bytes) -> str:
    """Return the name of a malformed chunk."""
    if kind not in _TEXTS:
        return _TITLES.get(kind) or f"chunk {printable_type(kind)}"
    keyword = printable_type(data.partition(b"\0")[0][:_MAX_KEYWORD])
    return f"text '{keyword}'" if keyword else "text"


def _read_chunk(
    kind: bytes, data: bytes, fields: dict[str, Any], profiles: dict[str, Any], limit: int
) -> int:
    """Add the data of a chunk to `fields` of Metadata; a profile as text goes into `profiles`.

    At most `limit` bytes are decompressed. Returns the number of decompressed bytes.
    """
    decompressed = 0
    if kind in COLOUR_CHUNKS:
        if len(data) != COLOUR_CHUNKS[kind]:
            raise ValueError
        fields["colour"][kind] = data
    elif kind == b"iCCP":
        fields["icc"] = _decompress(data[data.index(b"\0") + 1 :], limit)
        decompressed = len(fields["icc"])
    elif kind == b"eXIf":
        fields["exif"] = exif.normalize_block(data)
    elif kind == b"pHYs":
        across, down, unit = struct.unpack(">LLB", data)
        fields["resolution"] = (
            from_per_metre(across, down)
            if unit == _PIXELS_PER_METRE
            else valid_resolution((across, 1), (down, 1), NO_UNIT)
        )
    elif kind in _TEXTS:
        keyword, value, decompressed = _read_text(kind, data, limit)
        if keyword == _XMP_KEYWORD:
            fields["xmp"] = value
        elif not keyword.startswith(_PROFILE_KEYWORD):
            fields["text"].append((kind, data))
        elif profile := _read_profile(keyword[len(_PROFILE_KEYWORD) :], value):
            profiles[profile[0]] = profile[1]
        else:
            fields["text"].append((kind, data))
    else:
        fields["chunks"].append((kind, data))
    return decompressed


def _read_text(kind: bytes, data: bytes, limit: int) -> tuple[bytes, bytes, int]:
    """Return (keyword, value, number of decompressed bytes) of a text chunk."""
    keyword, rest = data.split(b"\0", 1)
    if not 0 < len(keyword) <= _MAX_KEYWORD:
        raise ValueError
    if kind == b"tEXt":
        return keyword, rest, 0
    if kind == b"zTXt":
        value = _decompress(rest, limit)
        return keyword, value, len(value)
    compressed, method = rest[:2]
    _, _, value = rest[2:].split(b"\0", 2)
    if compressed > 1 or method:
        raise ValueError
    if compressed:
        value = _decompress(b"\0" + value, limit)
    if keyword != _XMP_KEYWORD:
        value.decode()  # raises ValueError if the text isn't UTF-8
    return keyword, value, compressed * len(value)


def _decompress(data: bytes, limit: int) -> bytes:
    """Return decompressed data; the first byte of `data` is the method, which must be 0."""
    decompressor = zlib.decompressobj()
    value = decompressor.decompress(data[1:], limit + 1)
    if data[:1] != b"\0" or not decompressor.eof or len(value) > limit:
        raise ValueError
    return value


def _read_profile(kind: bytes, value: bytes) -> tuple[str, bytes] | None:
    """Return (field, content) of a profile as text, as ImageMagick writes it; None if unknown."""
    found = _PROFILE_TEXT.match(value)
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


def encode_metadata(metadata: Metadata) -> Iterator[Chunk]:
    """Yield the chunks of the metadata; a PNG may have each of them before the pixels."""
    for kind in COLOUR_CHUNKS:
        if kind in metadata.colour:
            yield kind, metadata.colour[kind]
    if metadata.icc:
        yield b"iCCP", b"ICC Profile\0\0" + zlib.compress(metadata.icc)
    if metadata.resolution and (density := _encode_density(metadata.resolution)):
        yield b"pHYs", density
    if metadata.exif:
        yield b"eXIf", metadata.exif
    if metadata.xmp:
        yield b"iTXt", _XMP_KEYWORD + bytes(5) + metadata.xmp
    if resources := photoshop.with_iptc(metadata.photoshop, metadata.iptc):
        yield (
            b"zTXt",
            _PROFILE_KEYWORD + b"iptc\0\0" + zlib.compress(_encode_profile_text(resources)),
        )
    yield from metadata.text
    yield from metadata.chunks


def _encode_density(resolution: Resolution) -> bytes | None:
    """Return the data of a pHYs chunk; None if integers would be too inexact."""
    has_unit = resolution.unit != NO_UNIT
    numbers = resolution.to_integers(PER_METRE if has_unit else None, 2**31 - 1)
    return numbers and struct.pack(">LLB", *numbers, _PIXELS_PER_METRE if has_unit else 0)


def can_hold_resolution(resolution: Resolution) -> bool:
    """Return whether pHYs can hold a resolution almost exactly."""
    return _encode_density(resolution) is not None


def _encode_profile_text(data: bytes) -> bytes:
    digits = data.hex().encode()
    lines = [digits[at : at + _DIGITS_PER_LINE] for at in range(0, len(digits), _DIGITS_PER_LINE)]
    return b"\niptc\n%8d\n" % len(data) + b"\n".join(lines) + b"\n"
