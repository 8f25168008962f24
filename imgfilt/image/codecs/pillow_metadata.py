"""The metadata of the files that Pillow decodes: from the file itself, and from Pillow's info."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from PIL.ImageFile import ImageFile

from ..formats import Format
from ..image import Metadata
from ..metadata import exif
from ..metadata.resolution import NO_UNIT
from . import avif, bmp, jpeg, jpeg2000, webp_chunks

# By format: a function that reads the metadata that Pillow doesn't read.
_METADATA_READERS: dict[str, Callable[[BinaryIO], Metadata]] = {
    "JPEG": jpeg.read_metadata,
    "JPEG 2000": jpeg2000.read_metadata,
    "AVIF": avif.read_metadata,
    "WebP": webp_chunks.read_metadata,
    "BMP": bmp.read_metadata,
}


def read_metadata(stream: BinaryIO, format: Format) -> Metadata:
    """Return the metadata that Pillow doesn't read; broken metadata raises no error."""
    if format.label not in _METADATA_READERS:
        return Metadata()
    try:
        return _METADATA_READERS[format.label](stream)
    except (struct.error, ValueError, IndexError):
        return Metadata(unread=("broken metadata",))


def add_pillow_metadata(metadata: Metadata, file: ImageFile) -> Metadata:
    """Return metadata with the fields added that Pillow reads."""
    block = file.info.get("exif")
    if file.format == "AVIF":
        # Pillow rewrites EXIF in `info` if the container has an orientation.
        *_, block, orientation, _ = file._decoder.get_info()  # type: ignore[attr-defined]
        block = exif.with_orientation(exif.normalize_block(block), orientation)
    block = metadata.exif or exif.normalize_block(block)
    xmp = file.info.get("xmp")
    icc = metadata.icc or file.info.get("icc_profile") or None
    if icc and file.format == "AVIF":
        # An AVIF's profile takes precedence over its colour codes; in a PNG the codes would.
        metadata = replace(metadata, colour={})
    found = metadata.resolution
    if found is None or found.unit == NO_UNIT:
        found = exif.resolution_from_block(block) or found
    return replace(
        metadata,
        icc=icc,
        exif=block,
        xmp=metadata.xmp or (xmp.encode() if isinstance(xmp, str) else xmp) or None,
        resolution=found,
    )
