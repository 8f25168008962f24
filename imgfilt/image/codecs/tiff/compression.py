"""Compress and decompress the strips and tiles of a TIFF, and unpack numbers of a few bits.

zlib does Deflate. Pillow's libtiff does the other methods: the bytes of one strip are put into a
small TIFF, for most methods as one row of a grey picture, whatever the bytes mean.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import PIL.Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from ....errors import ImageError
from ....geometry import row_blocks
from ...image import Pixels
from ...pillow_settings import strict_pillow
from .. import jpeg_segments
from .tags import BROKEN, Tag

NONE, LZW, OLD_JPEG, JPEG, DEFLATE, OLD_DEFLATE = 1, 5, 6, 7, 8, 32946
PACKBITS, LZMA, ZSTD, CCITT_RLEW = 32773, 34925, 50000, 32771

# Pillow's names of the methods that libtiff compresses and decompresses here.
LIBTIFF_NAMES = {LZW: "tiff_lzw", PACKBITS: "packbits", LZMA: "lzma", ZSTD: "zstd"}

CCITT = 2, 3, 4, CCITT_RLEW  # methods for 1-bit rows

# Names of the methods that aren't read.
NOT_READ = {
    OLD_JPEG: "old-style JPEG", 32809: "ThunderScan", 33003: "JPEG 2000", 33004: "JPEG 2000",
    33005: "JPEG 2000", 34661: "JBIG", 34676: "SGILog", 34677: "SGILog24", 34712: "JPEG 2000",
    34887: "LERC", 34892: "lossy JPEG", 34933: "PNG", 34934: "JPEG XR", 50001: "WebP",
    50002: "JPEG XL", 52546: "JPEG XL",
}  # fmt: skip

# The largest ratio of a strip's decompressed length to its compressed length. Without this limit
# a few bytes could ask for gigabytes.
_MAX_RATIO = {PACKBITS: 64, LZW: 4096, DEFLATE: 1040, OLD_DEFLATE: 1040}
_MAX_RATIO_OF_OTHERS = 1 << 17
_SMALL = 1 << 20


def is_readable(compression: int) -> bool:
    """Return whether strips with this compression can be read."""
    return compression in (NONE, DEFLATE, OLD_DEFLATE, JPEG, *LIBTIFF_NAMES, *CCITT)


def choose_compression(compression: int | None, level: int | None) -> int:
    """Return the input's compression if it can be written and no level is given, else Deflate."""
    if level is None and compression in (None, NONE, *LIBTIFF_NAMES):
        return compression or NONE
    return NONE if level == 0 else DEFLATE


def unpack_bits(plain: bytes, bits: int, shape: tuple[int, int, int]) -> Pixels:
    """Return an array of packed numbers of 1 to 15 bits; each row begins at a whole byte.

    Parameters
    ----------
    plain : bytes
        Decompressed numbers, the highest bit first.
    bits : int
        The number of bits of a number.
    shape : (height, width, samples)

    Returns
    -------
    (height, width, samples) array
        uint8 for up to 8 bits, else uint16.

    Raises
    ------
    ValueError
        When `plain` is too short.
    """
    height, width, samples = shape
    count = width * samples
    packed = np.frombuffer(plain, np.uint8, height * (-(-count * bits // 8))).reshape(height, -1)
    if bits == 1:
        return np.unpackbits(packed, axis=1, count=count).reshape(shape)
    values = np.empty((height, count), np.uint16 if bits > 8 else np.uint8)
    for rows in row_blocks(height, 16 * count):
        digits = np.zeros((rows.stop - rows.start, count, 8 * values.itemsize), np.uint8)
        digits[:, :, -bits:] = np.unpackbits(packed[rows], axis=1, count=count * bits).reshape(
            -1, count, bits
        )
        values[rows] = np.packbits(digits, axis=2).view(f">u{values.itemsize}")[:, :, 0]
    return values.reshape(shape)


def compress(content: Pixels, compression: int, level: int | None) -> bytes | memoryview:
    """Compress a strip.

    Parameters
    ----------
    content : (N,) array
        uint8.
    compression : int
        TIFF's number of the method.
    level : int or None
        The level of Deflate, 0 to 9.
    """
    if compression == NONE:
        return content.data
    if compression == DEFLATE:
        return zlib.compress(content.data, -1 if level is None else level)
    file = io.BytesIO()
    row = PIL.Image.fromarray(content[np.newaxis])
    row.save(file, "TIFF", compression=LIBTIFF_NAMES[compression], strip_size=len(content))
    with strict_pillow(len(content)), PIL.Image.open(file, formats=["TIFF"]) as image:
        tags = image.tag_v2  # type: ignore[attr-defined]
        (start,), (length,) = tags[Tag.STRIP_OFFSETS], tags[Tag.STRIP_BYTE_COUNTS]
    return file.getvalue()[start : start + length]


def decompress(content: bytes, compression: int, size: int) -> bytes:
    """Return the first `size` bytes of a decompressed strip.

    Parameters
    ----------
    content : bytes
    compression : int
        Neither JPEG nor a method in CCITT.
    size : int
        The number of bytes; ImageError if the strip has fewer bytes or is broken.
    """
    if compression not in (NONE, DEFLATE, OLD_DEFLATE):
        return decode_with_libtiff(content, size, 1, size, {Tag.COMPRESSION: compression})
    if compression != NONE:
        _check_ratio(content, compression, size)
        try:
            content = zlib.decompressobj().decompress(content, size)
        except zlib.error:
            raise ImageError(BROKEN) from None
    if len(content) < size:
        raise ImageError(BROKEN)
    return content


def _check_ratio(content: bytes, compression: int, size: int) -> None:
    """Raise ImageError if a strip can't hold `size` bytes."""
    if size > len(content) * _MAX_RATIO.get(compression, _MAX_RATIO_OF_OTHERS) + _SMALL:
        raise ImageError(BROKEN)


def decode_ccitt(
    content: bytes, width: int, height: int, compression: int, options: Mapping[int, int]
) -> bytes:
    """Return the packed bits of a strip, row by row.

    Parameters
    ----------
    content : bytes
    width, height : int
    compression : int
        A method in CCITT.
    options : mapping
        The tags T4Options and T6Options, if the page has them.
    """
    tags = {Tag.BITS_PER_SAMPLE: 1, Tag.COMPRESSION: compression, **options}
    return decode_with_libtiff(content, width, height, height * -(-width // 8), tags)


def decode_jpeg(content: bytes, shape: tuple[int, int, int]) -> Pixels:
    """Return the levels (H, W, C) of a JPEG stream; ImageError if it hasn't this shape."""
    file = io.BytesIO(content)
    jpeg_segments.check_kind(file)
    with (
        strict_pillow(shape[0] * shape[1]),
        _broken_on_failure(),
        PIL.Image.open(file, formats=["JPEG"]) as image,
    ):
        if (image.height, image.width, len(image.getbands())) != shape:
            raise ImageError(BROKEN)
        return np.asarray(image).reshape(shape)


@contextmanager
def _broken_on_failure() -> Iterator[None]:
    """Turn errors of Pillow into an ImageError that says that the file is broken."""
    try:
        yield
    except (OSError, ValueError, SyntaxError, TypeError):
        raise ImageError(BROKEN) from None


def decode_with_libtiff(
    content: bytes, width: int, height: int, size: int, tags: Mapping[int, Any]
) -> bytes:
    """Return the bytes that libtiff decodes from one strip, put into a small TIFF.

    Parameters
    ----------
    content : bytes
        The bytes of the strip.
    width, height : int
        The size of the small TIFF in pixels.
    size : int
        The least number of bytes to return.
    tags : mapping of int
        Tags of the small TIFF, Compression among them; they replace the defaults for 8-bit grey.

    Raises
    ------
    ImageError
        When the strip is broken, gives fewer bytes, or holds a kind of JPEG that isn't read.
    """
    _check_ratio(content, tags[Tag.COMPRESSION], size)
    if tags[Tag.COMPRESSION] == JPEG:
        jpeg_segments.check_kind(io.BytesIO(content), range(256))
    directory = ImageFileDirectory_v2()
    common = {
        Tag.IMAGE_WIDTH: width, Tag.IMAGE_LENGTH: height, Tag.ROWS_PER_STRIP: height,
        Tag.SAMPLES_PER_PIXEL: 1, Tag.BITS_PER_SAMPLE: 8, Tag.PHOTOMETRIC: 1,
        Tag.STRIP_OFFSETS: 0, Tag.STRIP_BYTE_COUNTS: len(content),
    }  # fmt: skip
    for tag, value in [*common.items(), *tags.items()]:
        directory[tag] = value
    file = io.BytesIO()
    directory.save(file)
    file.write(content)
    with (
        strict_pillow(width * height),
        _broken_on_failure(),
        PIL.Image.open(file, formats=["TIFF"]) as image,
    ):
        plain = image.tobytes()
    if len(plain) < size:
        raise ImageError(BROKEN)
    return plain
