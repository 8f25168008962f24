"""Write an APNG at 8 or 16 bits; of each frame only the changed part is written.

Pillow reduces 16-bit colour to 8 bits, merges equal frames into one picture, fails at a long
duration, and keeps all frames in memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from typing import BinaryIO

from ....errors import ImageError
from ....geometry import Rect
from ...animation import (
    DEFAULT_DURATION,
    add_alpha,
    find_changed_rect,
    require_same_size,
    starts_with_still,
)
from ...codec import EncodeOptions
from ...formats import Format
from ...image import Image
from .chunks import Chunk, Ihdr, write_chunks
from .compression import compress_rows
from .metadata import encode_metadata

_MAX_UINT16 = 65_535
_DISPOSE_NONE, _BLEND_SOURCE = 0, 0


def encode(
    stream: BinaryIO, images: Iterable[Image], format: Format, options: EncodeOptions
) -> None:
    """Write an animation; the first image may be a still picture that is no part of it.

    Parameters
    ----------
    stream : binary stream
    images : iterable of Image
        At least two, uint8 or uint16; taken one at a time.
    format : Format
        Not used.
    options : EncodeOptions
        Its level of Deflate is used.

    Raises
    ------
    ImageError
        When frames differ in size or in the number of colours.
    """
    write_chunks(stream, _encode_chunks(require_same_size(images), options.compression))


def _encode_chunks(images: Iterator[Image], level: int | None) -> Iterator[Chunk]:
    first, second = next(images), next(images)
    has_still = starts_with_still(first, second)
    before = add_alpha(first)
    yield Ihdr.for_pixels(before).chunk
    yield b"acTL", struct.pack(">LL", first.frames - has_still, second.metadata.loop_count or 0)
    yield from encode_metadata(first.metadata)
    sequence = 0
    for index, image in enumerate(chain([first, second], images)):
        now = add_alpha(image)
        if now.shape != before.shape:
            raise ImageError(f"frame {index} has other colours than the first")
        rect = find_changed_rect(None if index <= has_still else before, now)
        if index >= has_still:
            yield b"fcTL", struct.pack(">L", sequence) + _encode_frame_control(image, rect)
            sequence += 1
        for data in compress_rows(now[rect.slices], level):
            if index == 0:
                yield b"IDAT", data
            else:
                yield b"fdAT", struct.pack(">L", sequence) + data
                sequence += 1
        before = now


def _encode_frame_control(image: Image, rect: Rect) -> bytes:
    """Return the data of fcTL after the sequence number."""
    place = struct.pack(">LLLL", rect.width, rect.height, rect.left, rect.top)
    duration = image.metadata.duration
    delay = _to_delay_fraction(DEFAULT_DURATION if duration is None else duration)
    return place + struct.pack(">HHBB", *delay, _DISPOSE_NONE, _BLEND_SOURCE)


def _to_delay_fraction(duration: float) -> tuple[int, int]:
    """Return milliseconds as (numerator, denominator) of seconds, as exact as 16-bit numbers allow.

    Examples
    --------
    >>> _to_delay_fraction(40), _to_delay_fraction(100 / 3), _to_delay_fraction(90_000)
    ((1, 25), (1, 30), (90, 1))
    """
    for max_denominator in (1000, 100, 10, 1):
        seconds = Fraction(duration / 1000).limit_denominator(max_denominator)
        if seconds.numerator <= _MAX_UINT16:
            return seconds.numerator, seconds.denominator
    return _MAX_UINT16, 1
