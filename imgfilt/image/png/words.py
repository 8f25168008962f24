"""What a PNG says beside its pixels, by Pillow in both directions."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import PIL.Image
from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngImageFile, PngInfo

from .. import pillow, saving
from ..picture import Metadata
from .chunk import Chunk, content, places

XMP_KEY = "XML:com.adobe.xmp"
EXIF_KEY = "Raw profile type exif"


def read(file: ImageFile) -> Metadata:
    """Return the metadata of a file; words that stand after the pixels included."""
    metadata = pillow.metadata(file)
    text = dict(file.text) if isinstance(file, PngImageFile) else {}
    text.pop(XMP_KEY, None)
    profile = text.pop(EXIF_KEY, None)
    if profile and metadata.exif is None:
        # Written by ImageMagick before PNG had a place for EXIF: a name, a length, then digits.
        block = bytes.fromhex("".join(profile.split("\n")[3:]))
        metadata = replace(metadata, exif=block.removeprefix(b"Exif\0\0"))
    return replace(metadata, text=text)


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
