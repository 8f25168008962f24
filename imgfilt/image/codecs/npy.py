"""NumPy's .npy files as pictures, (H, W) or (H, W, C), or as pages (Z, ...), by `axes`."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from ...errors import ImageError, Note
from ...files.npy import read_header
from ...geometry import Rect, pixel_blocks
from ...row_source import make_row_source
from ..codec import Codec, EncodeOptions
from ..formats import ALPHA_CHANNELS, Format
from ..image import Image, ImageHeader, Metadata, Pixels, describe_trailing_data
from ..read_options import ReadOptions
from . import number_types

# Without `axes`, a last axis longer than this isn't taken for channels.
MAX_CHANNELS = 16


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read an array; pickled objects are refused, so no code from the file runs.

    Parameters
    ----------
    stream : binary stream
        Can seek, and stands at its start.
    format : Format
        Not used.
    options : ReadOptions
        Which pages to yield, the largest number of pixels of a page, what the axes mean, and
        whether the last channel is alpha.

    Yields
    ------
    Image
        A page (H, W, C) in the dtype of the file, or in the float type that `number_types` gives.

    Raises
    ------
    ImageError
        When the file is truncated or too large, its dtype can't be filtered, its shape doesn't fit
        the axes, or it has no such page.
    """
    shape, fortran_order, dtype = read_header(stream)
    pages, page = _split_pages(shape, options.axes)
    height, width, channels = page if len(page) == 3 else (*page, 1)
    depth = number_types.depth_for(dtype)
    alpha, extra = _choose_channel_roles(channels, options.alpha)
    notes = number_types.describe_conversion(dtype)
    if alpha and options.alpha is None:
        text = f"the last of {channels} channels of a .npy is read as alpha, unless alpha no"
        notes += (Note(text, ("alpha no",)),)
    options.check_size(width, height)
    wanted = options.select_frames(pages, pages * height * width)
    header = ImageHeader(depth, (height, width, channels), alpha, pages, extra)
    options.check_header(header)
    start = stream.tell()
    end = start + math.prod(shape) * dtype.itemsize
    if stream.seek(0, io.SEEK_END) < end:
        raise ImageError("is truncated")
    stream.seek(end)
    metadata = Metadata(notes=notes, unread=describe_trailing_data(stream.read()))
    if options.header_only:
        yield from (options.without_pixels(header, metadata) for _ in wanted)
        return
    stream.seek(start)
    array: Pixels | None = None
    if fortran_order:
        # A page isn't contiguous in the file.
        array = number_types.read_array(stream, dtype, shape[::-1]).T.reshape(pages, *page)
    for number in wanted:
        if array is not None:
            pixels: Pixels = array[number].astype(depth, copy=False)
        else:
            page_start = start + number * math.prod(page) * dtype.itemsize
            pixels = _read_page(stream, page_start, dtype, header, options)
        yield Image(pixels, alpha, metadata, len(wanted), extra)


def _read_page(
    stream: BinaryIO, start: int, dtype: np.dtype[Any], header: ImageHeader, options: ReadOptions
) -> Pixels:
    """Return the pixels (H, W, C) of a page that begins at an offset, or a RowSource."""
    height, width, channels = header.shape
    # A lock for the threads that read this page; no other page is read at the same time.
    depth, lock = np.dtype(header.dtype), Lock()

    def read(rect: Rect) -> Pixels:
        pixels: Pixels = np.empty((rect.height, rect.width, channels), dtype)
        with lock:
            stream.seek(start + (rect.top * width + rect.left) * channels * dtype.itemsize)
            number_types.read_into(stream, pixels, width * channels * dtype.itemsize)
        return pixels.astype(depth, copy=False)

    if options.reads_rows(header):
        return make_row_source(header.shape, depth, read)
    return read(Rect(0, 0, height, width))


def _split_pages(shape: tuple[int, ...], axes: str | None) -> tuple[int, tuple[int, ...]]:
    """Return (number of pages, shape of a page); a page is (H, W) or (H, W, C)."""
    if axes is None and len(shape) == 4:
        raise ImageError(
            f"holds an array of shape {shape}; axes ZYXC reads {shape[0]} pages",
            parameters=("axes",),
        )
    if axes is None and len(shape) == 3 and shape[2] > MAX_CHANNELS:
        raise ImageError(
            f"holds an array of shape {shape}; axes ZYX reads {shape[0]} pages, "
            f"axes YXC {shape[2]} channels",
            parameters=("axes ZYX", "axes YXC"),
        )
    axes = axes or "YXC"
    if len(shape) != len(axes) and not (axes == "YXC" and len(shape) == 2):
        raise ImageError(f"holds an array of shape {shape}, which hasn't the axes {axes}")
    if min(shape) < 1:
        raise ImageError(f"holds an array of shape {shape}, which has no pixels")
    return (shape[0], shape[1:]) if axes[0] == "Z" else (1, shape)


def _choose_channel_roles(channels: int, alpha: bool | None) -> tuple[bool, int]:
    """Return (whether the last channel is alpha, number of extra channels).

    If 2 or 4 channels remain without alpha, the last one is an extra channel; other numbers of
    channels are all colours.
    """
    has_alpha = channels in ALPHA_CHANNELS if alpha is None else alpha
    if has_alpha and channels == 1:
        raise ImageError("has one channel, which can't be alpha")
    return has_alpha, int(channels - has_alpha in ALPHA_CHANNELS)


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, options: EncodeOptions
) -> None:
    """Write pages of one shape and depth as (Z, H, W) or (Z, H, W, C).

    Parameters
    ----------
    stream : binary stream
    images : iterable of Image
        Taken one at a time; `frames` of the first is the length Z.
    format : Format
        Not used.
    options : EncodeOptions
        Not used.

    Raises
    ------
    ImageError
        When pages differ in shape or dtype.
    """
    first = None
    for number, image in enumerate(images):
        pixels, shape = image.pixels, image.pixels.shape
        shape = shape[:2] if shape[2] == 1 else shape
        kind = f"{pixels.dtype} of shape {shape}"
        if first is None:
            first = kind
            pages = (image.frames,) if image.frames > 1 else ()
            descr = npy.dtype_to_descr(pixels.dtype)
            header = {"descr": descr, "fortran_order": False, "shape": pages + shape}
            npy.write_array_header_1_0(stream, header)
        if kind != first:
            raise ImageError(
                f"page {number} is {kind}, the first {first}; pages of a .npy have one shape and "
                "depth"
            )
        for rows in pixel_blocks(pixels):
            stream.write(pixels[rows].data)


CODEC = Codec(decode, None, encode_frames)
