"""Write a GIF: up to 256 colours a frame; a picture with more colours is quantized.

A pixel is opaque or transparent. Pillow compresses the indices. Pillow's writer of GIF isn't used:
it merges equal frames into one picture, fails if a frame lasts more than 655 seconds, and writes
no XMP, ICC profile or resolution.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
import PIL.Image

from ....geometry import Rect, pixel_blocks
from ...animation import (
    add_alpha,
    find_changed_rect,
    quantize_durations,
    split_duration,
)
from ...codec import EncodeOptions
from ...formats import Format
from ...image import Image, Metadata, Pixels
from .blocks import (
    APPLICATION,
    COLOUR_TABLE,
    COMMENT,
    DISPOSE_BACKGROUND,
    DISPOSE_NONE,
    EXTENSION,
    GRAPHIC_CONTROL,
    ICC,
    IMAGE_SEPARATOR,
    TRAILER,
    XMP,
    XMP_TRAILER,
)

MAX_COLOURS = 256
MIN_OPAQUE = 128  # pixels with less alpha become transparent
_MAX_ALPHA = 255
_MAX_DURATION = 65_535  # hundredths of a second
_MAX_BLOCK = 255
_BITS = 8  # of an index, and of a level


class Indexed(NamedTuple):
    """A frame with a palette: an index for each pixel (H, W), and the colours (K, 3)."""

    indices: Pixels
    palette: Pixels
    transparent: int | None


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write one picture.

    Parameters
    ----------
    stream : binary stream
    image : Image
        uint8 pixels (H, W, C), grey or RGB, with or without alpha.
    format : Format
        Not used.
    options : EncodeOptions
        Not used.
    """
    _write_header(stream, image)
    frame = quantize(image)
    if frame.transparent is not None:
        _write_control(stream, 0, DISPOSE_NONE, frame.transparent)
    _write_frame(stream, frame, find_changed_rect(None, frame.indices))
    stream.write(bytes((TRAILER,)))


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, options: EncodeOptions
) -> None:
    """Write an animation; of each frame only the changed part is written.

    If a frame has transparent pixels, all frames are written completely, and each frame is cleared
    before the next one: drawing over a pixel can't make it transparent again.

    Parameters
    ----------
    stream : binary stream
    images : iterable of Image
        At least two of one size, uint8. The indices of all frames are kept until the last is taken.
    format : Format
        GIF; gives the unit of durations.
    options : EncodeOptions
        Not used.

    Raises
    ------
    ImageError
        When frames differ in size.
    """
    frames: list[Indexed] = []
    rects, durations = [], []
    before = None
    for image, ticks in quantize_durations(images, format.duration_unit):
        frames.append(quantize(image))
        now = add_alpha(image)
        rects.append(find_changed_rect(before, now))
        durations.append(ticks)
        before, last = now, image
    disposal = DISPOSE_NONE
    if any(frame.transparent is not None for frame in frames):
        rects, disposal = rects[:1] * len(rects), DISPOSE_BACKGROUND
        # Some viewers clear to transparency only if the frame has a transparent index.
        frames = [_with_transparent_index(frame) for frame in frames]
    _write_header(stream, last)
    _write_loop(stream, last.metadata.loop_count or 0)
    for frame, rect, duration in zip(frames, rects, durations, strict=True):
        for ticks in split_duration(duration, _MAX_DURATION):
            _write_control(stream, ticks, disposal, frame.transparent)
            _write_frame(stream, frame, rect)
    stream.write(bytes((TRAILER,)))


def _with_transparent_index(frame: Indexed) -> Indexed:
    """Return a frame with a transparent index, in place of the rarest colour if there are 256."""
    if frame.transparent is not None:
        return frame
    indices, palette = frame.indices, frame.palette
    if len(palette) == MAX_COLOURS:
        rarest = int(np.bincount(indices.ravel(), minlength=MAX_COLOURS).argmin())
        distances = np.abs(palette.astype(int) - palette[rarest]).sum(axis=1)
        distances[rarest] = distances.max() + 1
        table = np.arange(MAX_COLOURS)
        table[rarest] = distances.argmin()
        table[table > rarest] -= 1
        indices = table.astype(np.uint8)[indices]
        palette = np.delete(palette, rarest, axis=0)
    return Indexed(indices, palette, len(palette))


def quantize(image: Image) -> Indexed:
    """Return a picture as indices and a palette; too many colours are reduced.

    Colours are chosen by median cut and not dithered, so that still parts don't flicker.
    """
    pixels = image.pixels[:, :, : image.pixels.shape[2] - image.alpha]
    rgb = np.broadcast_to(pixels, (*pixels.shape[:2], 3))
    shape = pixels.shape[:2]
    hidden = image.pixels[:, :, -1] < MIN_OPAQUE if image.alpha else np.zeros(shape, bool)
    visible = ~hidden
    packed = rgb.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    limit = MAX_COLOURS - bool(hidden.any())
    colours = np.unique(packed[visible])
    if len(colours) <= limit:
        indices = np.searchsorted(colours, packed)
        palette = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    else:
        # The palette needs no entries for the colours of transparent pixels.
        row = rgb[visible][np.newaxis]
        reduced = PIL.Image.fromarray(row).quantize(limit, PIL.Image.Quantize.MEDIANCUT)
        indices = np.zeros(shape, np.intp)
        indices[visible] = np.asarray(reduced)[0]
        palette = np.array(reduced.getpalette(), np.uint8).reshape(-1, 3)[:limit]
    transparent = len(palette) if hidden.any() else None
    indices = np.where(hidden, len(palette), indices).astype(np.uint8)
    return Indexed(indices, palette.astype(np.uint8), transparent)


def losses(image: Image) -> list[str]:
    """Return a name for each property of the pixels that a GIF can't hold."""
    found = []
    limit = MAX_COLOURS
    if image.alpha:
        alpha = image.pixels[:, :, -1]
        limit -= bool((alpha < MIN_OPAQUE).any())
        if ((alpha > 0) & (alpha < _MAX_ALPHA)).any():
            found.append("partial transparency (alpha was rounded)")
    is_present = np.zeros(1 << _BITS * image.colours, bool)
    for rows in pixel_blocks(image.pixels):
        strip = image.pixels[rows]
        packed: Pixels = np.zeros(strip.shape[:2], np.uint32)
        for channel in range(image.colours):
            packed = packed << _BITS | strip[:, :, channel]
        is_present[packed[strip[:, :, -1] >= MIN_OPAQUE] if image.alpha else packed] = True
    if is_present.sum() > limit:
        found.append(f"more than {MAX_COLOURS} colours (they were reduced)")
    return found


def _write_header(stream: BinaryIO, image: Image) -> None:
    """Write the size and the metadata."""
    height, width, _ = image.pixels.shape
    resolution = image.metadata.resolution
    aspect = resolution.gif_aspect if resolution else 0
    stream.write(b"GIF89a" + struct.pack("<HHxxB", width, height, aspect))
    for extension in _encode_metadata(image.metadata):
        stream.write(extension)


def _encode_metadata(metadata: Metadata) -> Iterator[bytes]:
    """Yield the extensions that hold the metadata."""
    if metadata.comment:
        yield bytes((EXTENSION, COMMENT)) + _split_into_blocks(metadata.comment)
    if metadata.icc:
        yield bytes((EXTENSION, APPLICATION, len(ICC))) + ICC + _split_into_blocks(metadata.icc)
    if metadata.xmp:
        start = bytes((EXTENSION, APPLICATION, len(XMP))) + XMP
        yield start + metadata.xmp + XMP_TRAILER


def _split_into_blocks(content: bytes) -> bytes:
    parts = [content[at : at + _MAX_BLOCK] for at in range(0, len(content), _MAX_BLOCK)]
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"


def _write_loop(stream: BinaryIO, loop_count: int) -> None:
    """Write the loop count as a number of repetitions; a GIF without the number is played once."""
    if loop_count != 1:
        count = struct.pack("<H", min(max(0, loop_count - 1), 65_535))
        stream.write(bytes((EXTENSION, APPLICATION)) + b"\x0bNETSCAPE2.0\x03\x01" + count + b"\0")


def _write_control(stream: BinaryIO, ticks: int, disposal: int, transparent: int | None) -> None:
    flags = disposal << 2 | (transparent is not None)
    fields = EXTENSION, GRAPHIC_CONTROL, 4, flags, ticks, transparent or 0, 0
    stream.write(struct.pack("<BBBBHBB", *fields))


def _write_frame(stream: BinaryIO, frame: Indexed, rect: Rect) -> None:
    """Write the part of a frame in a rectangle, with its position and colour table."""
    indices = np.ascontiguousarray(frame.indices[rect.slices])
    # A table has 2, 4, 8 ... 256 colours; the transparent index is one of them.
    bits = max(1, (len(frame.palette) - (frame.transparent is None)).bit_length())
    place = struct.pack("<HHHH", rect.left, rect.top, rect.width, rect.height)
    stream.write(bytes((IMAGE_SEPARATOR,)) + place + bytes([COLOUR_TABLE | bits - 1]))
    stream.write(frame.palette.tobytes().ljust(3 << bits, b"\0"))
    picture = PIL.Image.frombuffer("P", (rect.width, rect.height), indices, "raw", "P", 0, 1)
    stream.write(bytes([_BITS]) + picture.tobytes("gif", "P", _BITS, 0) + b"\0")
