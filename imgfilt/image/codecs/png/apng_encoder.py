"""Animated PNG, written: of each frame what changed, at 8 or 16 bits, put in place of what was."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from typing import BinaryIO

from ....errors import ImageError
from ...animation import (
    DEFAULT_DURATION,
    add_alpha,
    changed_rect,
    require_same_size,
    starts_with_still,
)
from ...formats import Format
from ...image import Image
from . import metadata
from .chunks import Chunk, Header, write
from .still import deflated

_SHORT = 65_535
_KEPT, _PUT = 0, 0  # nothing is cleared after a frame, nothing mixed with what was before


def encode(stream: BinaryIO, images: Iterable[Image], format: Format, quality: int | None) -> None:
    """Write an animation; the still picture before one stays before it."""
    write(stream, _chunks(require_same_size(images)))


def _chunks(images: Iterator[Image]) -> Iterator[Chunk]:
    first, second = next(images), next(images)
    still = starts_with_still(first, second)
    before = add_alpha(first)
    yield Header.of(before).chunk
    yield b"acTL", struct.pack(">LL", first.frames - still, second.metadata.loop_count or 0)
    yield from metadata.chunks(first.metadata)
    number = 0
    for index, image in enumerate(chain([first, second], images)):
        now = add_alpha(image)
        if now.shape != before.shape:
            raise ImageError(f"frame {index} has other colours than the first")
        box = changed_rect(None if index <= still else before, now)
        if index >= still:
            yield b"fcTL", struct.pack(">L", number) + _control(image, *box)
            number += 1
        for content in deflated(now[box]):
            if index == 0:
                yield b"IDAT", content
            else:
                yield b"fdAT", struct.pack(">L", number) + content
                number += 1
        before = now


def _control(image: Image, rows: slice, columns: slice) -> bytes:
    """Return where a frame is put, and how long it is shown."""
    height, width = rows.stop - rows.start, columns.stop - columns.start
    place = struct.pack(">LLLL", width, height, columns.start, rows.start)
    duration = image.metadata.duration
    delay = _delay(DEFAULT_DURATION if duration is None else duration)
    return place + struct.pack(">HHBB", *delay, _KEPT, _PUT)


def _delay(duration: float) -> tuple[int, int]:
    """Return milliseconds as a fraction of seconds, as fine as its two 16-bit numbers can say.

    Examples
    --------
    >>> _delay(40), _delay(100 / 3), _delay(90_000)
    ((1, 25), (1, 30), (90, 1))
    """
    for finest in (1000, 100, 10, 1):
        seconds = Fraction(duration / 1000).limit_denominator(finest)
        if seconds.numerator <= _SHORT:
            return seconds.numerator, seconds.denominator
    return _SHORT, 1
