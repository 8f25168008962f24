"""TIFF pixels strip by strip or tile by tile, at every depth and of every layout.

Pillow narrows 16-bit colour, has no float colour, drops channels beyond the colours, mixes up grey
and alpha in planes, and can't read a big-endian BigTIFF; cv2 mixes up planes and drops alpha beside
grey. Only the bytes of a strip go to libtiff.
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
from .bits import summed, summed_floats, unpacked
from .compression import (
    CCITT,
    DEFLATE,
    DIFFERENCES,
    JPEG,
    NONE,
    by_libtiff,
    uncompressed,
    unfaxed,
    whole_jpeg,
)
from .directory import BROKEN, Tag
from .layout import CMYK, STRAIGHT, YCBCR, Layout
from .structure import Fields

FLOAT_DIFFERENCES = 3

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_T4, _T6, _JPEG_TABLES, _COEFFICIENTS, _SUBSAMPLING, _POSITIONING, _REFERENCE, _NODATA = (
    292, 293, 347, 529, 530, 531, 532, 42113,
)  # fmt: skip

Place = tuple[slice, slice, slice]


def old_jpeg(stream: BinaryIO, fields: Fields, layout: Layout) -> Pixels:
    """Return the levels of a page in old-style JPEG: one stream, beside the strips."""
    start, length = (
        fields.number(Tag.JPEG_STREAM),
        fields.number(Tag.JPEG_LENGTH, fields.header.size),
    )
    stream.seek(start)
    return whole_jpeg(stream.read(length), layout.shape)


class Blocks:
    """The strips or tiles of a page.

    Parameters
    ----------
    stream : binary stream
    fields : Fields
    layout : Layout
    request : Request
        Of tiles as large as it allows for a picture.
    """

    def __init__(self, stream: BinaryIO, fields: Fields, layout: Layout, options: ReadOptions):
        self._stream, self._fields, self._layout = stream, fields, layout
        height, width, _ = layout.shape
        self._tiled = Tag.TILE_WIDTH in fields
        if self._tiled:
            self._tall, self._wide = fields.number(Tag.TILE_HEIGHT), fields.number(Tag.TILE_WIDTH)
        else:
            self._tall = min(fields.number(Tag.ROWS_PER_STRIP, height), height)
            self._wide = width
        if self._tall < 1 or self._wide < 1:
            raise ImageError(BROKEN)
        options.check_size(self._wide, self._tall)
        # Some writers say places of tiles as such of strips.
        places = [Tag.STRIP_OFFSETS, Tag.TILE_OFFSETS][:: -1 if self._tiled else 1]
        lengths = [Tag.STRIP_COUNTS, Tag.TILE_COUNTS][:: -1 if self._tiled else 1]
        self._starts = fields.numbers(places[0]) or fields.numbers(places[1])
        self._lengths = fields.numbers(lengths[0]) or fields.numbers(lengths[1])
        planes = layout.shape[2] if layout.apart else 1
        blocks = planes * -(-height // self._tall) * -(-width // self._wide)
        if len(self._starts) < blocks or not any(self._starts):
            raise ImageError(BROKEN)

    def __iter__(self) -> Iterator[tuple[Place, Pixels]]:
        """Give of each where its pixels lie, and their values of shape (h, w, c)."""
        height, width, samples = self._layout.shape
        bands = [slice(0, samples)]
        if self._layout.apart:
            bands = [slice(number, number + 1) for number in range(samples)]
        corners = (
            (band, top, left)
            for band in bands
            for top in range(0, height, self._tall)
            for left in range(0, width, self._wide)
        )
        for number, (band, top, left) in enumerate(corners):
            rows, columns = min(self._tall, height - top), min(self._wide, width - left)
            place = slice(top, top + rows), slice(left, left + columns), band
            if self._is_stored(number):
                shape = self._tall if self._tiled else rows, self._wide, band.stop - band.start
                content = self._content(number, shape)
                yield place, self._values(content, shape)[:rows, :columns]
            else:
                yield place, self._unstored()

    def _is_stored(self, number: int) -> bool:
        """Return whether a block is in the file: GDAL leaves out those of one value."""
        return self._starts[number] != 0 or any(self._lengths[number : number + 1])

    def _unstored(self) -> Pixels:
        """Return the value that a block has which isn't stored."""
        value, dtype = 0.0, self._layout.dtype
        with suppress(ValueError):
            value = float(self._fields.content(_NODATA).rstrip(b"\0 "))
        if dtype.kind == "u" and not 0 <= value < 2**self._layout.bits:
            value = 0.0
        return np.full((1, 1, 1), value, dtype)

    def _content(self, number: int, shape: tuple[int, int, int]) -> bytes:
        """Return a block's bytes."""
        start, size = self._starts[number], self._fields.header.size
        plain = self._row_bytes(shape) * shape[0]
        length = sum(self._lengths[number : number + 1])
        if self._layout.compression == NONE and self._layout.photometric != YCBCR:
            length = plain
        elif not length:
            # Some writers don't say it.
            length = size
        if start > size:
            raise ImageError(BROKEN)
        self._stream.seek(start)
        content = self._stream.read(min(length, size - start))
        if self._fields.number(Tag.FILL_ORDER, 1) == 2 and self._layout.compression != JPEG:
            return content.translate(_REVERSED)
        return content

    def _row_bytes(self, shape: tuple[int, int, int]) -> int:
        return -(-shape[1] * shape[2] * self._layout.bits // 8)

    def _values(self, content: bytes, shape: tuple[int, int, int]) -> Pixels:
        """Return the numbers of a block, uncompressed and with differences summed up."""
        layout, predictor = self._layout, self._layout.predictor
        height, width, samples = shape
        if layout.compression == JPEG or layout.photometric == YCBCR:
            return self._picture(content, shape)
        if layout.compression in CCITT:
            options = {
                tag: self._fields.number(tag, 0) for tag in (_T4, _T6) if tag in self._fields
            }
            plain = unfaxed(content, width * samples, height, layout.compression, options)
        else:
            plain = uncompressed(content, layout.compression, height * self._row_bytes(shape))
        if layout.is_packed:
            if predictor != 1:
                raise ImageError(f"has a predictor for {layout.bits}-bit numbers, which isn't read")
            return unpacked(plain, layout.bits, shape)
        if predictor == FLOAT_DIFFERENCES:
            return summed_floats(plain, layout.stored, shape)
        values = np.frombuffer(plain, layout.stored, math.prod(shape)).reshape(shape)
        if predictor == DIFFERENCES:
            return summed(values)
        if predictor != 1:
            raise ImageError(f"has the predictor {predictor}, which isn't read")
        return values

    def _picture(self, content: bytes, shape: tuple[int, int, int]) -> Pixels:
        """Return the 8-bit levels of a block that libtiff has to know as colours."""
        layout, fields = self._layout, self._fields
        height, width, samples = shape
        if layout.bits != 8 or samples not in (1, 2, 3, 4):
            raise ImageError(
                f"holds JPEG of {samples} channel{'s' * (samples > 1)} of {layout.bits} bits, "
                "which isn't read"
            )
        compression = layout.compression
        if compression != JPEG:
            # Pillow asks libtiff for what is compressed alone.
            content, compression = zlib.compress(self._plain_ycbcr(content, shape), 0), DEFLATE
        # Of four channels it isn't told which: as CMYK they are given as they are.
        photometric = {1: 1, 2: 1, 3: layout.photometric, 4: CMYK}[samples]
        tags: dict[int, Any] = {
            Tag.COMPRESSION: compression, Tag.SAMPLES: samples, Tag.BITS: (8,) * samples,
            Tag.PHOTOMETRIC: photometric,
        }  # fmt: skip
        if samples == 2:
            tags[Tag.EXTRA_SAMPLES] = STRAIGHT
        if _JPEG_TABLES in fields:
            tags[_JPEG_TABLES] = fields.content(_JPEG_TABLES)
        if photometric == YCBCR:
            tags |= self._ycbcr_tags()
        plain = by_libtiff(content, width, height, math.prod(shape), tags)
        return np.frombuffer(plain, np.uint8, math.prod(shape)).reshape(shape)

    def _plain_ycbcr(self, content: bytes, shape: tuple[int, int, int]) -> bytes:
        """Return the bytes of YCbCr: of each group of pixels all Y, then one Cb and one Cr."""
        across, down = self._subsampling
        groups = -(-shape[0] // down) * -(-shape[1] // across)
        return uncompressed(content, self._layout.compression, groups * (across * down + 2))

    @property
    def _subsampling(self) -> tuple[int, ...]:
        found = self._fields.numbers(_SUBSAMPLING) or (2, 2)
        if len(found) != 2 or not set(found) <= {1, 2, 4}:
            raise ImageError(BROKEN)
        return found

    def _ycbcr_tags(self) -> dict[int, Any]:
        """Return what libtiff has to know of YCbCr."""
        fields = self._fields
        tags: dict[int, Any] = {_SUBSAMPLING: self._subsampling}
        if _POSITIONING in fields:
            tags[_POSITIONING] = fields.number(_POSITIONING)
        for tag, count in ((_COEFFICIENTS, 3), (_REFERENCE, 6)):
            content = fields.content(tag)
            if (
                len(content) == count * ifd.SIZES[ifd.RATIONAL][0]
            ):  # libtiff, too, passes over any other
                pairs = list(struct.iter_unpack(f"{self._layout.order}LL", content))
                if all(below for _, below in pairs):
                    tags[tag] = tuple(Fraction(*pair) for pair in pairs)
        return tags
