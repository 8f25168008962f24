"""A TIFF's directories: where its pages are, and what they say beside their pixels."""

from __future__ import annotations

import io
import struct
from contextlib import suppress
from enum import IntEnum
from typing import BinaryIO

from PIL.TiffImagePlugin import ImageFileDirectory_v2 as Directory

from ...errors import ImageError
from ..metadata import resolution
from ..picture import Metadata

BROKEN = "truncated or broken TIFF"


class Tag(IntEnum):
    """The tags that imgfilt reads or writes."""

    SUBFILE = 254
    OLD_SUBFILE = 255
    WIDTH = 256
    HEIGHT = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    DESCRIPTION = 270
    STRIP_OFFSETS = 273
    ORIENTATION = 274
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_COUNTS = 279
    ACROSS = 282
    DOWN = 283
    PLANAR = 284
    UNIT = 296
    PREDICTOR = 317
    COLOUR_MAP = 320
    TILE_WIDTH = 322
    TILE_HEIGHT = 323
    TILE_OFFSETS = 324
    TILE_COUNTS = 325
    CHILDREN = 330
    INK_SET = 332
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339
    XMP = 700
    DEPTH = 32997
    EXIF = 34665
    ICC = 34675
    GPS = 34853
    DNG_VERSION = 50706


# What describes a picture, not how its pixels are stored: description, maker, model, software,
# date, author, computer, rating, copyright, Windows' title and so on.
DESCRIPTIVE = (
    269, 270, 271, 272, Tag.ORIENTATION, 285, 305, 306, 315, 316, 18246, 33432,
    40091, 40092, 40093, 40094, 40095, Tag.EXIF, Tag.GPS,
)  # fmt: skip

INCH = 2
DOTS_PER_INCH = {INCH: 1.0, 3: 2.54}

_INTEROPERABILITY = 0xA005
_BIG = 43


def pages(stream: BinaryIO) -> list[int]:
    """Return where the directory of each page stands; a chain that loops ends there."""
    order, big = _layout(stream)
    count, entry, link = ("Q", 20, "Q") if big else ("H", 12, "L")
    found: dict[int, None] = {}
    stream.seek(8 if big else 4)
    while (start := _number(stream, order + link)) and start not in found:
        found[start] = None
        stream.seek(start)
        entries = _number(stream, order + count)
        stream.seek(entries * entry, io.SEEK_CUR)
    return list(found)


def load(stream: BinaryIO, start: int, group: int | None = None) -> Directory:
    """Read the directory that starts there: tags and their values."""
    order, big = _layout(stream)
    directory = Directory(prefix=b"II" if order == "<" else b"MM", group=group)
    directory._bigtiff = big  # Pillow itself knows it of little-endian files alone.
    stream.seek(start)
    directory.load(stream)
    return directory


def metadata(stream: BinaryIO, directory: Directory) -> Metadata:
    """Return what a page says beside its pixels."""
    xmp = directory.get(Tag.XMP)
    per_inch = DOTS_PER_INCH.get(directory.get(Tag.UNIT, INCH))
    dpi = None
    if per_inch and Tag.ACROSS in directory and Tag.DOWN in directory:
        dpi = resolution(directory[Tag.ACROSS], directory[Tag.DOWN], per_inch)
    block = Directory(prefix=directory.prefix)
    _describe(block, stream, directory)
    exif = io.BytesIO()
    block.save(exif)
    return Metadata(
        icc=directory.get(Tag.ICC),
        exif=exif.getvalue() if len(block) else None,
        xmp=bytes(xmp) if xmp else None,
        dpi=dpi,
        compression=directory.get(Tag.COMPRESSION),
    )


def add_metadata(directory: Directory, metadata: Metadata) -> None:
    """Say in a directory what a picture's metadata says."""
    if metadata.exif:
        stream = io.BytesIO(metadata.exif)
        with suppress(ImageError, struct.error, SyntaxError, IndexError):
            _describe(directory, stream, load(stream, pages(stream)[0]))
    if metadata.icc:
        directory[Tag.ICC] = metadata.icc
    if metadata.xmp:
        directory[Tag.XMP] = metadata.xmp
    if metadata.dpi:
        directory[Tag.ACROSS], directory[Tag.DOWN] = metadata.dpi
        directory[Tag.UNIT] = INCH


def _describe(target: Directory, stream: BinaryIO, source: Directory) -> None:
    """Copy what describes the picture; a tag that can't be read or written is left out."""
    for tag in DESCRIPTIVE:
        if tag not in source:
            continue
        # Files in the wild break the types and values of tags in every way there is.
        with suppress(Exception):
            trial = Directory(prefix=target.prefix)
            if tag in (Tag.EXIF, Tag.GPS):
                value = dict(load(stream, source[tag], group=tag))
                value.pop(_INTEROPERABILITY, None)
            else:
                value = source[tag]
                trial.tagtype[tag] = source.tagtype[tag]
            trial[tag] = value
            trial.tobytes()
            target.tagtype[tag] = trial.tagtype[tag]
            target[tag] = value


def _layout(stream: BinaryIO) -> tuple[str, bool]:
    """Return the byte order as struct has it, and whether the file is a BigTIFF."""
    stream.seek(0)
    header = stream.read(4)
    order = "<" if header[:2] == b"II" else ">"
    return order, struct.unpack(order + "H", header[2:])[0] == _BIG


def _number(stream: BinaryIO, form: str) -> int:
    content = stream.read(struct.calcsize(form))
    if len(content) < struct.calcsize(form):
        raise ImageError(BROKEN)
    (number,) = struct.unpack(form, content)
    return int(number)
