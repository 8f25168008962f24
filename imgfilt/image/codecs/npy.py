"""NumPy's .npy files as pictures: (H, W), (H, W, C), or pages of such, as `axes` says."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from ...errors import ImageError
from ...files.npy import read_header
from ...geometry import row_blocks
from ..codec import Codec
from ..formats import ALPHA_CHANNELS, Format
from ..image import Image, ImageHeader, Metadata, Pixels, trailing_data
from ..read_options import ReadOptions
from . import number_types

# Of an array without a word about its axes: more in its last one are taken for a row of pixels.
MOST_CHANNELS = 16


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read an array; nothing in the file is ever run (no pickle)."""
    shape, by_columns, dtype = read_header(stream)
    pages, page = _pages(shape, options.axes)
    height, width, channels = page if len(page) == 3 else (*page, 1)
    depth = number_types.read_as(dtype)
    alpha, extra = _meaning(channels, options.alpha)
    notes = number_types.notes(dtype)
    if alpha and options.alpha is None:
        notes += (f"the last of {channels} channels of a .npy is read as alpha, unless --alpha no",)
    options.check_size(width, height)
    wanted = options.select_frames(pages, pages * height * width)
    options.check_header(ImageHeader(depth, (height, width, channels), alpha, pages, extra))
    start = stream.tell()
    end = start + math.prod(shape) * dtype.itemsize
    if stream.seek(0, io.SEEK_END) < end:
        raise ImageError("is truncated")
    stream.seek(end)
    metadata = Metadata(notes=notes, unread=trailing_data(stream.read()))
    stream.seek(start)
    held = (
        number_types.read_array(stream, dtype, shape[::-1]).T.reshape(pages, *page)
        if by_columns
        else None
    )
    for number in wanted:
        if held is not None:
            pixels: Pixels = held[number]
        else:
            stream.seek(start + number * math.prod(page) * dtype.itemsize)
            pixels = number_types.read_array(stream, dtype, page)
        pixels = pixels.astype(depth, copy=False)
        yield Image(pixels, alpha, metadata, len(wanted), extra)


def _pages(shape: tuple[int, ...], axes: str | None) -> tuple[int, tuple[int, ...]]:
    """Return how many pages an array has, and the shape of each: (H, W) or (H, W, C)."""
    if axes is None and len(shape) == 4:
        raise ImageError(f"holds an array of shape {shape}; --axes ZYXC reads {shape[0]} pages")
    if axes is None and len(shape) == 3 and shape[2] > MOST_CHANNELS:
        raise ImageError(
            f"holds an array of shape {shape}; --axes ZYX reads {shape[0]} pages, "
            f"--axes YXC {shape[2]} channels"
        )
    axes = axes or "YXC"
    if len(shape) != len(axes) and not (axes == "YXC" and len(shape) == 2):
        raise ImageError(f"holds an array of shape {shape}, which hasn't the axes {axes}")
    if min(shape) < 1:
        raise ImageError(f"holds an array of shape {shape}, which has no pixels")
    return (shape[0], shape[1:]) if axes[0] == "Z" else (1, shape)


def _meaning(channels: int, alpha: bool | None) -> tuple[bool, int]:
    """Return whether the last channel is alpha, and how many are neither that nor colour.

    Of more than four channels all but alpha are colours, none of which is known; but of five that
    end in alpha the fourth is no colour.
    """
    found = channels in ALPHA_CHANNELS if alpha is None else alpha
    if found and channels == 1:
        raise ImageError("has one channel, which can't be alpha")
    return found, int(channels - found in ALPHA_CHANNELS)


def encode(stream: BinaryIO, image: Image, format: Format, quality: int | None) -> None:
    """Write the pixels in the depth they have; one channel as (H, W)."""
    encode_frames(stream, [image], format, quality)


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, quality: int | None
) -> None:
    """Write pages, which have one shape and depth, as (Z, H, W) or (Z, H, W, C)."""
    first: Pixels | None = None
    for number, image in enumerate(images):
        pixels = image.pixels[:, :, 0] if image.pixels.shape[2] == 1 else image.pixels
        if first is None:
            first = pixels
            pages = (image.frames,) if image.frames > 1 else ()
            header = npy.header_data_from_array_1_0(pixels)
            npy.write_array_header_1_0(stream, header | {"shape": pages + pixels.shape})
        if pixels.shape != first.shape or pixels.dtype != first.dtype:
            raise ImageError(
                f"page {number} is {_words(pixels)}, the first {_words(first)}; "
                "pages of a .npy have one shape and depth"
            )
        for rows in row_blocks(len(pixels), pixels[0].nbytes):
            stream.write(pixels[rows].tobytes())


def _words(pixels: np.ndarray[Any, Any]) -> str:
    return f"{pixels.dtype} of shape {pixels.shape}"


CODEC = Codec(decode, encode, encode_frames)
