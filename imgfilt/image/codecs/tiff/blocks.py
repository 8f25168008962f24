"""Read rectangles of a TIFF page from its strips or tiles."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from threading import Lock
from typing import BinaryIO

import numpy as np

from ....concurrency.shared_cache import SharedCache
from ....errors import ImageError
from ....geometry import Rect
from ...image import Pixels
from ...read_options import ReadOptions
from .. import number_types
from .block_decoder import BlockDecoder
from .directory import Directory
from .layout import Layout
from .tags import BROKEN, Tag

# Bytes of decoded blocks that are kept: filter strips side by side need the same TIFF blocks. At
# least two rows of blocks are kept, because a filter strip may lie on both sides of an edge.
_CACHE_SIZE = 128 << 20
_MIN_ROWS_OF_BLOCKS = 4


class Blocks:
    """The strips or tiles of a page; several threads may call `read` at once, but of one page only.

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
        When a block is outside the file, broken, too large or of a kind that isn't read.
    """

    def __init__(
        self, stream: BinaryIO, directory: Directory, layout: Layout, options: ReadOptions
    ):
        self._stream, self._lock, self._layout = stream, Lock(), layout
        self._size = directory.header.size
        self._decoder = BlockDecoder(directory, layout)
        self._cache: SharedCache | None = None
        height, width, samples = layout.shape
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
        strip_tags = Tag.STRIP_OFFSETS, Tag.STRIP_BYTE_COUNTS
        tile_tags = Tag.TILE_OFFSETS, Tag.TILE_BYTE_COUNTS
        own, other = (tile_tags, strip_tags) if self._tiled else (strip_tags, tile_tags)
        # Some writers use the tags of strips for tiles.
        self._offsets, self._byte_counts = (
            directory.read_numbers(tag) or directory.read_numbers(substitute)
            for tag, substitute in zip(own, other, strict=True)
        )
        self._planes = [slice(0, samples)]
        if layout.is_planar:
            self._planes = [slice(number, number + 1) for number in range(samples)]
        self._blocks_down = -(-height // self._block_height)
        self._blocks_across = -(-width // self._block_width)
        blocks = len(self._planes) * self._blocks_down * self._blocks_across
        if len(self._offsets) < blocks or not any(self._offsets):
            raise ImageError(BROKEN)
        self._missing_value = _read_missing_value(directory, layout)
        self._can_read_in_place = (
            self._decoder.has_plain_samples
            and layout.stored_dtype == layout.dtype
            and not layout.is_planar
        )

    def check_inside_file(self) -> None:
        """Raise ImageError if a block isn't in the file, as far as that is known without decoding.

        So the error comes now, not after much work.
        """
        for number in range(len(self._planes) * self._blocks_down * self._blocks_across):
            self._check_inside(number)

    def prepare_rows(self) -> bool:
        """Prepare to read a few rows at a time; return whether that takes less memory.

        Compressed blocks are decoded as a whole, and kept for the next rows.
        """
        if self._decoder.is_uncompressed:
            return True
        if self._blocks_down < _MIN_ROWS_OF_BLOCKS:
            return False
        row = self._blocks_across * self._block_width * self._layout.shape[2]
        row_of_blocks = row * self._block_height * self._layout.dtype.itemsize
        self._cache = SharedCache(self._decode, max(_CACHE_SIZE, 2 * row_of_blocks))
        return True

    def read(self, rect: Rect) -> Pixels:
        """Return the values (h, w, C) of a rectangle, in the dtype of the pixels."""
        values = np.empty((rect.height, rect.width, self._layout.shape[2]), self._layout.dtype)
        numbers = [
            (plane * self._blocks_down + row) * self._blocks_across + column
            for plane in range(len(self._planes))
            for row in range(rect.top // self._block_height, -(-rect.bottom // self._block_height))
            for column in range(rect.left // self._block_width, -(-rect.right // self._block_width))
        ]
        blocks: Iterable[tuple[int, Pixels | None]] = ((number, None) for number in numbers)
        if self._cache is not None:
            blocks = self._cache.get_arrays(numbers)
        for number, block in blocks:
            place, channels = self._locate(number)
            part = place.intersection(rect)
            inner = part.moved(-place.top, -place.left)
            target = values[(*part.moved(-rect.top, -rect.left).slices, channels)]
            if block is not None:
                target[...] = block[inner.slices]
            elif self._can_read_in_place and self._is_stored(number):
                self._read_into(target, number, inner)
            else:
                target[...] = self._decode(number, inner)
        return values

    def _read_into(self, target: Pixels, number: int, inner: Rect) -> None:
        """Read a rectangle in a block whose pixels are in the file as they are in memory."""
        self._check_inside(number)
        stride = self._count_row_bytes(number)
        pixel_bytes = stride // self._block_width
        with self._lock:
            self._stream.seek(self._offsets[number] + inner.top * stride + inner.left * pixel_bytes)
            number_types.read_into(self._stream, target, stride)

    def _locate(self, number: int) -> tuple[Rect, slice]:
        """Return the rectangle of a block, and its channels; a tile may go beyond the edges."""
        number, column = divmod(number, self._blocks_across)
        plane, row = divmod(number, self._blocks_down)
        top, left = row * self._block_height, column * self._block_width
        bottom = top + self._block_height
        if not self._tiled:
            # The last strip has only the rows of the picture; a tile is always whole.
            bottom = min(bottom, self._layout.shape[0])
        return Rect(top, left, bottom, left + self._block_width), self._planes[plane]

    def _is_stored(self, number: int) -> bool:
        """Return whether a block is in the file: GDAL leaves out blocks of one value."""
        return self._offsets[number] != 0 or any(self._byte_counts[number : number + 1])

    def _check_inside(self, number: int) -> None:
        """Raise ImageError if a block isn't in the file as a whole, as far as that is known."""
        start, length = self._offsets[number], 0
        if self._decoder.is_uncompressed:
            length = self._count_row_bytes(number) * self._locate(number)[0].height
        if self._is_stored(number) and start + length > self._size:
            raise ImageError(BROKEN)

    def _count_row_bytes(self, number: int) -> int:
        """Return how many bytes a row of a decompressed block has."""
        place, channels = self._locate(number)
        samples: int = channels.stop - channels.start
        return -(-place.width * samples * self._layout.bits // 8)

    def _decode(self, number: int, inner: Rect | None = None) -> Pixels:
        """Return the values (h, w, c) of a block, or of a rectangle in it."""
        place, channels = self._locate(number)
        shape = place.height, place.width, channels.stop - channels.start
        inner = inner or Rect(0, 0, *shape[:2])
        if not self._is_stored(number):
            return np.broadcast_to(self._missing_value, shape)[inner.slices]
        self._check_inside(number)
        start = self._offsets[number]
        if not self._decoder.is_uncompressed:
            # Some writers leave out the length.
            length = sum(self._byte_counts[number : number + 1]) or self._size
            return self._decoder.decode(self._read(start, length), shape)[inner.slices]
        row_bytes = self._count_row_bytes(number)
        content = self._read(start + inner.top * row_bytes, inner.height * row_bytes)
        values = self._decoder.decode(content, (inner.height, *shape[1:]))
        return values[:, inner.left : inner.right]

    def _read(self, start: int, length: int) -> bytes:
        with self._lock:
            self._stream.seek(start)
            return self._stream.read(min(length, self._size - start))


def _read_missing_value(directory: Directory, layout: Layout) -> Pixels:
    """Return the value of a block that isn't in the file, as an array without axes."""
    value, dtype = 0.0, layout.dtype
    with suppress(ValueError):
        value = float(directory.read_content(Tag.GDAL_NODATA).rstrip(b"\0 "))
    if dtype.kind == "u" and not 0 <= value < 2**layout.bits:
        value = 0.0
    return np.array(value, dtype)
