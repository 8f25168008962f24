"""TIFF: read strip by strip or tile by tile, whatever the layout; written in contiguous strips.

Planes are written as contiguous channels: how they lie in the file changes no value, and more
programs read that.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import accumulate
from typing import BinaryIO

import numpy as np

from ....errors import ImageError
from ....geometry import row_blocks
from ...codec import Codec
from ...formats import Format
from ...image import COLOURS, Image, Metadata
from ...metadata import description, ifd
from ...metadata.ifd import Entry
from ...metadata.transfer import apply_orientation
from ...read_options import ReadOptions
from .. import number_types
from .compression import compressed, differences, kept, predictor
from .directory import Tag, metadata, said_of
from .layout import PREMULTIPLIED, STRAIGHT, UNSPECIFIED, Layout
from .page import image_header, read
from .structure import Fields, pages

PHOTOMETRICS = {"grey": 1, "RGB": 2, "CMYK": 5}
SAMPLE_FORMATS = {"u": 1, "f": 3}

# Bytes of a directory's count and of each entry; then stands the link.
_COUNT, _ENTRY = 2, 12

# The directory stands before the pixels, whose places have 32 bits.
_LARGEST = 2**32 - 2**24


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read the pages of a TIFF, each in a size and depth of its own."""
    found, beside = pages(stream)
    sizes = [(fields.number(Tag.WIDTH), fields.number(Tag.HEIGHT)) for fields in found]
    wanted = options.select_frames(len(sizes), sum(width * height for width, height in sizes))
    for page in wanted:
        options.check_size(*sizes[page])
        image = _page(stream, options, found[page], beside, len(wanted))
        if page == wanted[0] and page:
            # Of which only the description counts.
            image = _without_first(image, metadata(stream, found[0].start, sizes[0], (1, 8)))
        yield image


def _without_first(image: Image, first: Metadata) -> Image:
    """Return a page on which a description of all pages is missed, as it stands at the first."""
    if program := description.program(first.exif):
        unread = (*image.metadata.unread, f"{program} description")
        return replace(image, metadata=replace(image.metadata, unread=unread))
    return image


def _page(
    stream: BinaryIO, options: ReadOptions, fields: Fields, beside: int, frames: int
) -> Image:
    layout = Layout.of(fields)
    header = image_header(layout, frames)
    options.check_header(header)
    pixels = read(stream, fields, layout, options)
    height, width, samples = layout.shape
    inks = samples - header.alpha, layout.bits
    words = replace(
        metadata(stream, fields.start, (width, height), inks),
        compression=layout.compression,
        extra_samples=layout.extra,
        notes=number_types.notes(layout.stored) if layout.dtype.kind == "f" else (),
        details=_details(layout, beside),
    )
    return apply_orientation(Image(pixels, header.alpha, words, frames, header.extra))


def _details(layout: Layout, beside: int) -> tuple[str, ...]:
    found: tuple[str, ...] = ()
    if beside:
        found += (f"thumbnails, overviews and masks are left out: {beside}",)
    if layout.dtype.kind == "u" and layout.palette is None:
        found += number_types.stretched(2**layout.bits - 1, layout.dtype)
    return found


def encode(stream: BinaryIO, image: Image, format: Format, quality: int | None) -> None:
    """Write a TIFF of one page."""
    encode_frames(stream, [image], format, quality)


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, quality: int | None
) -> None:
    """Write pages in strips: as a TIFF was compressed before, else plainly, which is fastest."""
    stream.write(ifd.header())
    link = None
    for image in images:
        if stream.tell() + image.pixels.nbytes > _LARGEST:
            raise ImageError("may need more than 4 GiB, which a classic TIFF can't hold")
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
    directory = said_of(image.metadata) | {
        Tag.WIDTH: ifd.longs(width),
        Tag.HEIGHT: ifd.longs(height),
        Tag.BITS: ifd.shorts(*(image.pixels.itemsize * 8,) * channels),
        Tag.SAMPLE_FORMAT: ifd.shorts(*(SAMPLE_FORMATS[image.pixels.dtype.kind],) * channels),
        Tag.SAMPLES: ifd.shorts(channels),
        Tag.PHOTOMETRIC: ifd.shorts(PHOTOMETRICS[COLOURS[image.colours]]),
        Tag.COMPRESSION: ifd.shorts(compression),
        Tag.PLANAR: ifd.shorts(1),
        Tag.ROWS_PER_STRIP: ifd.longs(rows[0].stop),
    }
    if codes := _extra_samples(image)[0]:
        directory[Tag.EXTRA_SAMPLES] = ifd.shorts(*codes)
    if predicted := predictor(compression, image.pixels):
        directory[Tag.PREDICTOR] = ifd.shorts(predicted)
    _place(directory, [0] * len(rows), 0)
    return directory


def _extra_samples(image: Image) -> tuple[tuple[int, ...], list[int]]:
    """Return the ExtraSamples codes to write, and the channels in the order to write.

    Both are as in the file that the picture comes from, where it had these channels. Alpha is
    always straight.
    """
    codes = list(image.metadata.extra_samples)
    alphas = [place for place, code in enumerate(codes) if code in (PREMULTIPLIED, STRAIGHT)]
    place = alphas[0] if alphas else image.extra
    if alphas:
        del codes[place]
    if len(codes) != image.extra:
        codes, place = [UNSPECIFIED] * image.extra, image.extra
    order = [*range(image.colours + image.extra)]
    if image.alpha:
        codes.insert(place, STRAIGHT)
        order.insert(image.colours + place, len(order))
    return tuple(codes), order


def _place(directory: dict[int, Entry], lengths: list[int], start: int) -> None:
    """Say how long the strips are that stand from a place on, and where each is."""
    directory[Tag.STRIP_COUNTS] = ifd.longs(*lengths)
    directory[Tag.STRIP_OFFSETS] = ifd.longs(*accumulate(lengths[:-1], initial=start))


def _strips(image: Image, directory: Mapping[int, Entry]) -> Iterator[bytes | memoryview]:
    """Give the strips as they stand in the file."""
    (compression,) = directory[Tag.COMPRESSION].numbers()
    order = _extra_samples(image)[1]
    for rows in _rows(image):
        strip = image.pixels[rows]
        if order != sorted(order):
            strip = strip[:, :, order]
        if Tag.PREDICTOR in directory:
            strip = differences(strip)
        values = strip.astype(strip.dtype.newbyteorder("<"), copy=False)
        yield compressed(values.reshape(-1).view(np.uint8), compression)


def _rows(image: Image) -> Iterator[slice]:
    return row_blocks(len(image.pixels), image.pixels[0].nbytes)


CODEC = Codec(decode, encode, encode_frames)
