"""A TIFF's directories: where its pages are, and what they say beside their pixels."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import BinaryIO

import numpy as np

from ...image import Metadata
from ...metadata import exif, ifd, tags
from ...metadata.ifd import Entry
from ...metadata.photoshop import iptc

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
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_COUNTS = 279
    PLANAR = 284
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
    JPEG_STREAM = 513
    JPEG_LENGTH = 514
    DEPTH = 32997
    DNG_VERSION = 50706


_IPTC_MARK = 0x1C


def metadata(
    stream: BinaryIO, start: int, size: tuple[int, int], inks: tuple[int, int]
) -> Metadata:
    """Return what the page with the directory that starts there says beside its pixels.

    `size` is its (width, height), `inks` how many channels it has beside alpha, and their bits.
    """
    found = ifd.read(stream, start, left_out=tags.STRUCTURE - tags.LEVELS)
    held, lost = ifd.classic(tags.without_defaults(found, inks[1]))
    described, others, unread = tags.sorted_out(held)
    order, _, _ = ifd.read_header(stream)
    photoshop = _content(found, tags.PHOTOSHOP)
    return Metadata(
        icc=_content(found, tags.ICC),
        exif=ifd.exif_block(described, order) if described else None,
        xmp=_content(found, tags.XMP),
        resolution=exif.resolution_in(found),
        photoshop=photoshop,
        iptc=_iptc(_content(found, tags.IPTC)) or iptc(photoshop),
        tags=others,
        size=size if others else None,
        inks=inks if others else None,
        unread=(*unread, *tags.names(lost)),
    )


def said_of(metadata: Metadata) -> dict[int, Entry]:
    """Return the entries that say what a picture's metadata says."""
    directory = {
        tag: entry
        for tag, entry in exif.entries(metadata.exif).items()
        if tag not in tags.STRUCTURE | tags.FLEETING and tag not in tags.RESOLUTION
    }
    directory.update(metadata.tags)
    for tag, content in (
        (tags.ICC, metadata.icc),
        (tags.PHOTOSHOP, metadata.photoshop),
        (tags.IPTC, metadata.iptc),
    ):
        if content:
            directory[tag] = ifd.undefined(content)
    if metadata.xmp:
        directory[tags.XMP] = Entry(ifd.BYTE, len(metadata.xmp), metadata.xmp)
    if metadata.resolution:
        directory.update(exif.resolution_entries(metadata.resolution))
    return directory


def _content(found: Mapping[int, Entry], tag: int) -> bytes | None:
    """Return the bytes of an entry, of whatever type it says that it is."""
    return found[tag].content if tag in found and found[tag].content else None


def _iptc(records: bytes | None) -> bytes | None:
    """Return IPTC records; many writers call their bytes 32-bit numbers, in either order."""
    if records and records[0] != _IPTC_MARK and len(records) % 4 == 0:
        swapped = np.frombuffer(records, "u4").byteswap().tobytes()
        return swapped if swapped[0] == _IPTC_MARK else records
    return records
