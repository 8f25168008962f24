"""Write pictures with Pillow: arrays to modes, metadata to arguments."""

from __future__ import annotations

import io
from typing import Any

import PIL.Image

from ..formats import Format
from ..image import Image, Metadata
from ..metadata import exif

DEFAULT_QUALITY = 95


def to_pillow(image: Image) -> PIL.Image.Image:
    """Return a Pillow image of an 8-bit picture, or of 16-bit grey."""
    height, width, channels = image.pixels.shape
    mode = {
        1: "L" if image.pixels.itemsize == 1 else "I;16",
        2: "LA",
        3: "RGB",
        4: "RGBA" if image.alpha else "CMYK",
    }[channels]
    return PIL.Image.frombuffer(mode, (width, height), image.pixels, "raw", mode, 0, 1)


def make_save_arguments(metadata: Metadata, block: bytes | None, **others: Any) -> dict[str, Any]:
    """Return the arguments of Pillow's save: ICC profile, XMP, the EXIF block, and others.

    Arguments without a value (None, False, empty) are left out.
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
    """Return the file that Pillow writes."""
    file = io.BytesIO()
    picture.save(file, format.pillow_name, **arguments)
    return file.getvalue()
