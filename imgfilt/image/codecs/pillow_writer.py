"""Write files with Pillow: metadata to arguments of its `save`."""

from __future__ import annotations

import io
from typing import Any

import PIL.Image

from ..formats import Format
from ..image import Metadata
from ..metadata import exif

DEFAULT_QUALITY = 95


def make_save_arguments(metadata: Metadata, block: bytes | None, **others: Any) -> dict[str, Any]:
    """Return the arguments of Pillow's save for metadata, without those that have no value.

    Parameters
    ----------
    metadata : Metadata
        Its ICC profile and its XMP are used.
    block : bytes or None
        EXIF.
    **others
        Further arguments; None, False and empty ones are left out.
    """
    arguments = {
        "icc_profile": metadata.icc,
        "xmp": metadata.xmp,
        "exif": block and b"Exif\0\0" + block,
        **others,
    }
    return {name: value for name, value in arguments.items() if value}


def exif_with_resolution(metadata: Metadata) -> bytes | None:
    """Return EXIF with the resolution, for formats that can hold it only in EXIF."""
    if metadata.resolution is None:
        return metadata.exif
    return exif.with_resolution(metadata.exif, metadata.resolution)


def encode_to_bytes(picture: PIL.Image.Image, format: Format, arguments: dict[str, Any]) -> bytes:
    """Return the file that Pillow writes.

    Parameters
    ----------
    picture : Pillow image
    format : Format
    arguments : dict
        Of Pillow's `save`.
    """
    file = io.BytesIO()
    picture.save(file, format.pillow_name, **arguments)
    return file.getvalue()
