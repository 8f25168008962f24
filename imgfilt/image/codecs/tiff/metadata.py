"""Read and write the metadata of a TIFF page: ICC, EXIF, XMP, IPTC and other tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

import numpy as np

from ...image import Metadata
from ...metadata import exif, ifd, ifd_encoder, tags
from ...metadata.ifd import Entry
from ...metadata.photoshop import find_iptc

_IPTC_MARKER = 0x1C


def read_metadata(
    stream: BinaryIO, start: int, size: tuple[int, int], inks: tuple[int, int]
) -> Metadata:
    """Return the metadata of a page.

    Parameters
    ----------
    stream : binary stream
    start : int
        Offset of the page's directory.
    size : (width, height)
        The size of the page.
    inks : (int, int)
        The number of channels without alpha, and the bits of a channel.
    """
    directory = ifd.read(stream, start, skipped_tags=tags.STRUCTURE - tags.LEVELS)
    entries, lost = ifd.to_classic(tags.without_defaults(directory, inks[1]))
    described, others, unread = tags.classify(entries)
    order, _, _ = ifd.read_header(stream)
    photoshop = _find_content(directory, tags.PHOTOSHOP)
    return Metadata(
        icc=_find_content(directory, tags.ICC),
        exif=ifd_encoder.build_exif_block(described, order) if described else None,
        xmp=_find_content(directory, tags.XMP),
        resolution=exif.resolution_from_directory(directory),
        photoshop=photoshop,
        iptc=_swap_iptc(_find_content(directory, tags.IPTC)) or find_iptc(photoshop),
        tags=others,
        tags_size=size if others else None,
        tags_inks=inks if others else None,
        unread=(*unread, *tags.tag_names(lost)),
    )


def make_metadata_entries(metadata: Metadata) -> dict[int, Entry]:
    """Return the entries of a directory that hold the metadata."""
    entries = {
        tag: entry
        for tag, entry in exif.read_entries(metadata.exif).items()
        if tag not in tags.STRUCTURE | tags.NEVER_KEPT and tag not in tags.RESOLUTION
    }
    entries.update(metadata.tags)
    for tag, content in (
        (tags.ICC, metadata.icc),
        (tags.PHOTOSHOP, metadata.photoshop),
        (tags.IPTC, metadata.iptc),
    ):
        if content:
            entries[tag] = ifd.make_undefined(content)
    if metadata.xmp:
        entries[tags.XMP] = Entry(ifd.BYTE, len(metadata.xmp), metadata.xmp)
    if metadata.resolution:
        entries.update(exif.make_resolution_entries(metadata.resolution))
    return entries


def _find_content(directory: Mapping[int, Entry], tag: int) -> bytes | None:
    """Return the bytes of an entry of any type; None if the entry is missing or empty."""
    return directory[tag].content if tag in directory and directory[tag].content else None


def _swap_iptc(records: bytes | None) -> bytes | None:
    """Return IPTC records as bytes in order; many writers store them as 32-bit numbers."""
    if records and records[0] != _IPTC_MARKER and len(records) % 4 == 0:
        swapped = np.frombuffer(records, "u4").byteswap().tobytes()
        return swapped if swapped[0] == _IPTC_MARKER else records
    return records
