"""A TIFF's page as a picture: numbers become levels, channels stand as an Image has them."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np

from ....dtypes import white_level
from ....geometry import row_blocks
from ...image import ImageHeader, Pixels
from ...read_options import ReadOptions
from .blocks import Blocks, old_jpeg
from .compression import OLD_JPEG
from .layout import PREMULTIPLIED, SIGNED, UNSIGNED, WHITE_IS_ZERO, Layout
from .structure import Fields


def image_header(layout: Layout, frames: int) -> ImageHeader:
    """Return the header of a page, one of so many."""
    height, width, samples = layout.shape
    alpha = layout.alpha is not None
    channels = samples + (2 if layout.palette is not None else 0)
    extra = len(layout.extra) - alpha
    return ImageHeader(layout.dtype, (height, width, channels), alpha, frames, extra)


def read(stream: BinaryIO, fields: Fields, layout: Layout, options: ReadOptions) -> Pixels:
    """Return pixels of shape (H, W, C): colours, extra channels, alpha.

    Parameters
    ----------
    stream : binary stream
    fields : Fields
        Of the page.
    layout : Layout
        What the fields say of its pixels.
    request : Request
        Its limit on pixels holds for a tile, too.
    """
    pixels = np.empty(layout.shape, layout.dtype)
    if layout.compression == OLD_JPEG:
        pixels[...] = old_jpeg(stream, fields, layout)
    else:
        for place, values in Blocks(stream, fields, layout, options):
            pixels[place] = values
    if layout.photometric == WHITE_IS_ZERO and layout.kind != SIGNED:
        white = 2**layout.bits - 1 if layout.kind == UNSIGNED else 1
        with np.errstate(invalid="ignore"):
            np.subtract(white, pixels[:, :, 0], out=pixels[:, :, 0], casting="unsafe")
    if layout.palette is not None:
        pixels = _coloured(pixels, layout)
    elif pixels.dtype.kind == "u" and layout.bits < 8 * pixels.itemsize:
        _stretch(pixels, layout.bits)
    if layout.alpha is None:
        return pixels
    pixels = _alpha_last(pixels, layout.alpha - len(layout.extra))
    if layout.converts_to_float:
        # Of numbers that are no levels, alpha is: 0 to the largest.
        pixels[:, :, -1] /= np.iinfo(layout.stored).max
    if layout.extra[layout.alpha] == PREMULTIPLIED:
        _divide_by_alpha(pixels, pixels.shape[2] - len(layout.extra))
    return pixels


def _coloured(indices: Pixels, layout: Layout) -> Pixels:
    """Return the colours of a palette's indices, and the channels behind them."""
    assert layout.palette is not None
    pixels = np.empty((*indices.shape[:2], indices.shape[2] + 2), indices.dtype)
    colours = layout.palette.astype(pixels.dtype)
    if layout.palette.itemsize < pixels.itemsize:
        colours *= 257
    for rows in row_blocks(len(pixels), pixels[0].nbytes):
        pixels[rows, :, :3] = colours[indices[rows, :, 0]]
    if layout.extra:
        pixels[:, :, 3:] = indices[:, :, 1:]
        _stretch(pixels[:, :, 3:], layout.bits)
    return pixels


def _alpha_last(pixels: Pixels, alpha: int) -> Pixels:
    """Return pixels with the channel that is alpha, counted from the last, behind all others."""
    if alpha == -1:
        return pixels
    order = [*range(pixels.shape[2])]
    order.append(order.pop(alpha))
    return np.ascontiguousarray(pixels[:, :, order])


def _stretch(pixels: Pixels, bits: int) -> None:
    """Make levels of so many bits such of 8 or 16, in place."""
    white = 2**bits - 1
    table = np.rint(np.arange(white + 1) * (white_level(pixels.dtype) / white)).astype(pixels.dtype)
    for rows in row_blocks(len(pixels), pixels[0].nbytes):
        pixels[rows] = table[pixels[rows]]


def _divide_by_alpha(pixels: Pixels, colours: int) -> None:
    """Turn colours that were multiplied by alpha to colour itself, in place."""
    white = white_level(pixels.dtype)
    for rows in row_blocks(len(pixels), pixels[0].nbytes):
        colour, alpha = pixels[rows, :, :colours], pixels[rows, :, -1:]
        divided = colour / np.maximum(alpha, np.finfo(np.float32).tiny, dtype=np.float64) * white
        if pixels.dtype.kind == "u":
            divided = np.rint(np.minimum(divided, white))
        colour[...] = np.where(alpha > 0, divided, colour)
