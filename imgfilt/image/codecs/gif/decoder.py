"""Read a GIF: frames are composed on the screen as in browsers.

Pillow decodes only the indices. Its composition makes the screen larger for a frame that goes
beyond it, clears areas to a colour that should be transparent, and handles undefined disposal
methods differently.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from PIL.GifImagePlugin import GifImageFile

from ...animation import as_single_image, drop_opaque_alpha
from ...formats import Format
from ...image import Image, ImageHeader, Metadata, Pixels
from ...read_options import ReadOptions
from .. import pillow_reader
from .blocks import (
    COLOUR_TABLE,
    DISPOSE_BACKGROUND,
    DISPOSE_PREVIOUS,
    IMAGE_DESCRIPTOR,
    IMAGE_SEPARATOR,
    INTERLACE,
    SCREEN_DESCRIPTOR,
    TRAILER,
    Frame,
    Gif,
    parse,
)  # fmt: skip

_COLOURS = 256
_MAX_ALPHA = 255
_GREY = np.arange(_COLOURS, dtype=np.uint8).repeat(3).reshape(-1, 3)  # for frames without colours


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Yield the frames of a GIF as a browser shows them.

    Parameters
    ----------
    stream : binary stream
        Can seek, and stands at its start.
    format : Format
        GIF; Pillow tries no other decoder for the indices.
    options : ReadOptions
        Which frames to yield, and the largest number of pixels of the screen and of a frame.

    Yields
    ------
    Image
        uint8 pixels (H, W, C) of the whole screen. C is 1 if all colours of the file are grey, else
        3; one more if a pixel of this frame is transparent.

    Raises
    ------
    ImageError
        When the file is broken or too large, or has no such frame. Pillow's errors pass unchanged.
    """
    gif = parse(stream)
    options.check_size(gif.width, gif.height)
    for frame in gif.frames:
        if frame.width and frame.height:
            options.check_size(frame.width, frame.height)
    count = len(gif.frames)
    areas = (max(gif.width * gif.height, frame.width * frame.height) for frame in gif.frames)
    wanted = options.select_frames(count, sum(areas))
    channels = 1 if all(map(_is_grey, gif.frames)) else 3
    shape = gif.height, gif.width, channels
    options.check_header(ImageHeader(np.uint8, shape, False, count))
    metadata = gif.metadata()._replace(palette=True)
    if options.header_only:
        yield from _iterate_headers(gif, metadata, ImageHeader(np.uint8, shape, False, count))
        return
    for index, canvas in enumerate(_compose(gif, format, options, wanted.stop)):
        if index in wanted:
            pixels, alpha = drop_opaque_alpha(canvas, True)
            shown = np.delete(pixels, slice(1, 3), axis=2) if channels == 1 else pixels.copy()
            if count == 1:
                yield Image(shown, alpha, metadata)
                return
            duration = gif.frames[index].control.duration
            timeline = metadata._replace(duration=duration, loop_count=gif.loop_count)
            image = Image(shown, alpha, timeline, count)
            yield image if len(wanted) == count else as_single_image(image)


def _iterate_headers(gif: Gif, metadata: Metadata, header: ImageHeader) -> Iterator[Image]:
    """Yield the frames without pixels; each has alpha if any pixel may be transparent."""
    height, width, channels = header.shape
    is_covered = all(
        (frame.left, frame.top, frame.width, frame.height) == (0, 0, width, height)
        and frame.control.transparent is None
        for frame in gif.frames
    )
    if not is_covered:
        header = header._replace(shape=(height, width, channels + 1), alpha=True)
    for frame in gif.frames:
        timeline = metadata._replace(duration=frame.control.duration, loop_count=gif.loop_count)
        yield ReadOptions.without_pixels(header, timeline if header.frames > 1 else metadata)


def _compose(gif: Gif, format: Format, options: ReadOptions, count: int) -> Iterator[Pixels]:
    """Yield the screen (H, W, 4) after each of the first `count` frames, in one reused array."""
    canvas = np.zeros((gif.height, gif.width, 4), np.uint8)
    for frame in gif.frames[:count]:
        rows, columns = canvas.shape[:2]
        area = canvas[frame.top : frame.top + frame.height, frame.left : frame.left + frame.width]
        before = area.copy() if frame.control.disposal == DISPOSE_PREVIOUS else None
        if area.size:
            indices = _decode_indices(frame, format, options)
            colours = _build_rgba_table(frame)[indices[: rows - frame.top, : columns - frame.left]]
            np.copyto(area, colours, where=colours[:, :, 3:] > 0)
        yield canvas
        if before is not None:
            area[...] = before
        elif frame.control.disposal == DISPOSE_BACKGROUND:
            area[...] = 0


def _build_rgba_table(frame: Frame) -> Pixels:
    """Return a table (256, 4) of RGBA by index; an index without a colour is transparent."""
    palette = _GREY if frame.palette is None else frame.palette
    table = np.zeros((_COLOURS, 4), np.uint8)
    table[: len(palette), :3] = palette
    table[: len(palette), 3] = _MAX_ALPHA
    if frame.control.transparent is not None:
        table[frame.control.transparent] = 0
    return table


def _is_grey(frame: Frame) -> bool:
    """Return whether all colours of a frame are grey."""
    return frame.palette is None or bool((frame.palette == frame.palette[:, :1]).all())


def _decode_indices(frame: Frame, format: Format, options: ReadOptions) -> Pixels:
    """Return the indices (h, w) of a frame; Pillow decodes the frame as a separate file."""
    size, flags = (frame.width, frame.height), INTERLACE * frame.interlaced
    # The colours are not a ramp of greys, so that Pillow returns indices.
    head = b"GIF89a" + SCREEN_DESCRIPTOR.pack(*size, COLOUR_TABLE | 7, 0, 0) + bytes(3 * _COLOURS)
    descriptor = bytes([IMAGE_SEPARATOR]) + IMAGE_DESCRIPTOR.pack(0, 0, *size, flags)
    file = io.BytesIO(head + descriptor + frame.content + bytes([TRAILER]))
    with pillow_reader.open_file(file, GifImageFile, format, options) as picture:
        return np.asarray(picture)
