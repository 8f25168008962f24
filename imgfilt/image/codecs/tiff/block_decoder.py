"""Decode the bytes of a strip or tile to values: decompression, predictors, colours of JPEG.

Pillow reduces 16-bit colour to 8 bits, doesn't read float colour, drops extra channels, mixes up
planes of grey and alpha, and can't read a big-endian BigTIFF; cv2 mixes up planes and drops the
alpha of grey pictures. So Pillow's libtiff is only used to decompress the bytes of a strip.
"""

from __future__ import annotations

import math
import struct
import zlib
from fractions import Fraction
from typing import Any

import numpy as np

from ....errors import ImageError
from ...image import Pixels
from ...metadata import ifd
from .compression import (
    CCITT,
    DEFLATE,
    JPEG,
    NONE,
    decode_ccitt,
    decode_with_libtiff,
    decompress,
    unpack_bits,
)
from .directory import Directory
from .layout import CMYK, UNASSOCIATED_ALPHA, YCBCR, Layout
from .predictor import (
    PREDICTOR_FLOATINGPOINT,
    PREDICTOR_HORIZONTAL,
    decode_differences,
    decode_float_differences,
)
from .tags import BROKEN, Tag

_REVERSED_BITS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class BlockDecoder:
    """Decodes the strips or tiles of a page; several threads may call `decode` at once.

    Parameters
    ----------
    directory : Directory
        Its fields are read now; `decode` reads nothing from the file.
    layout : Layout

    Raises
    ------
    ImageError
        When the blocks are of a kind that isn't read.
    """

    def __init__(self, directory: Directory, layout: Layout):
        self._layout = layout
        self._reverses_bits = (
            directory.read_number(Tag.FILL_ORDER, 1) == 2 and layout.compression != JPEG
        )
        self._subsampling = 1, 1
        self._tags: dict[int, Any] = {}  # for libtiff
        if layout.compression == JPEG or layout.photometric == YCBCR:
            self._read_colour_tags(directory)
        elif layout.compression in CCITT:
            self._tags = {
                tag: directory.read_number(tag, 0)
                for tag in (Tag.T4_OPTIONS, Tag.T6_OPTIONS)
                if tag in directory
            }

    @property
    def is_uncompressed(self) -> bool:
        """Whether blocks are their rows, one after the other: neither compressed nor in groups."""
        return self._layout.compression == NONE and self._layout.photometric != YCBCR

    @property
    def has_plain_samples(self) -> bool:
        """Whether the rows of a block are its samples, one after the other, in whole bytes."""
        is_changed = self._reverses_bits or self._layout.predictor != 1 or self._layout.is_packed
        return self.is_uncompressed and not is_changed

    def decode(self, content: bytes, shape: tuple[int, int, int]) -> Pixels:
        """Return the values (h, w, c) of a block, or of some rows of an uncompressed one.

        Parameters
        ----------
        content : bytes
            As in the file.
        shape : (int, int, int)
        """
        layout, predictor = self._layout, self._layout.predictor
        height, width, samples = shape
        if self._reverses_bits:
            content = content.translate(_REVERSED_BITS)
        if layout.compression == JPEG or layout.photometric == YCBCR:
            return self._decode_colours(content, shape)
        if layout.compression in CCITT:
            plain = decode_ccitt(content, width * samples, height, layout.compression, self._tags)
        else:
            row_bytes = -(-width * samples * layout.bits // 8)
            plain = decompress(content, layout.compression, height * row_bytes)
        if layout.is_packed:
            if predictor != 1:
                raise ImageError(f"has a predictor for {layout.bits}-bit numbers, which isn't read")
            return unpack_bits(plain, layout.bits, shape)
        if predictor == PREDICTOR_FLOATINGPOINT:
            return decode_float_differences(plain, layout.stored_dtype, shape)
        values = np.frombuffer(plain, layout.stored_dtype, math.prod(shape)).reshape(shape)
        if predictor == PREDICTOR_HORIZONTAL:
            return decode_differences(values)
        if predictor != 1:
            raise ImageError(f"has the predictor {predictor}, which isn't read")
        return values

    def _decode_colours(self, content: bytes, shape: tuple[int, int, int]) -> Pixels:
        """Return the levels of an 8-bit block in JPEG or YCbCr; libtiff converts the colours."""
        height, width, _ = shape
        tags, compression = self._tags, self._layout.compression
        if compression != JPEG:
            # Pillow uses libtiff only for compressed strips.
            content, compression = zlib.compress(self._decompress_ycbcr(content, shape), 0), DEFLATE
        plain = decode_with_libtiff(
            content, width, height, math.prod(shape), tags | {Tag.COMPRESSION: compression}
        )
        return np.frombuffer(plain, np.uint8, math.prod(shape)).reshape(shape)

    def _decompress_ycbcr(self, content: bytes, shape: tuple[int, int, int]) -> bytes:
        """Return decompressed YCbCr: for each group of pixels every Y, then one Cb and one Cr."""
        across, down = self._subsampling
        groups = -(-shape[0] // down) * -(-shape[1] // across)
        return decompress(content, self._layout.compression, groups * (across * down + 2))

    def _read_colour_tags(self, directory: Directory) -> None:
        """Read the tags that tell libtiff how to convert a block in JPEG or YCbCr."""
        bits, samples = self._layout.bits, self._layout.shape[2]
        samples = 1 if self._layout.is_planar else samples
        if bits != 8 or samples not in (1, 2, 3, 4):
            raise ImageError(
                f"holds JPEG of {samples} channel{'s' * (samples > 1)} of {bits} bits, "
                "which isn't read"
            )
        # Four channels are declared as CMYK, so that libtiff doesn't convert them.
        photometric = {1: 1, 2: 1, 3: self._layout.photometric, 4: CMYK}[samples]
        self._tags = {
            Tag.SAMPLES_PER_PIXEL: samples,
            Tag.BITS_PER_SAMPLE: (8,) * samples,
            Tag.PHOTOMETRIC: photometric,
        }
        if samples == 2:
            self._tags[Tag.EXTRA_SAMPLES] = UNASSOCIATED_ALPHA
        if Tag.JPEG_TABLES in directory:
            self._tags[Tag.JPEG_TABLES] = directory.read_content(Tag.JPEG_TABLES)
        if photometric == YCBCR:
            self._subsampling = _read_subsampling(directory)
            self._tags |= {Tag.YCBCR_SUBSAMPLING: self._subsampling}
            self._tags |= _read_ycbcr_tags(directory)


def _read_subsampling(directory: Directory) -> tuple[int, int]:
    """Return how many pixels across and down share one Cb and one Cr."""
    found = directory.read_numbers(Tag.YCBCR_SUBSAMPLING) or (2, 2)
    if len(found) != 2 or not set(found) <= {1, 2, 4}:
        raise ImageError(BROKEN)
    return found[0], found[1]


def _read_ycbcr_tags(directory: Directory) -> dict[int, Any]:
    """Return the tags that tell libtiff how to convert YCbCr, without the subsampling."""
    tags: dict[int, Any] = {}
    if Tag.YCBCR_POSITIONING in directory:
        tags[Tag.YCBCR_POSITIONING] = directory.read_number(Tag.YCBCR_POSITIONING)
    for tag, count in ((Tag.YCBCR_COEFFICIENTS, 3), (Tag.REFERENCE_BLACK_WHITE, 6)):
        content = directory.read_content(tag)
        # libtiff, too, ignores a field of another length.
        if len(content) == count * ifd.SIZES[ifd.RATIONAL][0]:
            pairs = list(struct.iter_unpack(f"{directory.header.order}LL", content))
            if all(below for _, below in pairs):
                tags[tag] = tuple(Fraction(*pair) for pair in pairs)
    return tags
