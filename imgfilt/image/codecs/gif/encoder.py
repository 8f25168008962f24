"""GIF, written: 256 colours a frame, exact where they suffice; a pixel is opaque or not there."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
import PIL.Image

from ....geometry import row_blocks
from ...animation import DURATION_UNITS, add_alpha, changed_rect, quantize_durations, split_duration
from ...formats import Format
from ...image import Image, Metadata, Pixels
from .blocks import (
    APPLICATION,
    CLEARED,
    COMMENT,
    CONTROL,
    END,
    EXTENSION,
    FRAME,
    ICC,
    KEPT,
    TABLE,
    XMP,
)

COLOURS = 256
OPAQUE = 128  # from this alpha up
_OPAQUE = 255

_LONGEST = 65_535
_BLOCK = 255

# XMP stands there as it is. A reader that takes its bytes for lengths of blocks comes to an end
# in these, wherever it enters them.
_TRAILER = bytes((1, *range(255, -1, -1), 0))
_BITS = 8


class Indexed(NamedTuple):
    """A frame as a GIF holds it: an index for each pixel (H, W), and the colours (K, 3)."""

    indices: Pixels
    palette: Pixels
    transparent: int | None


def encode(stream: BinaryIO, image: Image, format: Format, quality: int | None) -> None:
    """Write one picture."""
    _begin(stream, image)
    frame = indexed(image)
    if frame.transparent is not None:
        _control(stream, 0, KEPT, frame.transparent)
    _draw(stream, frame, *changed_rect(None, frame.indices))
    stream.write(bytes((END,)))


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, quality: int | None
) -> None:
    """Write an animation: what changed of each frame, or all of it where any can be seen through.

    What is drawn over a frame can't make it transparent again: it is cleared before.
    """
    frames: list[Indexed] = []
    boxes, durations = [], []
    before = None
    for image, ticks in quantize_durations(images, DURATION_UNITS[format.label]):
        frames.append(indexed(image))
        now = add_alpha(image)
        boxes.append(changed_rect(before, now))
        durations.append(ticks)
        before, last = now, image
    disposal = KEPT
    if any(frame.transparent is not None for frame in frames):
        boxes, disposal = boxes[:1] * len(boxes), CLEARED
        # Some viewers clear to transparency only where a frame names an index for it.
        frames = [_with_hole(frame) for frame in frames]
    _begin(stream, last)
    _repeat(stream, last.metadata.loop_count or 0)
    for frame, box, duration in zip(frames, boxes, durations, strict=True):
        for ticks in split_duration(duration, _LONGEST):
            _control(stream, ticks, disposal, frame.transparent)
            _draw(stream, frame, *box)
    stream.write(bytes((END,)))


def _with_hole(frame: Indexed) -> Indexed:
    """Return a frame with a transparent index; the rarest of 256 colours gives way to it."""
    if frame.transparent is not None:
        return frame
    indices, palette = frame.indices, frame.palette
    if len(palette) == COLOURS:
        rarest = int(np.bincount(indices.ravel(), minlength=COLOURS).argmin())
        distances = np.abs(palette.astype(int) - palette[rarest]).sum(axis=1)
        distances[rarest] = distances.max() + 1
        table = np.arange(COLOURS)
        table[rarest] = distances.argmin()
        table[table > rarest] -= 1
        indices = table.astype(np.uint8)[indices]
        palette = np.delete(palette, rarest, axis=0)
    return Indexed(indices, palette, len(palette))


def indexed(image: Image) -> Indexed:
    """Return a picture by indices, exactly where it has so few colours, else quantised.

    Colours are chosen by median cut and not dithered, so that what stands still doesn't flicker.
    """
    pixels = image.pixels[:, :, : image.pixels.shape[2] - image.alpha]
    colours = np.broadcast_to(pixels, (*pixels.shape[:2], 3))
    hidden = image.pixels[:, :, -1] < OPAQUE if image.alpha else np.zeros(pixels.shape[:2], bool)
    seen = ~hidden
    packed = colours.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    room = COLOURS - bool(hidden.any())
    found = np.unique(packed[seen])
    if len(found) <= room:
        indices = np.searchsorted(found, packed)
        palette = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1)
    else:
        # What can't be seen takes no colour of its own.
        row = colours[seen][np.newaxis]
        reduced = PIL.Image.fromarray(row).quantize(room, PIL.Image.Quantize.MEDIANCUT)
        indices = np.zeros(hidden.shape, np.uint8)
        indices[seen] = np.asarray(reduced)[0]
        palette = np.array(reduced.getpalette(), np.uint8).reshape(-1, 3)[:room]
    transparent = len(palette) if hidden.any() else None
    indices = np.where(hidden, len(palette), indices).astype(np.uint8)
    return Indexed(indices, palette.astype(np.uint8), transparent)


def losses(image: Image) -> list[str]:
    """Return what of a picture's pixels a GIF can't hold."""
    words = []
    room = COLOURS
    if image.alpha:
        alpha = image.pixels[:, :, -1]
        room -= bool((alpha < OPAQUE).any())
        if ((alpha > 0) & (alpha < _OPAQUE)).any():
            words.append("partial transparency (alpha was rounded)")
    is_known = np.zeros(1 << _BITS * image.colours, bool)
    for rows in row_blocks(len(image.pixels), image.pixels[0].nbytes):
        strip = image.pixels[rows]
        packed: Pixels = np.zeros(strip.shape[:2], np.uint32)
        for channel in range(image.colours):
            packed = packed << _BITS | strip[:, :, channel]
        is_known[packed[strip[:, :, -1] >= OPAQUE] if image.alpha else packed] = True
    if is_known.sum() > room:
        words.append(f"more than {COLOURS} colours (they were reduced)")
    return words


def _begin(stream: BinaryIO, image: Image) -> None:
    """Write the size, and what is said beside the pixels."""
    height, width, _ = image.pixels.shape
    said = image.metadata.resolution
    aspect = said.gif_aspect if said else 0
    stream.write(b"GIF89a" + struct.pack("<HHxxB", width, height, aspect))
    for extension in _extensions(image.metadata):
        stream.write(extension)


def _extensions(metadata: Metadata) -> Iterator[bytes]:
    """Give the extensions that say what a picture's metadata says."""
    if metadata.comment:
        yield bytes((EXTENSION, COMMENT)) + _in_blocks(metadata.comment)
    if metadata.icc:
        yield bytes((EXTENSION, APPLICATION, len(ICC))) + ICC + _in_blocks(metadata.icc)
    if metadata.xmp:
        start = bytes((EXTENSION, APPLICATION, len(XMP))) + XMP
        yield start + metadata.xmp + _TRAILER


def _in_blocks(content: bytes) -> bytes:
    parts = [content[at : at + _BLOCK] for at in range(0, len(content), _BLOCK)]
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"


def _repeat(stream: BinaryIO, loop_count: int) -> None:
    """Say how often it runs: a GIF counts the repetitions, and runs once if it doesn't say."""
    if loop_count != 1:
        count = struct.pack("<H", min(max(0, loop_count - 1), 65_535))
        stream.write(bytes((EXTENSION, APPLICATION)) + b"\x0bNETSCAPE2.0\x03\x01" + count + b"\0")


def _control(stream: BinaryIO, ticks: int, disposal: int, transparent: int | None) -> None:
    flags = disposal << 2 | (transparent is not None)
    stream.write(struct.pack("<BBBBHBB", EXTENSION, CONTROL, 4, flags, ticks, transparent or 0, 0))


def _draw(stream: BinaryIO, frame: Indexed, rows: slice, columns: slice) -> None:
    """Write a part of a frame at its place, with its own colour table."""
    indices = np.ascontiguousarray(frame.indices[rows, columns])
    height, width = indices.shape
    stream.write(bytes((FRAME,)))
    # A table has 2, 4, 8 … 256 colours, and the transparent index is one of them.
    bits = max(1, (len(frame.palette) - (frame.transparent is None)).bit_length())
    place = struct.pack("<HHHH", columns.start, rows.start, width, height)
    stream.write(place + bytes([TABLE | bits - 1]))
    stream.write(frame.palette.tobytes().ljust(3 << bits, b"\0"))
    picture = PIL.Image.frombuffer("P", (width, height), indices, "raw", "P", 0, 1)
    stream.write(bytes([_BITS]) + picture.tobytes("gif", "P", _BITS, 0) + b"\0")
