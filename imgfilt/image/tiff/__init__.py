"""TIFF: up to 8 bits are read by Pillow, deeper pixels by block; all are written in strips."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import BinaryIO

import numpy as np
from PIL.TiffImagePlugin import ImageFileDirectory_v2 as Directory

from ...errors import ImageError
from .. import pillow
from ..format import Format
from ..metadata import upright
from ..picture import COLOURS, Image, strips
from ..request import Request
from . import block
from .compression import DIFFERENCES, compressed, differences, kept, predictor
from .directory import Tag, add_metadata, load, metadata, page_first, pages

PHOTOMETRICS = {"grey": 1, "RGB": 2, "CMYK": 5}
SAMPLE_FORMATS = {"u": 1, "i": 2, "f": 3}
STRAIGHT_ALPHA = 2
LONG = 4

# Bytes of the file's header, of a directory's count and of each entry; then stands the link.
_HEADER, _COUNT, _ENTRY = 8, 2, 12

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
            pillow.ask(request, file, frames)
            pixels, alpha = pillow.channels(file)
        if Tag.ORIENTATION in directory:
            directory[Tag.ORIENTATION] = 1  # Pillow has turned the pixels already.
    return upright(Image(pixels, alpha, metadata(stream, directory), frames))


def encode(stream: BinaryIO, image: Image, form: Format, quality: int | None) -> None:
    """Write a TIFF of one page."""
    encode_pages(stream, [image], form, quality)


def encode_pages(
    stream: BinaryIO, images: Iterable[Image], form: Format, quality: int | None
) -> None:
    """Write pages in strips: as a TIFF was compressed before, else plainly, which is fastest."""
    link = None
    for image in images:
        if stream.tell() + image.pixels.nbytes > _LARGEST:
            raise ImageError("needs more than the 4 GiB that a TIFF holds")
        if link is not None:
            # A directory begins at an even place.
            start = stream.tell() + stream.tell() % 2
            stream.seek(link)
            stream.write(struct.pack("<L", start))
            stream.seek(start)
        directory, start = _directory(image), stream.tell()
        link = max(start, _HEADER) + _COUNT + _ENTRY * len(directory)
        directory.save(stream)
        lengths = []
        for strip in _strips(image, directory):
            stream.write(strip)
            lengths.append(len(strip))
        end = stream.tell()
        # Only now is it known how long each is.
        _place(directory, lengths)
        stream.seek(start)
        directory.save(stream)
        stream.seek(end)


def _directory(image: Image) -> Directory:
    """Return what the file says of a page, with room for the places of its strips."""
    height, width, channels = image.pixels.shape
    rows = list(_rows(image))
    directory = Directory()
    add_metadata(directory, image.metadata)
    directory[Tag.WIDTH] = width
    directory[Tag.HEIGHT] = height
    directory[Tag.BITS] = (image.pixels.itemsize * 8,) * channels
    directory[Tag.SAMPLE_FORMAT] = (SAMPLE_FORMATS[image.pixels.dtype.kind],) * channels
    directory[Tag.SAMPLES] = channels
    directory[Tag.PHOTOMETRIC] = PHOTOMETRICS[COLOURS[image.colours]]
    if image.alpha:
        directory[Tag.EXTRA_SAMPLES] = STRAIGHT_ALPHA
    directory[Tag.COMPRESSION] = kept(image.metadata.compression)
    directory[Tag.PREDICTOR] = predictor(directory[Tag.COMPRESSION], image.pixels)
    directory[Tag.PLANAR] = 1
    directory[Tag.ROWS_PER_STRIP] = rows[0].stop
    _place(directory, [0] * len(rows))
    return directory


def _place(directory: Directory, lengths: list[int]) -> None:
    """Say how long the strips are that stand behind a directory, and where each is."""
    for tag in (Tag.STRIP_COUNTS, Tag.STRIP_OFFSETS):
        directory.tagtype[tag] = LONG
    directory[Tag.STRIP_COUNTS] = tuple(lengths)
    # Counted from the end of the directory, which adds its own place and length when written.
    directory[Tag.STRIP_OFFSETS] = tuple(accumulate(lengths[:-1], initial=0))


def _strips(image: Image, directory: Directory) -> Iterator[bytes | memoryview]:
    """Give the strips as they stand in the file."""
    for rows in _rows(image):
        strip = image.pixels[rows]
        if directory[Tag.PREDICTOR] == DIFFERENCES:
            strip = differences(strip)
        stored = strip.astype(strip.dtype.newbyteorder("<"), copy=False)
        yield compressed(stored.reshape(-1).view(np.uint8), directory[Tag.COMPRESSION])


def _rows(image: Image) -> Iterator[slice]:
    return strips(len(image.pixels), image.pixels[0].nbytes)
