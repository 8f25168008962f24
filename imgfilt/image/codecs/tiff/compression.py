"""How a TIFF's strips are compressed, both ways: Deflate by zlib, the rest by libtiff.

libtiff is given the bytes of one strip as a small TIFF of its own. For most methods that is one
row of a grey picture: what the bytes mean is not its matter.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import PIL.Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2 as Directory

from ....errors import ImageError
from ...image import Pixels
from ...pillow_settings import strict_pillow
from .. import bit_depth
from .directory import BROKEN, Tag

NONE, LZW, OLD_JPEG, JPEG, DEFLATE, OLD_DEFLATE = 1, 5, 6, 7, 8, 32946
PACKBITS, LZMA, ZSTD, ROUNDED_RLE = 32773, 34925, 50000, 32771

# What Pillow calls those that libtiff is asked for.
BY_LIBTIFF = {LZW: "tiff_lzw", PACKBITS: "packbits", LZMA: "lzma", ZSTD: "zstd"}

CCITT = 2, 3, 4, ROUNDED_RLE  # of bits, in rows

METHODS = {
    OLD_JPEG: "old-style JPEG", 32809: "ThunderScan", 33003: "JPEG 2000", 33004: "JPEG 2000",
    33005: "JPEG 2000", 34661: "JBIG", 34676: "SGILog", 34677: "SGILog24", 34712: "JPEG 2000",
    34887: "LERC", 34892: "lossy JPEG", 34933: "PNG", 34934: "JPEG XR", 50001: "WebP",
    50002: "JPEG XL", 52546: "JPEG XL",
}  # fmt: skip

DIFFERENCES = 2

# How many times as long a strip can become at most; without it a few bytes could ask for gigabytes.
_GROWTH = {PACKBITS: 64, LZW: 4096, DEFLATE: 1040, OLD_DEFLATE: 1040}
_MOST_GROWTH = 1 << 17
_SMALL = 1 << 20


def is_readable(compression: int) -> bool:
    """Return whether strips compressed so can be read."""
    return compression in (NONE, DEFLATE, OLD_DEFLATE, JPEG, *BY_LIBTIFF, *CCITT)


def kept(compression: int | None) -> int:
    """Return the compression to write: the old one if it can be written, else Deflate."""
    if compression in (None, NONE):
        return NONE
    return compression if compression in BY_LIBTIFF else DEFLATE


def predictor(compression: int, pixels: Pixels) -> int | None:
    """Return what is compressed instead of the numbers: differences make less of whole numbers.

    None is said of methods that know no predictor, of which libtiff's tools warn.
    """
    return DIFFERENCES if pixels.dtype.kind == "u" and compression not in (NONE, PACKBITS) else None


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
    with strict_pillow(len(content)), PIL.Image.open(file, formats=["TIFF"]) as found:
        tags = found.tag_v2  # type: ignore[attr-defined]
        (start,), (length,) = tags[Tag.STRIP_OFFSETS], tags[Tag.STRIP_COUNTS]
    return file.getvalue()[start : start + length]


def uncompressed(content: bytes, compression: int, size: int) -> bytes:
    """Return so many bytes of a strip; ImageError where it holds less."""
    if compression not in (NONE, DEFLATE, OLD_DEFLATE):
        return by_libtiff(content, size, 1, size, {Tag.COMPRESSION: compression})
    if compression != NONE:
        _check_growth(content, compression, size)
        try:
            content = zlib.decompressobj().decompress(content, size)
        except zlib.error:
            raise ImageError(BROKEN) from None
    if len(content) < size:
        raise ImageError(BROKEN)
    return content


def _check_growth(content: bytes, compression: int, size: int) -> None:
    """Raise ImageError where a strip can't become so many bytes."""
    if size > len(content) * _GROWTH.get(compression, _MOST_GROWTH) + _SMALL:
        raise ImageError(BROKEN)


def unfaxed(
    content: bytes, width: int, height: int, compression: int, options: Mapping[int, int]
) -> bytes:
    """Return the rows of bits that CCITT's methods store."""
    tags = {Tag.BITS: 1, Tag.COMPRESSION: compression, **options}
    return by_libtiff(content, width, height, height * -(-width // 8), tags)


def whole_jpeg(content: bytes, shape: tuple[int, int, int]) -> Pixels:
    """Return the levels of a JPEG that a TIFF holds as it is; it isn't decoded in another shape."""
    file = io.BytesIO(content)
    bit_depth.check_jpeg(file)
    with (
        strict_pillow(shape[0] * shape[1]),
        _broken_if_it_fails(),
        PIL.Image.open(file, formats=["JPEG"]) as found,
    ):
        if (found.height, found.width, len(found.getbands())) != shape:
            raise ImageError(BROKEN)
        return np.asarray(found).reshape(shape)


@contextmanager
def _broken_if_it_fails() -> Iterator[None]:
    """Say of whatever Pillow raises that the file is broken."""
    try:
        yield
    except (OSError, ValueError, SyntaxError, TypeError):
        raise ImageError(BROKEN) from None


def by_libtiff(
    content: bytes, width: int, height: int, size: int, tags: Mapping[int, Any]
) -> bytes:
    """Return the bytes that libtiff reads from the only strip of a TIFF.

    Parameters
    ----------
    content : bytes
        The strip.
    width, height : int
        Of the picture.
    size : int
        How many bytes are wanted at least; with fewer the file is broken.
    tags : mapping of int
        What the TIFF says beside being 8-bit grey; the compression has to be there.
    """
    _check_growth(content, tags[Tag.COMPRESSION], size)
    if tags[Tag.COMPRESSION] == JPEG:
        bit_depth.check_jpeg(io.BytesIO(content), range(256))
    directory = Directory()
    common = {
        Tag.WIDTH: width, Tag.HEIGHT: height, Tag.ROWS_PER_STRIP: height, Tag.SAMPLES: 1,
        Tag.BITS: 8, Tag.PHOTOMETRIC: 1, Tag.STRIP_OFFSETS: 0, Tag.STRIP_COUNTS: len(content),
    }  # fmt: skip
    for tag, value in [*common.items(), *tags.items()]:
        directory[tag] = value
    file = io.BytesIO()
    directory.save(file)
    file.write(content)
    with (
        strict_pillow(width * height),
        _broken_if_it_fails(),
        PIL.Image.open(file, formats=["TIFF"]) as found,
    ):
        plain = found.tobytes()
    if len(plain) < size:
        raise ImageError(BROKEN)
    return plain
