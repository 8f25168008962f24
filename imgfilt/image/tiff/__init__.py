"""TIFF: up to 8 bits are read by Pillow, deeper pixels by block; all are written plainly."""

from __future__ import annotations

from typing import BinaryIO

from PIL.TiffImagePlugin import ImageFileDirectory_v2 as Directory

from ...errors import ImageError
from .. import pillow
from ..format import Format
from ..metadata import upright
from ..picture import COLOURS, Image, strips
from ..request import Request
from . import block
from .directory import Tag, add_metadata, load, metadata, pages

PHOTOMETRICS = {"grey": 1, "RGB": 2, "CMYK": 5}
SAMPLE_FORMATS = {"u": 1, "i": 2, "f": 3}
STRAIGHT_ALPHA = 2

# The directory stands before the pixels, whose places have 32 bits.
_LARGEST = 2**32 - 2**24


def decode(stream: BinaryIO, form: Format, request: Request) -> Image:
    """Read a TIFF's only page, or the one that is wanted."""
    starts = pages(stream)
    page = request.choose(len(starts))
    directory = load(stream, starts[page])
    request.check_size(directory[Tag.WIDTH], directory[Tag.HEIGHT])
    if SAMPLE_FORMATS["i"] in directory.get(Tag.SAMPLE_FORMAT, ()):
        raise ImageError("holds signed integers, which are no levels")
    bits = max(directory.get(Tag.BITS, (1,)))
    if bits > 8 or (bits == 8 and directory.get(Tag.PLANAR) == block.APART):
        pixels, alpha = block.read(stream, directory)
    else:
        stream.seek(0)
        with pillow.opened(stream, form, request) as file:
            file.seek(page)
            pixels, alpha = pillow.channels(file)
        if Tag.ORIENTATION in directory:
            directory[Tag.ORIENTATION] = 1  # Pillow has turned the pixels already.
    return upright(Image(pixels, alpha, metadata(stream, directory)))


def encode(stream: BinaryIO, image: Image, form: Format, quality: int | None) -> None:
    """Write a TIFF without compression, in strips: as fast as it gets, and read everywhere."""
    pixels = image.pixels.astype(image.pixels.dtype.newbyteorder("<"), copy=False)
    if pixels.nbytes > _LARGEST:
        raise ImageError("needs more than the 4 GiB that a TIFF holds")
    height, width, channels = pixels.shape
    rows = list(strips(height, pixels[0].nbytes))
    directory = Directory()
    add_metadata(directory, image.metadata)
    directory[Tag.WIDTH] = width
    directory[Tag.HEIGHT] = height
    directory[Tag.BITS] = (pixels.itemsize * 8,) * channels
    directory[Tag.SAMPLE_FORMAT] = (SAMPLE_FORMATS[pixels.dtype.kind],) * channels
    directory[Tag.SAMPLES] = channels
    directory[Tag.PHOTOMETRIC] = PHOTOMETRICS[COLOURS[channels - image.alpha]]
    if image.alpha:
        directory[Tag.EXTRA_SAMPLES] = STRAIGHT_ALPHA
    directory[Tag.COMPRESSION] = 1
    directory[Tag.PLANAR] = 1
    directory[Tag.ROWS_PER_STRIP] = rows[0].stop
    directory[Tag.STRIP_COUNTS] = tuple(pixels[strip].nbytes for strip in rows)
    # Counted from the end of the directory, which adds its own length when it is written.
    directory[Tag.STRIP_OFFSETS] = tuple(strip.start * pixels[0].nbytes for strip in rows)
    directory.save(stream)
    for strip in rows:
        stream.write(pixels[strip].data)
