"""TIFF: up to 8 bits are read by Pillow, deeper pixels by block; all are written in strips."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import BinaryIO

import numpy as np
from PIL.TiffImagePlugin import ImageFileDirectory_v2 as Directory

from ...errors import ImageError
from .. import ifd, pillow
from ..format import Format
from ..ifd import Entry
from ..metadata import upright
from ..picture import COLOURS, Image, strips
from ..request import Request
from . import block
from .compression import DIFFERENCES, compressed, differences, kept, predictor
from .directory import Tag, described, load, metadata, page_first, pages

PHOTOMETRICS = {"grey": 1, "RGB": 2, "CMYK": 5}
SAMPLE_FORMATS = {"u": 1, "i": 2, "f": 3}
STRAIGHT_ALPHA = 2

# Bytes of a directory's count and of each entry; then stands the link.
_COUNT, _ENTRY = 2, 12

# The directory stands before the pixels, whose places have 32 bits.
_LARGEST = 2**32 - 2**24


def decode(stream: BinaryIO, form: Format, request: Request) -> Iterator[Image]:
    """Read the pages of a TIFF, each in a size and depth of its own."""
    starts = pages(stream)
    directories = [load(stream, start) for start in starts]
    sizes = [(directory[Tag.WIDTH], directory[Tag.HEIGHT]) for directory in directories]
    wanted = request.choose(len(sizes), sum(width * height for width, height in sizes))
    for page in wanted:
        request.check_size(*sizes[page])
        yield _page(stream, form, request, starts[page], directories[page], len(wanted))


def _page(
    stream: BinaryIO, form: Format, request: Request, start: int, directory: Directory, frames: int
) -> Image:
    if SAMPLE_FORMATS["i"] in directory.get(Tag.SAMPLE_FORMAT, ()):
        raise ImageError("holds signed integers, which are no levels")
    bits = max(directory.get(Tag.BITS, (1,)))
    if bits > 8 or (bits == 8 and directory.get(Tag.PLANAR) == block.APART):
        request.ask(*block.described(directory), frames)
        pixels, alpha = block.read(stream, directory)
    else:
        with pillow.opened(page_first(stream, start), form, request) as file:
            # Pillow would turn the pixels as the orientation says, in XMP alone even.
            file.load_end = lambda: None  # type: ignore[method-assign]
            file._size = directory[Tag.WIDTH], directory[Tag.HEIGHT]
            pillow.ask(request, file, frames)
            pixels, alpha = pillow.channels(file)
    return upright(Image(pixels, alpha, metadata(stream, start), frames))


def encode(stream: BinaryIO, image: Image, form: Format, quality: int | None) -> None:
    """Write a TIFF of one page."""
    encode_pages(stream, [image], form, quality)


def encode_pages(
    stream: BinaryIO, images: Iterable[Image], form: Format, quality: int | None
) -> None:
    """Write pages in strips: as a TIFF was compressed before, else plainly, which is fastest."""
    stream.write(ifd.header())
    link = None
    for image in images:
        if stream.tell() + image.pixels.nbytes > _LARGEST:
            raise ImageError("needs more than the 4 GiB that a TIFF holds")
        # A directory begins at an even place.
        stream.write(bytes(stream.tell() % 2))
        start = stream.tell()
        if link is not None:
            stream.seek(link)
            stream.write(struct.pack("<L", start))
            stream.seek(start)
        directory = _directory(image)
        link = start + _COUNT + _ENTRY * len(directory)
        room = len(ifd.encode(directory, start))
        stream.write(bytes(room))
        lengths = []
        for strip in _strips(image, directory):
            stream.write(strip)
            lengths.append(len(strip))
        end = stream.tell()
        # Only now is it known how long each is.
        _place(directory, lengths, start + room)
        stream.seek(start)
        stream.write(ifd.encode(directory, start))
        stream.seek(end)


def _directory(image: Image) -> dict[int, Entry]:
    """Return what the file says of a page, with room for the places of its strips."""
    height, width, channels = image.pixels.shape
    rows = list(_rows(image))
    compression = kept(image.metadata.compression)
    directory = described(image.metadata) | {
        Tag.WIDTH: ifd.longs(width),
        Tag.HEIGHT: ifd.longs(height),
        Tag.BITS: ifd.shorts(*(image.pixels.itemsize * 8,) * channels),
        Tag.SAMPLE_FORMAT: ifd.shorts(*(SAMPLE_FORMATS[image.pixels.dtype.kind],) * channels),
        Tag.SAMPLES: ifd.shorts(channels),
        Tag.PHOTOMETRIC: ifd.shorts(PHOTOMETRICS[COLOURS[image.colours]]),
        Tag.COMPRESSION: ifd.shorts(compression),
        Tag.PREDICTOR: ifd.shorts(predictor(compression, image.pixels)),
        Tag.PLANAR: ifd.shorts(1),
        Tag.ROWS_PER_STRIP: ifd.longs(rows[0].stop),
    }
    if image.alpha:
        directory[Tag.EXTRA_SAMPLES] = ifd.shorts(STRAIGHT_ALPHA)
    _place(directory, [0] * len(rows), 0)
    return directory


def _place(directory: dict[int, Entry], lengths: list[int], start: int) -> None:
    """Say how long the strips are that stand from a place on, and where each is."""
    directory[Tag.STRIP_COUNTS] = ifd.longs(*lengths)
    directory[Tag.STRIP_OFFSETS] = ifd.longs(*accumulate(lengths[:-1], initial=start))


def _strips(image: Image, directory: Mapping[int, Entry]) -> Iterator[bytes | memoryview]:
    """Give the strips as they stand in the file."""
    (compression,) = directory[Tag.COMPRESSION].numbers()
    predicted = directory[Tag.PREDICTOR].numbers() == (DIFFERENCES,)
    for rows in _rows(image):
        strip = image.pixels[rows]
        if predicted:
            strip = differences(strip)
        stored = strip.astype(strip.dtype.newbyteorder("<"), copy=False)
        yield compressed(stored.reshape(-1).view(np.uint8), compression)


def _rows(image: Image) -> Iterator[slice]:
    return strips(len(image.pixels), image.pixels[0].nbytes)
