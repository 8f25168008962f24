"""Write a TIFF whose pages consist of strips with contiguous channels.

An input with planes is written with contiguous channels, too: no value changes, and more programs
can read the file.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import BinaryIO

import numpy as np

from ....concurrency import ordered_map, worker_limit
from ....geometry import pixel_blocks
from ...codec import EncodeOptions
from ...formats import Format
from ...image import COLOURS, Image, Pixels
from ...metadata import ifd, ifd_encoder
from ...metadata.ifd import Entry
from .compression import NONE, choose_compression, compress
from .layout import ALPHAS, UNASSOCIATED_ALPHA, UNSPECIFIED
from .metadata import make_metadata_entries
from .predictor import choose_predictor, encode_differences
from .tags import Tag

_PHOTOMETRICS = {"grey": 1, "RGB": 2, "CMYK": 5}
_SAMPLE_FORMATS = {"u": 1, "f": 3}
_CONTIGUOUS = 1

_MAX_SIZE = 2**32 - 1  # of a classic TIFF: offsets have 32 bits


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, options: EncodeOptions
) -> None:
    """Write pages, compressed if they come from a compressed TIFF or a level is given.

    Parameters
    ----------
    stream : binary stream
        Can seek, and stands at its start.
    images : iterable of Image
        Taken one at a time; each may have its own size and depth.
    format : Format
        Not used.
    options : EncodeOptions
        Its level of Deflate is used.
    """
    writer = _PageWriter(stream, options.compression)
    for image in images:
        writer.write(image)


class _PageWriter:
    """Writes pages: a classic TIFF, which becomes a BigTIFF at the first page that may not fit.

    Parameters
    ----------
    stream : binary stream
    level : int or None
        The level of Deflate.
    """

    def __init__(self, stream: BinaryIO, level: int | None):
        self._stream, self._level, self._big = stream, level, False
        self._directories: list[dict[int, Entry]] = []  # of the pages that are written
        self._write_header()

    def _write_header(self) -> None:
        self._stream.seek(0)
        self._stream.write(ifd_encoder.build_header(first=0, big=self._big))
        self._link = 8 if self._big else 4  # where the offset of the next directory belongs

    def write(self, image: Image) -> None:
        """Write a page: its directory, then its strips."""
        directory = _directory_entries(image, self._level, self._big)
        if not self._big and self._stream.tell() + _count_most_bytes(image, directory) > _MAX_SIZE:
            self._make_big()
            directory = _directory_entries(image, self._level, self._big)
        start = self._write_directory(directory)
        lengths, first = [], self._stream.tell()
        for strip in _encode_strips(image, directory, self._level):
            self._stream.write(strip)
            lengths.append(len(strip))
        end = self._stream.tell()
        # The lengths of the strips are known now, so the directory is written again.
        _set_strips(directory, lengths, first, self._big)
        self._stream.seek(start)
        self._stream.write(ifd_encoder.encode(directory, start, big=self._big))
        self._stream.seek(end)
        self._directories.append(directory)

    def _write_directory(self, directory: dict[int, Entry]) -> int:
        """Write a directory at the end, and its offset into the one before; return the offset."""
        start = self._stream.seek(0, io.SEEK_END)
        # A directory begins at an even offset.
        start += self._stream.write(bytes(start % 2))
        self._stream.seek(self._link)
        self._stream.write(struct.pack("<Q" if self._big else "<L", start))
        self._stream.seek(start)
        self._stream.write(ifd_encoder.encode(directory, start, big=self._big))
        self._link = start + ifd_encoder.link_offset(len(directory), self._big)
        return start

    def _make_big(self) -> None:
        """Write the header of a BigTIFF, and the directories of the pages once more."""
        self._big = True
        self._write_header()
        for directory in self._directories:
            self._write_directory(directory)


def _directory_entries(image: Image, level: int | None, big: bool) -> dict[int, Entry]:
    """Return the entries of a page's directory; the offsets and lengths of strips are 0."""
    height, width, channels = image.pixels.shape
    rows = list(_strip_rows(image))
    compression = choose_compression(image.metadata.compression, level)
    directory = make_metadata_entries(image.metadata) | {
        Tag.IMAGE_WIDTH: ifd.make_longs(width),
        Tag.IMAGE_LENGTH: ifd.make_longs(height),
        Tag.BITS_PER_SAMPLE: ifd.make_shorts(*(image.pixels.itemsize * 8,) * channels),
        Tag.SAMPLE_FORMAT: ifd.make_shorts(*(_SAMPLE_FORMATS[image.pixels.dtype.kind],) * channels),
        Tag.SAMPLES_PER_PIXEL: ifd.make_shorts(channels),
        Tag.PHOTOMETRIC: ifd.make_shorts(_PHOTOMETRICS[COLOURS[image.colours]]),
        Tag.COMPRESSION: ifd.make_shorts(compression),
        Tag.PLANAR_CONFIGURATION: ifd.make_shorts(_CONTIGUOUS),
        Tag.ROWS_PER_STRIP: ifd.make_longs(rows[0].stop),
    }
    if codes := _choose_extra_samples(image)[0]:
        directory[Tag.EXTRA_SAMPLES] = ifd.make_shorts(*codes)
    if predictor := choose_predictor(compression, image.pixels):
        directory[Tag.PREDICTOR] = ifd.make_shorts(predictor)
    _set_strips(directory, [0] * len(rows), 0, big)
    return directory


def _count_most_bytes(image: Image, directory: dict[int, Entry]) -> int:
    """Return how many bytes a page of a classic TIFF may take."""
    most = image.pixels.nbytes
    if directory[Tag.COMPRESSION].numbers() != (NONE,):
        most += most // 2  # Noise takes 1.4 times its bytes with LZW.
    return 1 + len(ifd_encoder.encode(directory, 0)) + most


def _choose_extra_samples(image: Image) -> tuple[tuple[int, ...], list[int]]:
    """Return (ExtraSamples codes to write, order of the channels in the file).

    Codes and order are copied from the input if it is a TIFF with the same number of extra
    channels. Alpha is written as unassociated.
    """
    codes = list(image.metadata.extra_samples)
    alphas = [index for index, code in enumerate(codes) if code in ALPHAS]
    alpha = alphas[0] if alphas else image.extra
    if alphas:
        del codes[alpha]
    if len(codes) != image.extra:
        codes, alpha = [UNSPECIFIED] * image.extra, image.extra
    order = [*range(image.colours + image.extra)]
    if image.alpha:
        codes.insert(alpha, UNASSOCIATED_ALPHA)
        order.insert(image.colours + alpha, len(order))
    return tuple(codes), order


def _set_strips(directory: dict[int, Entry], lengths: list[int], start: int, big: bool) -> None:
    """Set the lengths and offsets of strips in a directory; the strips begin at `start`."""
    make_offsets = ifd.make_long8s if big else ifd.make_longs
    directory[Tag.STRIP_BYTE_COUNTS] = ifd.make_longs(*lengths)
    directory[Tag.STRIP_OFFSETS] = make_offsets(*accumulate(lengths[:-1], initial=start))


def _encode_strips(
    image: Image, directory: Mapping[int, Entry], level: int | None
) -> Iterator[bytes | memoryview]:
    """Yield the bytes of the strips as they are written; threads compress several at once."""
    (compression,) = directory[Tag.COMPRESSION].numbers()
    order = _choose_extra_samples(image)[1]

    def encode_strip(strip: Pixels) -> bytes | memoryview:
        if order != sorted(order):
            strip = strip[:, :, order]
        if Tag.PREDICTOR in directory:
            strip = encode_differences(strip)
        little_endian = strip.astype(strip.dtype.newbyteorder("<"), copy=False)
        return compress(little_endian.reshape(-1).view(np.uint8), compression, level)

    strips = (image.pixels[rows] for rows in _strip_rows(image))
    if compression == NONE or directory[Tag.STRIP_OFFSETS].count == 1:
        return map(encode_strip, strips)
    return ordered_map(encode_strip, strips, worker_limit())


def _strip_rows(image: Image) -> Iterator[slice]:
    return pixel_blocks(image.pixels)
