"""What a PNG says beside its pixels, read chunk by chunk: a malformed one spoils nothing else.

For one malformed text Pillow gives up the picture, and so it does for text of more than 1 MiB.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import PIL.Image
from PIL.PngImagePlugin import PngInfo, iTXt

from ...errors import ImageError
from .. import saving
from ..metadata import resolution
from ..picture import Metadata
from .chunk import Chunk, Place, content, places

XMP_KEY = "XML:com.adobe.xmp"
EXIF_KEY = "Raw profile type exif"

# How colours are to be understood, where there is no ICC profile; bytes that each has.
COLOUR_CHUNKS = {b"cICP": 4, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32}

TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt")
_TITLES = {b"iCCP": "ICC profile", b"eXIf": "EXIF", b"pHYs": "resolution"}

# Of all text and profiles of a file together, uncompressed: a few bytes can become gigabytes.
_MOST_BYTES = 1 << 26

_METRE_IN_INCHES = 0.0254
_LONGEST_SHOWN = 79  # as long as a keyword may be


class _Malformed(Exception):
    """A chunk isn't as the specification has it."""


def read(stream: BinaryIO, found: list[Place]) -> Metadata:
    """Return the metadata of a file with these chunks, and what of it can't be read."""
    said = _Said()
    for place in found:
        said.take(stream, place)
    profile = said.text.get(EXIF_KEY)
    if profile is not None and "exif" not in said.values:
        # Written by ImageMagick before PNG had a place for EXIF: a name, a length, then digits.
        try:
            block = bytes.fromhex("".join(profile.split("\n")[3:]))
            said.values["exif"] = block.removeprefix(b"Exif\0\0")
        except ValueError:
            said.unreadable[f"text '{EXIF_KEY}'"] = None
    said.text.pop(EXIF_KEY, None)
    return Metadata(
        **said.values, text=said.text, colour=said.colour, unreadable=tuple(said.unreadable)
    )


class _Said:
    """What the chunks of a file say, each read on its own."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.text: dict[str, str] = {}
        self.colour: dict[bytes, bytes] = {}
        self.unreadable: dict[str, None] = {}
        self.room = _MOST_BYTES

    def take(self, stream: BinaryIO, place: Place) -> None:
        """Read a chunk, if it is one of metadata; one that can't be read is called by its name."""
        kind, title = place.kind, _TITLES.get(place.kind)
        if title is None and kind not in COLOUR_CHUNKS and kind not in TEXT_CHUNKS:
            return
        try:
            held = content(stream, place)
            if kind in COLOUR_CHUNKS:
                title = f"chunk {kind.decode()}"
                _check(len(held) == COLOUR_CHUNKS[kind])
                self.colour[kind] = held
            elif title:
                _VALUES[kind](self, held)
            else:
                key = held.partition(b"\0")[0].decode("latin-1")
                title = f"text '{key[:_LONGEST_SHOWN]}'"
                self._take_text(kind, key, held[len(key) + 1 :])
        except (_Malformed, ImageError, zlib.error, struct.error, UnicodeError):
            self.unreadable[title or "text"] = None

    def _take_text(self, kind: bytes, key: str, held: bytes) -> None:
        language = translated = b""
        if kind == b"zTXt":
            _check(held[:1] == b"\0")
            held = self.inflated(held[1:])
        elif kind == b"iTXt":
            _check(len(held) >= 2)
            squeezed, method = held[:2]
            language, found, held = held[2:].partition(b"\0")
            translated, again, held = held.partition(b"\0")
            _check(bool(found and again) and squeezed <= 1 and method == 0)
            held = self.inflated(held) if squeezed else held
        if key == XMP_KEY and kind == b"iTXt":
            self.values["xmp"] = held
        elif kind == b"iTXt":
            self.text[key] = iTXt(held.decode(), language.decode(), translated.decode())
        else:
            self.text[key] = held.decode("latin-1")

    def inflated(self, held: bytes) -> bytes:
        """Return uncompressed bytes, of which all chunks together have no more than a limit."""
        engine = zlib.decompressobj()
        plain = engine.decompress(held, self.room + 1)
        _check(engine.eof and len(plain) <= self.room)
        self.room -= len(plain)
        return plain

    def take_icc(self, held: bytes) -> None:
        """Read an ICC profile, which has a name before it."""
        _, found, squeezed = held.partition(b"\0")
        _check(bool(found) and squeezed[:1] == b"\0")
        self.values["icc"] = self.inflated(squeezed[1:]) or None

    def take_exif(self, held: bytes) -> None:
        """Read EXIF; some writers put before it what a JPEG has there."""
        while held.startswith(b"Exif\0\0"):
            held = held[6:]
        self.values["exif"] = held or None

    def take_resolution(self, held: bytes) -> None:
        """Read pixels a metre; where the unit is another it is a ratio."""
        across, down, unit = struct.unpack(">LLB", held)
        if unit == 1:
            self.values["dpi"] = resolution(across, down, _METRE_IN_INCHES)


_VALUES: dict[bytes, Callable[[_Said, bytes], None]] = {
    b"iCCP": _Said.take_icc,
    b"eXIf": _Said.take_exif,
    b"pHYs": _Said.take_resolution,
}


def _check(fits: bool) -> None:
    if not fits:
        raise _Malformed


def options(metadata: Metadata) -> dict[str, Any]:
    """Return metadata as the arguments of Pillow's save."""
    words = PngInfo()
    for kind, held in metadata.colour.items():
        words.add(kind, held)
    for key, value in metadata.text.items():
        words.add_text(key, value)
    if metadata.xmp:
        words.add_itxt(XMP_KEY, metadata.xmp)
    return {"pnginfo": words, **saving.save_options(metadata)}


def chunks(metadata: Metadata) -> Iterator[Chunk]:
    """Give the chunks of a picture's metadata, as Pillow writes them."""
    sample = io.BytesIO()
    PIL.Image.new("L", (1, 1)).save(sample, "PNG", **options(metadata))
    for place in places(sample):
        if place.kind not in (b"IHDR", b"IDAT", b"IEND"):
            yield place.kind, content(sample, place)
