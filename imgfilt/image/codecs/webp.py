"""Read and write WebP: still pictures with Pillow; animations are written frame by frame here.

Pillow's writer of animations changes the colours of transparent pixels, merges equal frames into
one picture, and fails at a long duration.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from dataclasses import replace
from typing import BinaryIO

import numpy as np
from PIL.WebPImagePlugin import WebPImageFile

from ..animation import (
    add_alpha,
    find_changed_rect,
    quantize_durations,
    split_duration,
)
from ..codec import Codec, EncodeOptions
from ..formats import Format
from ..image import Image, Metadata
from ..metadata.transfer import select_encoding_hints
from .pillow_pixels import to_pillow
from .pillow_reader import PillowReader
from .pillow_writer import (
    DEFAULT_QUALITY,
    exif_with_resolution,
    make_save_arguments,
)
from .webp_chunks import ALPHA, FRAME, LOSSLESS, LOSSY, find_chunks, read_metadata

# Flags of VP8X.
_ICC_FLAG, _ALPHA_FLAG, _EXIF_FLAG, _XMP_FLAG, _ANIMATION_FLAG = 0x20, 0x10, 0x08, 0x04, 0x02

# Blending methods of a frame. The disposal method is always 0: do not dispose.
_ALPHA_BLENDING, _DO_NOT_BLEND = 0, 2

_FIRST = slice(0, 1)
_MAX_DURATION = 2**24 - 1  # milliseconds
_MAX_LOOP_COUNT = 65_535

_LOSSLESS_QUALITY = 100


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write a picture; without a quality without loss if the input was lossless.

    Parameters
    ----------
    stream : binary stream
    image : Image
        uint8 pixels (H, W, C), grey or RGB, with or without alpha.
    format : Format
        WebP.
    options : EncodeOptions
        The quality 100 is lossless. Without a quality a picture from a lossless WebP stays
        lossless; others have 95.
    """
    metadata, quality = image.metadata, options.quality
    lossless = metadata.lossless if quality is None else quality == _LOSSLESS_QUALITY
    arguments = make_save_arguments(
        metadata,
        exif_with_resolution(metadata),
        quality=quality or DEFAULT_QUALITY,
        lossless=lossless,
        exact=True,  # otherwise the colours of transparent pixels would be changed
    )
    to_pillow(image).save(stream, format.pillow_name, **arguments)


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, options: EncodeOptions
) -> None:
    """Write an animation; of each frame only the changed part is written.

    Parameters
    ----------
    stream : binary stream
        Can seek.
    images : iterable of Image
        At least two of one size, uint8, grey or RGB, with or without alpha; taken one at a time.
    format : Format
        WebP.
    options : EncodeOptions
        As for `encode`.

    Raises
    ------
    ImageError
        When frames differ in size. Pillow's errors pass unchanged.
    """
    begin = stream.tell()
    before, has_alpha = None, False
    for image, duration in quantize_durations(images, format.duration_unit):
        now = add_alpha(image)
        if before is None:
            first = image
            _write_header(stream, first)
        is_same = before is not None and np.array_equal(before, now)
        for ticks in split_duration(duration, _MAX_DURATION):
            if is_same:
                # The frame isn't encoded again, as lossy encoding could change it: a transparent
                # pixel is drawn instead, which changes nothing.
                data = _encode_pixels(_make_transparent_pixel(), format, EncodeOptions())
                _write_frame(stream, _FIRST, _FIRST, ticks, _ALPHA_BLENDING, data)
            else:
                rows, columns = map(_begin_at_even, find_changed_rect(before, now).slices)
                part = replace(image, pixels=image.pixels[rows, columns])
                data = _encode_pixels(part, format, options)
                _write_frame(stream, rows, columns, ticks, _DO_NOT_BLEND, data)
            has_alpha |= is_same or image.alpha
            is_same = True
        before = now
    metadata = first.metadata
    for kind, block in ((b"EXIF", exif_with_resolution(metadata)), (b"XMP ", metadata.xmp)):
        if block:
            _write_chunk(stream, kind, block)
    end = stream.tell()
    # The length of the file and alpha are known now, so the header is written again.
    stream.seek(begin)
    _write_header(stream, first, end - begin, has_alpha)
    stream.seek(end)


def _make_transparent_pixel() -> Image:
    return Image(np.zeros((1, 1, 4), np.uint8), True, Metadata(lossless=True))


def _begin_at_even(indices: slice) -> slice:
    """Return a slice that begins at an even index: the offset of a WebP frame must be even."""
    return slice(indices.start - indices.start % 2, indices.stop)


def _encode_pixels(image: Image, format: Format, options: EncodeOptions) -> bytes:
    """Return the chunks of the pixels, taken from a file that Pillow writes."""
    file = io.BytesIO()
    without_metadata = replace(image, metadata=select_encoding_hints(image.metadata))
    encode(file, without_metadata, format, options)
    content, chunks = file.getvalue(), io.BytesIO()
    for kind, start, length in find_chunks(file, len(content)):
        if kind in (ALPHA, LOSSY, LOSSLESS):
            _write_chunk(chunks, kind, content[start : start + length])
    return chunks.getvalue()


def _write_header(stream: BinaryIO, image: Image, length: int = 0, has_alpha: bool = False) -> None:
    """Write the chunks before the frames."""
    height, width, _ = image.pixels.shape
    metadata = image.metadata
    flags = (
        _ANIMATION_FLAG
        | _ICC_FLAG * bool(metadata.icc)
        | _ALPHA_FLAG * has_alpha
        | _EXIF_FLAG * bool(exif_with_resolution(metadata))
        | _XMP_FLAG * bool(metadata.xmp)
    )
    stream.write(b"RIFF" + struct.pack("<L", max(0, length - 8)) + b"WEBP")
    _write_chunk(stream, b"VP8X", struct.pack("<L", flags) + _encode_uint24(width - 1, height - 1))
    if metadata.icc:
        _write_chunk(stream, b"ICCP", metadata.icc)
    loop_count = min(metadata.loop_count or 0, _MAX_LOOP_COUNT)
    _write_chunk(stream, b"ANIM", struct.pack("<LH", 0, loop_count))


def _write_frame(
    stream: BinaryIO, rows: slice, columns: slice, ticks: int, blending: int, data: bytes
) -> None:
    """Write a frame that covers these rows and columns."""
    height, width = rows.stop - rows.start, columns.stop - columns.start
    header = _encode_uint24(columns.start // 2, rows.start // 2, width - 1, height - 1, ticks)
    _write_chunk(stream, FRAME, header + bytes([blending]) + data)


def _encode_uint24(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(3, "little") for number in numbers)


def _write_chunk(stream: BinaryIO, kind: bytes, data: bytes) -> None:
    stream.write(kind + struct.pack("<L", len(data)) + data + bytes(len(data) % 2))


CODEC = Codec(PillowReader(WebPImageFile, read_metadata).decode, encode, encode_frames)
