"""TIFF pixels strip by strip or tile by tile: those deeper than 8 bits, or in planes apart.

Pillow narrows 16-bit colour, has no float colour, and mixes up grey and alpha that are stored
apart; cv2 mixes up all that is, and drops alpha beside grey. Only compressed bytes go to libtiff.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
from PIL.TiffImagePlugin import ImageFileDirectory_v2 as Directory

from ...errors import ImageError
from ..picture import Pixels, full_scale, strips
from .compression import DIFFERENCES, NONE, uncompressed
from .directory import Tag

WHITE_IS_ZERO, RGB = 0, 2

# By PhotometricInterpretation: grey of which 0 is white, grey, RGB, CMYK.
COLOUR_CHANNELS = {WHITE_IS_ZERO: 1, 1: 1, RGB: 3, 5: 4}
KINDS = {1: "u", 3: "f", 4: "u"}
DEPTHS = {"u1": np.uint8, "u2": np.uint16, "f2": np.float32, "f4": np.float32, "f8": np.float64}

PACKED = range(9, 16)  # bits of whole numbers, which are made 16

FLOAT_DIFFERENCES = 3
APART = 2
UNKNOWN, PREMULTIPLIED, STRAIGHT = 0, 1, 2

_MAX_SAMPLES = 16


def described(directory: Directory) -> tuple[np.dtype[Any], tuple[int, int, int], bool]:
    """Return the depth and shape (H, W, C) that a page will be read as; whether it has alpha."""
    stored = _stored(directory)
    photometric = directory.get(Tag.PHOTOMETRIC, -1)
    samples = directory.get(Tag.SAMPLES, 1)
    colours = COLOUR_CHANNELS.get(photometric)
    if colours is None or not colours <= samples <= _MAX_SAMPLES:
        raise ImageError(f"has {samples} channels of colour model {photometric}, which isn't read")
    alpha = samples > colours and _extra(directory) in (PREMULTIPLIED, STRAIGHT)
    shape = directory[Tag.HEIGHT], directory[Tag.WIDTH], colours + alpha
    return np.dtype(DEPTHS[stored.str[1:]]), shape, alpha


def read(stream: BinaryIO, directory: Directory) -> tuple[Pixels, bool]:
    """Return pixels of shape (H, W, C), uint8, uint16 or float32; whether the last are alpha."""
    stored = _stored(directory)
    depth, (height, width, channels), alpha = described(directory)
    shape = height, width, directory.get(Tag.SAMPLES, 1)
    pixels = np.empty(shape, stored.newbyteorder("="))
    for place, values in _blocks(stream, directory, stored, shape):
        pixels[place] = values
    pixels = pixels[:, :, :channels].astype(depth, copy=False)
    if directory[Tag.BITS][0] in PACKED:
        _stretch(pixels, directory[Tag.BITS][0])
    if directory.get(Tag.PHOTOMETRIC) == WHITE_IS_ZERO:
        pixels[:, :, 0] = full_scale(pixels.dtype) - pixels[:, :, 0]
    if alpha and _extra(directory) == PREMULTIPLIED:
        _divide_by_alpha(pixels)
    return pixels, alpha


def _extra(directory: Directory) -> int:
    """Return what the channel after the colours is.

    Some writers don't say it of the fourth channel of RGB; everyone takes it for alpha.
    """
    unsaid = STRAIGHT if directory.get(Tag.PHOTOMETRIC) == RGB else UNKNOWN
    return int(directory.get(Tag.EXTRA_SAMPLES, (unsaid,))[0])


def _stored(directory: Directory) -> np.dtype[Any]:
    """Return the type of the numbers in the file."""
    bits, kinds = set(directory[Tag.BITS]), set(directory.get(Tag.SAMPLE_FORMAT, (1,)))
    kind = KINDS.get(min(kinds), "?")
    name = "u2" if kind == "u" and min(bits) in PACKED else f"{kind}{min(bits) / 8:g}"
    if len(bits) > 1 or len(kinds) > 1 or name not in DEPTHS:
        words = " and ".join(map(str, sorted(bits)))
        raise ImageError(f"holds numbers of {words} bits, of a kind that can't be filtered")
    return np.dtype(name).newbyteorder("<" if directory.prefix == b"II" else ">")


def _blocks(
    stream: BinaryIO, directory: Directory, stored: np.dtype[Any], shape: tuple[int, int, int]
) -> Iterator[tuple[tuple[slice, slice, slice], Pixels]]:
    """Give each strip or tile: where its pixels lie, and their values of shape (h, w, c)."""
    height, width, samples = shape
    tiled = Tag.TILE_OFFSETS in directory
    tall = directory[Tag.TILE_HEIGHT] if tiled else directory.get(Tag.ROWS_PER_STRIP, height)
    wide = directory[Tag.TILE_WIDTH] if tiled else width
    starts = directory[Tag.TILE_OFFSETS if tiled else Tag.STRIP_OFFSETS]
    lengths = directory[Tag.TILE_COUNTS if tiled else Tag.STRIP_COUNTS]
    apart = directory.get(Tag.PLANAR, 1) == APART
    bands = [slice(i, i + 1) for i in range(samples)] if apart else [slice(0, samples)]
    corners = (
        (band, top, left)
        for band in bands
        for top in range(0, height, tall)
        for left in range(0, width, wide)
    )
    for (band, top, left), start, length in zip(corners, starts, lengths, strict=True):
        rows, columns = min(tall, height - top), min(wide, width - left)
        full = tall if tiled else rows, wide, band.stop - band.start
        stream.seek(start)
        values = _values(stream.read(length), directory, stored, full)
        yield (slice(top, top + rows), slice(left, left + columns), band), values[:rows, :columns]


def _values(
    content: bytes, directory: Directory, stored: np.dtype[Any], shape: tuple[int, int, int]
) -> Pixels:
    """Return the numbers of one strip or tile, uncompressed and with differences summed up."""
    size = math.prod(shape) * stored.itemsize
    if directory.get(Tag.FILL_ORDER, 1) != 1:
        raise ImageError("stores bits in reversed order, which isn't read")
    bits, predictor = directory[Tag.BITS][0], directory.get(Tag.PREDICTOR, 1)
    if bits in PACKED:
        if predictor != 1:
            raise ImageError(f"holds differences of numbers of {bits} bits, which aren't read")
        size = shape[0] * (-(-shape[1] * shape[2] * bits // 8))
    plain = uncompressed(content, directory.get(Tag.COMPRESSION, NONE), size)
    if bits in PACKED:
        return _unpacked(plain, bits, shape)
    if predictor == FLOAT_DIFFERENCES:
        return _summed_floats(plain, stored, shape)
    values = np.frombuffer(plain, stored, math.prod(shape)).reshape(shape)
    if predictor == DIFFERENCES:
        whole = values.view(f"{stored.str[0]}u{stored.itemsize}")
        native = whole.dtype.newbyteorder("=")
        return np.add.accumulate(whole, axis=1, dtype=native).view(stored.newbyteorder("="))
    return values


def _summed_floats(plain: bytes, stored: np.dtype[Any], shape: tuple[int, int, int]) -> Pixels:
    """Undo differences of floats: bytes are summed along a row, then lie by significance."""
    rows, columns, samples = shape
    deltas = np.frombuffer(plain, np.uint8).reshape(rows, -1, samples)
    planes = np.add.accumulate(deltas, axis=1, dtype=np.uint8)
    planes = planes.reshape(rows, stored.itemsize, columns * samples).transpose(0, 2, 1)
    return np.ascontiguousarray(planes).view(stored.newbyteorder(">")).reshape(shape)


def _unpacked(plain: bytes, bits: int, shape: tuple[int, int, int]) -> Pixels:
    """Return numbers that stand bit by bit behind each other; each row begins with a byte."""
    height, width, samples = shape
    count = width * samples
    held = np.frombuffer(plain, np.uint8, height * (-(-count * bits // 8))).reshape(height, -1)
    values = np.empty((height, count), np.uint16)
    for rows in strips(height, 16 * count):
        digits = np.zeros((rows.stop - rows.start, count, 16), np.uint8)
        digits[:, :, -bits:] = np.unpackbits(held[rows], axis=1, count=count * bits).reshape(
            -1, count, bits
        )
        values[rows] = np.packbits(digits, axis=2).view(">u2")[:, :, 0]
    return values.reshape(shape)


def _stretch(pixels: Pixels, bits: int) -> None:
    """Make levels of so many bits such of 16, in place."""
    white = 2**bits - 1
    table = np.rint(np.arange(white + 1) * (full_scale(pixels.dtype) / white)).astype(pixels.dtype)
    for rows in strips(len(pixels), pixels[0].nbytes):
        pixels[rows] = table[pixels[rows]]


def _divide_by_alpha(pixels: Pixels) -> None:
    """Turn colour that was multiplied by alpha to colour itself, in place."""
    white = full_scale(pixels.dtype)
    for rows in strips(len(pixels), pixels[0].nbytes):
        colour, alpha = pixels[rows, :, :-1], pixels[rows, :, -1:]
        divided = colour / np.maximum(alpha, np.finfo(np.float32).tiny, dtype=np.float64) * white
        if pixels.dtype.kind == "u":
            divided = np.rint(np.minimum(divided, white))
        colour[...] = np.where(alpha > 0, divided, colour)
