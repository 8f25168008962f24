"""GIF, read: its frames composed on the screen as browsers do.

Pillow only decodes indices. It makes the screen larger for a frame that goes beyond it, clears to
a colour what becomes transparent, and takes undefined disposals for others than "keep".
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

import numpy as np

from ...animation import as_single_image, drop_opaque_alpha
from ...formats import Format
from ...image import Image, ImageHeader, Metadata, Pixels
from ...read_options import ReadOptions
from .. import pillow_reader
from .blocks import (
    CLEARED,
    END,
    FRAME,
    INTERLACED,
    PLACE,
    RESTORED,
    SCREEN,
    TABLE,
    Blocks,
    Frame,
    blocks,
)  # fmt: skip

_COLOURS = 256
_OPAQUE = 255
_GREY = np.arange(_COLOURS, dtype=np.uint8).repeat(3).reshape(-1, 3)  # where a file has no table


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Give the frames of a GIF as a browser shows them."""
    found = blocks(stream)
    options.check_size(found.width, found.height)
    for frame in found.frames:
        if frame.width and frame.height:
            options.check_size(frame.width, frame.height)
    count = len(found.frames)
    areas = (max(found.width * found.height, frame.width * frame.height) for frame in found.frames)
    wanted = options.select_frames(count, sum(areas))
    channels = 1 if all(map(_is_grey, found.frames)) else 3
    shape = found.height, found.width, channels
    options.check_header(ImageHeader(np.uint8, shape, False, count))
    metadata = Metadata(**found.metadata())
    for index, canvas in enumerate(_composed(found, format, options, wanted.stop)):
        if index in wanted:
            pixels, alpha = drop_opaque_alpha(canvas, True)
            shown = np.delete(pixels, slice(1, 3), axis=2) if channels == 1 else pixels.copy()
            if count == 1:
                yield Image(shown, alpha, metadata)
                return
            duration = found.frames[index].control.duration
            timeline = replace(metadata, duration=duration, loop_count=found.loop_count)
            image = Image(shown, alpha, timeline, count)
            yield image if len(wanted) == count else as_single_image(image)


def _composed(found: Blocks, format: Format, options: ReadOptions, count: int) -> Iterator[Pixels]:
    """Give the screen (H, W, 4) as it is with each of the first frames on it; it is changed on."""
    canvas = np.zeros((found.height, found.width, 4), np.uint8)
    for frame in found.frames[:count]:
        rows, columns = canvas.shape[:2]
        area = canvas[frame.top : frame.top + frame.height, frame.left : frame.left + frame.width]
        before = area.copy() if frame.control.disposal == RESTORED else None
        if area.size:
            indices = _indices(frame, format, options)[: rows - frame.top, : columns - frame.left]
            colours = _table(frame)[indices]
            np.copyto(area, colours, where=colours[:, :, 3:] > 0)
        yield canvas
        if before is not None:
            area[...] = before
        elif frame.control.disposal == CLEARED:
            area[...] = 0


def _table(frame: Frame) -> Pixels:
    """Return the colours of a frame with alpha, by index; what it has no colour for is not seen."""
    palette = _GREY if frame.palette is None else frame.palette
    table = np.zeros((_COLOURS, 4), np.uint8)
    table[: len(palette), :3] = palette
    table[: len(palette), 3] = _OPAQUE
    if frame.control.transparent is not None:
        table[frame.control.transparent] = 0
    return table


def _is_grey(frame: Frame) -> bool:
    """Return whether no colour of a frame is more than a grey."""
    return frame.palette is None or bool((frame.palette == frame.palette[:, :1]).all())


def _indices(frame: Frame, format: Format, options: ReadOptions) -> Pixels:
    """Return the indices of a frame (h, w), decoded as a file of its own."""
    size, flags = (frame.width, frame.height), INTERLACED * frame.interlaced
    # With a table that is no ramp of greys, so that Pillow gives indices.
    head = b"GIF89a" + SCREEN.pack(*size, TABLE | 7, 0, 0) + bytes(3 * _COLOURS)
    place = bytes([FRAME]) + PLACE.pack(0, 0, *size, flags)
    file = io.BytesIO(head + place + frame.content + bytes([END]))
    with pillow_reader.opened(file, format, options) as picture:
        return np.asarray(picture)
