"""Write a TIFF whose pages consist of strips with contiguous channels.

An input with planes is written with contiguous channels, too: no value changes, and more programs
can read the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import BinaryIO

import numpy as np

from ....errors import ImageError
from ....geometry import row_blocks
from ...codec import EncodeOptions
from ...formats import Format
from ...image import COLOURS, Image
from ...metadata import ifd
from ...metadata.ifd import Entry
from .compression import choose_compression, choose_predictor, compress, encode_differences
from .layout import ALPHAS, UNASSOCIATED_ALPHA, UNSPECIFIED
from .metadata import make_metadata_entries
from .tags import Tag

_PHOTOMETRICS = {"grey": 1, "RGB": 2, "CMYK": 5}
_SAMPLE_FORMATS = {"u": 1, "f": 3}
_CONTIGUOUS = 1

# The bytes of a directory's count and of each entry; the link to the next directory follows.
_COUNT, _ENTRY = 2, 12

# The largest number of bytes of pixels: offsets have 32 bits, and directories need room.
_MAX_SIZE = 2**32 - 2**24


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write a TIFF of one page."""
    encode_frames(stream, [image], format, options)


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, options: EncodeOptions
) -> None:
    """Write pages, compressed if they come from a compressed TIFF or a level is given."""
    stream.write(ifd.build_header())
    link = None
    for image in images:
        if stream.tell() + image.pixels.nbytes > _MAX_SIZE:
            raise ImageError("may need more than 4 GiB, which a classic TIFF can't hold")
        # A directory begins at an even offset.
        stream.write(bytes(stream.tell() % 2))
        start = stream.tell()
        if link is not None:
            stream.seek(link)
            stream.write(struct.pack("<L", start))
            stream.seek(start)
        directory = _directory_entries(image, options.compression)
        link = start + _COUNT + _ENTRY * len(directory)
        size = len(ifd.encode(directory, start))
        stream.write(bytes(size))
        lengths = []
        for strip in _encode_strips(image, directory, options.compression):
            stream.write(strip)
            lengths.append(len(strip))
        end = stream.tell()
        # The lengths of the strips are known now, so the directory is written again.
        _set_strips(directory, lengths, start + size)
        stream.seek(start)
        stream.write(ifd.encode(directory, start))
        stream.seek(end)


def _directory_entries(image: Image, level: int | None) -> dict[int, Entry]:
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
    _set_strips(directory, [0] * len(rows), 0)
    return directory


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


def _set_strips(directory: dict[int, Entry], lengths: list[int], start: int) -> None:
    """Set the lengths and offsets of strips in a directory; the strips begin at `start`."""
    directory[Tag.STRIP_BYTE_COUNTS] = ifd.make_longs(*lengths)
    directory[Tag.STRIP_OFFSETS] = ifd.make_longs(*accumulate(lengths[:-1], initial=start))


def _encode_strips(
    image: Image, directory: Mapping[int, Entry], level: int | None
) -> Iterator[bytes | memoryview]:
    """Yield the bytes of the strips as they are written."""
    (compression,) = directory[Tag.COMPRESSION].numbers()
    order = _choose_extra_samples(image)[1]
    for rows in _strip_rows(image):
        strip = image.pixels[rows]
        if order != sorted(order):
            strip = strip[:, :, order]
        if Tag.PREDICTOR in directory:
            strip = encode_differences(strip)
        little_endian = strip.astype(strip.dtype.newbyteorder("<"), copy=False)
        yield compress(little_endian.reshape(-1).view(np.uint8), compression, level)


def _strip_rows(image: Image) -> Iterator[slice]:
    return row_blocks(len(image.pixels), image.pixels.nbytes // len(image.pixels))
