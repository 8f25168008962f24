"""Read the pages of a TIFF: convert numbers to levels, and order channels as in an Image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

import numpy as np

from ....dtypes import white_level
from ....geometry import Rect, pixel_blocks
from ....row_source import make_row_source
from ...formats import Format
from ...image import Image, ImageHeader, Metadata, Pixels
from ...metadata import description, exif
from ...metadata.transfer import apply_orientation
from ...read_options import ReadOptions
from .. import number_types
from .blocks import Blocks
from .compression import OLD_JPEG, decode_jpeg
from .directory import Directory, find_pages
from .layout import ASSOCIATED_ALPHA, SIGNED, UNSIGNED, WHITE_IS_ZERO, Layout
from .metadata import read_metadata
from .tags import Tag


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read the pages of a TIFF, each with its own size and depth.

    Parameters
    ----------
    stream : binary stream
        Can seek.
    format : Format
        Not used.
    options : ReadOptions
        Which pages to yield, and the largest number of pixels of a page.

    Yields
    ------
    Image
        Upright pixels (H, W, C), whose depth follows from the page: see `layout`.

    Raises
    ------
    ImageError
        When the file is truncated, broken, too large or of a kind that isn't read, or has no such
        page.
    """
    pages, other_count = find_pages(stream)
    sizes = [
        (page.read_number(Tag.IMAGE_WIDTH), page.read_number(Tag.IMAGE_LENGTH)) for page in pages
    ]
    wanted = options.select_frames(len(sizes), sum(width * height for width, height in sizes))
    for number in wanted:
        options.check_size(*sizes[number])
        image = _read_page(stream, options, pages[number], len(wanted), other_count)
        if number == wanted[0] and number:
            # Only the description is used here, so the number of channels doesn't matter.
            first = read_metadata(stream, pages[0].start, sizes[0], (1, 8))
            image = _with_lost_description(image, first)
        yield image


def _with_lost_description(image: Image, first: Metadata) -> Image:
    """Return a page; `unread` names the description, which only the first page has."""
    if program := description.find_program(first.exif):
        unread = (*image.metadata.unread, f"{program} description")
        return replace(image, metadata=image.metadata._replace(unread=unread))
    return image


def _read_page(
    stream: BinaryIO, options: ReadOptions, directory: Directory, frames: int, other_count: int
) -> Image:
    """Return a page; the file has `frames` pages and `other_count` other directories."""
    layout = Layout.from_directory(directory)
    header = _build_image_header(layout, frames)
    options.check_header(header)
    height, width, samples = layout.shape
    inks = samples - header.alpha, layout.bits
    is_float = layout.dtype.kind == "f"
    metadata = read_metadata(stream, directory.start, (width, height), inks)._replace(
        compression=layout.compression,
        extra_samples=layout.extra_samples,
        notes=number_types.describe_conversion(layout.stored_dtype) if is_float else (),
        details=_list_details(layout, other_count),
        palette=layout.palette is not None,
    )
    if options.header_only:
        return options.without_pixels(header, metadata)
    if exif.read_orientation(metadata.exif or b"") != 1:
        options = options._replace(by_rows=False)  # Columns may become rows.
    pixels = _read_pixels(stream, directory, layout, header, options)
    return apply_orientation(Image(pixels, header.alpha, metadata, frames, header.extra))


def _list_details(layout: Layout, other_count: int) -> tuple[str, ...]:
    """Return Metadata.details: notes on omitted pictures and on conversions."""
    details: tuple[str, ...] = ()
    if other_count:
        details += (f"thumbnails, overviews and masks are left out: {other_count}",)
    if layout.dtype.kind == "u" and layout.palette is None:
        details += number_types.describe_stretch(2**layout.bits - 1, layout.dtype)
    return details


def _build_image_header(layout: Layout, frames: int) -> ImageHeader:
    """Return the header of a page; the file has `frames` pages."""
    height, width, samples = layout.shape
    alpha = layout.alpha is not None
    channels = samples + (2 if layout.palette is not None else 0)
    extra = len(layout.extra_samples) - alpha
    return ImageHeader(layout.dtype, (height, width, channels), alpha, frames, extra)


def _read_pixels(
    stream: BinaryIO,
    directory: Directory,
    layout: Layout,
    header: ImageHeader,
    options: ReadOptions,
) -> Pixels:
    """Return the pixels (H, W, C) of a page, or a RowSource if `options` want one."""
    if layout.compression == OLD_JPEG:
        levels = _read_old_jpeg(stream, directory, layout)
        return _convert(levels.astype(layout.dtype), layout)
    blocks = Blocks(stream, directory, layout, options)

    def read(rect: Rect) -> Pixels:
        return _convert(blocks.read(rect), layout)

    if options.reads_rows(header):
        blocks.check_inside_file()
        if blocks.prepare_rows():
            return make_row_source(header.shape, layout.dtype, read)
    height, width, _ = layout.shape
    return read(Rect(0, 0, height, width))


def _convert(pixels: Pixels, layout: Layout) -> Pixels:
    """Return rows (h, W, C) of stored values as levels: colours, extra channels, alpha."""
    if layout.photometric == WHITE_IS_ZERO and layout.kind != SIGNED:
        white = 2**layout.bits - 1 if layout.kind == UNSIGNED else 1
        with np.errstate(invalid="ignore"):
            np.subtract(white, pixels[:, :, 0], out=pixels[:, :, 0], casting="unsafe")
    if layout.palette is not None:
        pixels = _apply_palette(pixels, layout)
    elif pixels.dtype.kind == "u" and layout.bits < 8 * pixels.itemsize:
        _stretch(pixels, layout.bits)
    if layout.alpha is None:
        return pixels
    pixels = _with_alpha_last(pixels, layout.alpha - len(layout.extra_samples))
    if layout.converts_to_float:
        # The other channels keep their values; alpha becomes 0 to 1.
        pixels[:, :, -1] /= np.iinfo(layout.stored_dtype).max
    if layout.extra_samples[layout.alpha] == ASSOCIATED_ALPHA:
        _divide_by_alpha(pixels, pixels.shape[2] - len(layout.extra_samples))
    return pixels


def _read_old_jpeg(stream: BinaryIO, directory: Directory, layout: Layout) -> Pixels:
    """Return the levels (H, W, C) of a page in old-style JPEG, stored as one JPEG stream."""
    start = directory.read_number(Tag.JPEG_INTERCHANGE_FORMAT)
    length = directory.read_number(Tag.JPEG_INTERCHANGE_FORMAT_LENGTH, directory.header.size)
    stream.seek(start)
    return decode_jpeg(stream.read(length), layout.shape)


def _apply_palette(indices: Pixels, layout: Layout) -> Pixels:
    """Return pixels whose first channel, a palette index, is replaced by colours."""
    assert layout.palette is not None
    pixels = np.empty((*indices.shape[:2], indices.shape[2] + 2), indices.dtype)
    colours = layout.palette.astype(pixels.dtype)
    if layout.palette.itemsize < pixels.itemsize:
        colours *= 257
    for rows in pixel_blocks(pixels):
        pixels[rows, :, :3] = colours[indices[rows, :, 0]]
    if layout.extra_samples:
        pixels[:, :, 3:] = indices[:, :, 1:]
        _stretch(pixels[:, :, 3:], layout.bits)
    return pixels


def _with_alpha_last(pixels: Pixels, alpha: int) -> Pixels:
    """Return pixels with channel `alpha`, a negative index, moved to the end."""
    if alpha == -1:
        return pixels
    order = [*range(pixels.shape[2])]
    order.append(order.pop(alpha))
    return np.ascontiguousarray(pixels[:, :, order])


def _stretch(pixels: Pixels, bits: int) -> None:
    """Stretch levels of `bits` bits to the full range of the dtype, in place."""
    white = 2**bits - 1
    table = np.rint(np.arange(white + 1) * (white_level(pixels.dtype) / white)).astype(pixels.dtype)
    for rows in pixel_blocks(pixels):
        pixels[rows] = table[pixels[rows]]


def _divide_by_alpha(pixels: Pixels, colours: int) -> None:
    """Divide colours by the alpha that they are multiplied by, in place."""
    white = white_level(pixels.dtype)
    for rows in pixel_blocks(pixels):
        colour, alpha = pixels[rows, :, :colours], pixels[rows, :, -1:]
        divided = colour / np.maximum(alpha, np.finfo(np.float32).tiny, dtype=np.float64) * white
        if pixels.dtype.kind == "u":
            divided = np.rint(np.minimum(divided, white))
        colour[...] = np.where(alpha > 0, divided, colour)
