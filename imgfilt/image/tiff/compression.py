"""How a TIFF's strips are compressed, both ways: Deflate by zlib, the rest by libtiff.

libtiff is given bytes alone, as one row of a grey picture: what they mean is not its matter.
"""

from __future__ import annotations

import io
import zlib

import numpy as np
import PIL.Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2 as Directory

from ...errors import ImageError
from ..picture import Pixels
from .directory import Tag

NONE, DEFLATE, OLD_DEFLATE, PACKBITS = 1, 8, 32946, 32773

# What Pillow calls those that libtiff is asked for.
BY_LIBTIFF = {5: "tiff_lzw", PACKBITS: "packbits", 34925: "lzma", 50000: "zstd"}

DIFFERENCES = 2


def kept(compression: int | None) -> int:
    """Return how a picture is compressed that was so before: losslessly, if it was at all."""
    if compression in (None, NONE):
        return NONE
    return compression if compression in BY_LIBTIFF else DEFLATE


def predictor(compression: int, pixels: Pixels) -> int:
    """Return whether differences are compressed, which makes less of whole numbers."""
    return DIFFERENCES if pixels.dtype.kind == "u" and compression not in (NONE, PACKBITS) else 1


def differences(pixels: Pixels) -> Pixels:
    """Return rows (h, W, C) as the difference of each pixel from the one before it."""
    first = np.zeros((len(pixels), 1, pixels.shape[2]), pixels.dtype)
    changes: Pixels = np.diff(pixels, axis=1, prepend=first)
    return changes


def compressed(content: Pixels, compression: int) -> bytes | memoryview:
    """Return a strip's bytes, a flat uint8 array, compressed."""
    if compression == NONE:
        return content.data
    if compression == DEFLATE:
        return zlib.compress(content.data)
    file = io.BytesIO()
    row = PIL.Image.fromarray(content[np.newaxis])
    row.save(file, "TIFF", compression=BY_LIBTIFF[compression], strip_size=len(content))
    with PIL.Image.open(file, formats=["TIFF"]) as found:
        tags = found.tag_v2  # type: ignore[attr-defined]
        (start,), (length,) = tags[Tag.STRIP_OFFSETS], tags[Tag.STRIP_COUNTS]
    return file.getvalue()[start : start + length]


def uncompressed(content: bytes, compression: int, size: int) -> bytes:
    """Return so many bytes of a strip."""
    if compression == NONE:
        return content
    if compression in (DEFLATE, OLD_DEFLATE):
        return zlib.decompressobj().decompress(content, size)
    if compression not in BY_LIBTIFF:
        raise ImageError(f"is compressed by method {compression}, which isn't read at this depth")
    directory = Directory()
    directory[Tag.WIDTH] = size
    directory[Tag.HEIGHT] = directory[Tag.ROWS_PER_STRIP] = directory[Tag.SAMPLES] = 1
    directory[Tag.BITS] = 8
    directory[Tag.PHOTOMETRIC] = 1
    directory[Tag.COMPRESSION] = compression
    directory[Tag.STRIP_OFFSETS] = 0
    directory[Tag.STRIP_COUNTS] = len(content)
    file = io.BytesIO()
    directory.save(file)
    file.write(content)
    with PIL.Image.open(file, formats=["TIFF"]) as row:
        return row.tobytes()
