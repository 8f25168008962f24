"""Decode the pixels of a TIFF page, strip by strip or tile by tile.

Pillow reduces 16-bit colour to 8 bits, doesn't read float colour, drops extra channels, mixes up
planes of grey and alpha, and can't read a big-endian BigTIFF; cv2 mixes up planes and drops the
alpha of grey pictures. So Pillow's libtiff is only used to decompress the bytes of a strip.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any, BinaryIO

import numpy as np

from ....errors import ImageError
from ...image import Pixels
from ...metadata import ifd
from ...read_options import ReadOptions
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

Index = tuple[slice, slice, slice]


class Blocks:
    """The strips or tiles of a page; iteration decodes one after the other.

    Parameters
    ----------
    stream : binary stream
    directory : Directory
    layout : Layout
    options : ReadOptions
        The largest number of pixels holds for a tile, too.

    Raises
    ------
    ImageError
        When a block is missing, broken, too large or of a kind that isn't read.
    """

    def __init__(
        self, stream: BinaryIO, directory: Directory, layout: Layout, options: ReadOptions
    ):
        self._stream, self._directory, self._layout = stream, directory, layout
        height, width, _ = layout.shape
        self._tiled = Tag.TILE_WIDTH in directory
        if self._tiled:
            self._block_height = directory.read_number(Tag.TILE_LENGTH)
            self._block_width = directory.read_number(Tag.TILE_WIDTH)
        else:
            self._block_height = min(directory.read_number(Tag.ROWS_PER_STRIP, height), height)
            self._block_width = width
        if self._block_height < 1 or self._block_width < 1:
            raise ImageError(BROKEN)
        options.check_size(self._block_width, self._block_height)
        # Some writers use the tags of strips for tiles.
        order = -1 if self._tiled else 1
        offsets = [Tag.STRIP_OFFSETS, Tag.TILE_OFFSETS][::order]
        byte_counts = [Tag.STRIP_BYTE_COUNTS, Tag.TILE_BYTE_COUNTS][::order]
        self._offsets = directory.read_numbers(offsets[0]) or directory.read_numbers(offsets[1])
        self._byte_counts = directory.read_numbers(byte_counts[0]) or directory.read_numbers(
            byte_counts[1]
        )
        planes = layout.shape[2] if layout.is_planar else 1
        blocks = planes * -(-height // self._block_height) * -(-width // self._block_width)
        if len(self._offsets) < blocks or not any(self._offsets):
            raise ImageError(BROKEN)

    def __iter__(self) -> Iterator[tuple[Index, Pixels]]:
        """Yield (index into the pixels (H, W, C), values (h, w, c)) for each block."""
        height, width, samples = self._layout.shape
        block_height, block_width = self._block_height, self._block_width
        planes = [slice(0, samples)]
        if self._layout.is_planar:
            planes = [slice(number, number + 1) for number in range(samples)]
        corners = (
            (plane, top, left)
            for plane in planes
            for top in range(0, height, block_height)
            for left in range(0, width, block_width)
        )
        for number, (plane, top, left) in enumerate(corners):
            rows, columns = min(block_height, height - top), min(block_width, width - left)
            index = slice(top, top + rows), slice(left, left + columns), plane
            if self._is_stored(number):
                # The last strip has only the rows of the picture; a tile is always whole.
                rows_in_file = block_height if self._tiled else rows
                shape = rows_in_file, block_width, plane.stop - plane.start
                content = self._read(number, shape)
                yield index, self._decode_values(content, shape)[:rows, :columns]
            else:
                yield index, self._make_missing_values()

    def _is_stored(self, number: int) -> bool:
        """Return whether a block is in the file: GDAL leaves out blocks of one value."""
        return self._offsets[number] != 0 or any(self._byte_counts[number : number + 1])

    def _make_missing_values(self) -> Pixels:
        """Return an array (1, 1, 1) with the value of a block that isn't in the file."""
        value, dtype = 0.0, self._layout.dtype
        with suppress(ValueError):
            value = float(self._directory.read_content(Tag.GDAL_NODATA).rstrip(b"\0 "))
        if dtype.kind == "u" and not 0 <= value < 2**self._layout.bits:
            value = 0.0
        return np.full((1, 1, 1), value, dtype)

    def _read(self, number: int, shape: tuple[int, int, int]) -> bytes:
        """Return the bytes of a block, still compressed; in each byte the highest bit is first."""
        start, size = self._offsets[number], self._directory.header.size
        decoded_size = self._count_row_bytes(shape) * shape[0]
        length = sum(self._byte_counts[number : number + 1])
        if self._layout.compression == NONE and self._layout.photometric != YCBCR:
            length = decoded_size
        elif not length:
            # Some writers leave out the length.
            length = size
        if start > size:
            raise ImageError(BROKEN)
        self._stream.seek(start)
        content = self._stream.read(min(length, size - start))
        if self._directory.read_number(Tag.FILL_ORDER, 1) == 2 and self._layout.compression != JPEG:
            return content.translate(_REVERSED_BITS)
        return content

    def _count_row_bytes(self, shape: tuple[int, int, int]) -> int:
        return -(-shape[1] * shape[2] * self._layout.bits // 8)

    def _decode_values(self, content: bytes, shape: tuple[int, int, int]) -> Pixels:
        """Return the values of a block after decompression and inversion of the predictor."""
        layout, predictor = self._layout, self._layout.predictor
        height, width, samples = shape
        if layout.compression == JPEG or layout.photometric == YCBCR:
            return self._decode_colours(content, shape)
        if layout.compression in CCITT:
            options: dict[int, int] = {
                tag: self._directory.read_number(tag, 0)
                for tag in (Tag.T4_OPTIONS, Tag.T6_OPTIONS)
                if tag in self._directory
            }
            plain = decode_ccitt(content, width * samples, height, layout.compression, options)
        else:
            plain = decompress(content, layout.compression, height * self._count_row_bytes(shape))
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
        layout, directory = self._layout, self._directory
        height, width, samples = shape
        if layout.bits != 8 or samples not in (1, 2, 3, 4):
            raise ImageError(
                f"holds JPEG of {samples} channel{'s' * (samples > 1)} of {layout.bits} bits, "
                "which isn't read"
            )
        compression = layout.compression
        if compression != JPEG:
            # Pillow uses libtiff only for compressed strips.
            content, compression = zlib.compress(self._decompress_ycbcr(content, shape), 0), DEFLATE
        # Four channels are declared as CMYK, so that libtiff doesn't convert them.
        photometric = {1: 1, 2: 1, 3: layout.photometric, 4: CMYK}[samples]
        tags: dict[int, Any] = {
            Tag.COMPRESSION: compression,
            Tag.SAMPLES_PER_PIXEL: samples,
            Tag.BITS_PER_SAMPLE: (8,) * samples,
            Tag.PHOTOMETRIC: photometric,
        }
        if samples == 2:
            tags[Tag.EXTRA_SAMPLES] = UNASSOCIATED_ALPHA
        if Tag.JPEG_TABLES in directory:
            tags[Tag.JPEG_TABLES] = directory.read_content(Tag.JPEG_TABLES)
        if photometric == YCBCR:
            tags |= self._make_ycbcr_tags()
        plain = decode_with_libtiff(content, width, height, math.prod(shape), tags)
        return np.frombuffer(plain, np.uint8, math.prod(shape)).reshape(shape)

    def _decompress_ycbcr(self, content: bytes, shape: tuple[int, int, int]) -> bytes:
        """Return decompressed YCbCr: for each group of pixels every Y, then one Cb and one Cr."""
        across, down = self._subsampling
        groups = -(-shape[0] // down) * -(-shape[1] // across)
        return decompress(content, self._layout.compression, groups * (across * down + 2))

    @property
    def _subsampling(self) -> tuple[int, ...]:
        """How many pixels across and down share one Cb and one Cr."""
        found = self._directory.read_numbers(Tag.YCBCR_SUBSAMPLING) or (2, 2)
        if len(found) != 2 or not set(found) <= {1, 2, 4}:
            raise ImageError(BROKEN)
        return found

    def _make_ycbcr_tags(self) -> dict[int, Any]:
        """Return the tags that tell libtiff how to convert YCbCr."""
        directory = self._directory
        tags: dict[int, Any] = {Tag.YCBCR_SUBSAMPLING: self._subsampling}
        if Tag.YCBCR_POSITIONING in directory:
            tags[Tag.YCBCR_POSITIONING] = directory.read_number(Tag.YCBCR_POSITIONING)
        for tag, count in ((Tag.YCBCR_COEFFICIENTS, 3), (Tag.REFERENCE_BLACK_WHITE, 6)):
            content = directory.read_content(tag)
            # libtiff, too, ignores a field of another length.
            if len(content) == count * ifd.SIZES[ifd.RATIONAL][0]:
                pairs = list(struct.iter_unpack(f"{self._layout.order}LL", content))
                if all(below for _, below in pairs):
                    tags[tag] = tuple(Fraction(*pair) for pair in pairs)
        return tags
