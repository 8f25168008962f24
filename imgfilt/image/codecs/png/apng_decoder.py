"""An animated PNG, read: its frames composed as the APNG specification says, at 8 or 16 bits."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

import numpy as np

from ....dtypes import white_level
from ....errors import ImageError
from ...animation import add_alpha, as_single_image, drop_opaque_alpha
from ...formats import Format
from ...image import Image, ImageHeader, Metadata, Pixels
from ...metadata.transfer import apply_orientation
from ...read_options import ReadOptions
from . import still
from .chunks import Chunk, Header, Place, content, pixels_only, write

KEPT, CLEARED, RESTORED = 0, 1, 2  # what becomes of a frame's place after it (dispose_op)
PUT = 0  # its pixels replace what is there; else they are laid over it (blend_op)

_CONTROL = struct.Struct(">4xLLLLHHBB")
_NUMBER = 4  # bytes of the number before the pixels of an fdAT
_MOST = 2**31 - 1


@dataclass(frozen=True)
class _Frame:
    """A frame as fcTL describes it, and where its pixels stand; by default all of the canvas."""

    width: int
    height: int
    left: int = 0
    top: int = 0
    delay_numerator: int = 0
    delay_denominator: int = 1
    disposal: int = KEPT
    blend: int = PUT
    pixels: list[Place] = field(default_factory=list)

    @property
    def duration(self) -> float:
        """How long it is shown, in milliseconds; a denominator of 0 means 100."""
        return 1000 * self.delay_numerator / (self.delay_denominator or 100)

    @property
    def place(self) -> tuple[slice, slice]:
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)


def control(stream: BinaryIO, found: list[Place]) -> tuple[int, int] | None:
    """Return the number of frames and of loops that a PNG says it has; None for a still one."""
    kinds = [place.kind for place in found]
    if kinds.count(b"acTL") != 1 or b"acTL" not in kinds[: kinds.index(b"IDAT")]:
        return None
    count, loop_count = struct.unpack(">LL", content(stream, found[kinds.index(b"acTL")]))
    return (count, loop_count) if 0 < count <= _MOST else None


def decode(
    stream: BinaryIO,
    format: Format,
    options: ReadOptions,
    found: list[Place],
    said: Metadata,
    count: int,
    loop_count: int,
) -> Iterator[Image]:
    """Give the frames as a viewer composes them, after the still picture before them, if any.

    Parameters
    ----------
    stream : binary stream
    form : Format
    request : Request
    found : list of Place
        Where the file's chunks are.
    said : Metadata
        What the file says beside its pixels.
    count, loop_count : int
        As `control` returns them.

    Yields
    ------
    Image
        A frame, decoded when it is asked for.
    """
    header = Header.read(stream)
    options.check_size(header.width, header.height)
    frames, has_still = _frames(stream, found, header)
    if len(frames) != count:
        number = "1 frame" if count == 1 else f"{count} frames"
        raise ImageError(f"truncated or broken: says it has {number}, but holds {len(frames)}")
    total = count + has_still
    wanted = options.select_frames(total, total * header.width * header.height)
    part = ReadOptions(max_pixels=options.max_pixels)
    first = still.read(pixels_only(stream, found), format, part)
    colours = first.pixels.shape[2] - first.alpha
    shape = header.height, header.width, colours
    options.check_header(ImageHeader(first.pixels.dtype, shape, False, total))
    metadata = replace(said, loop_count=loop_count)
    if has_still and 0 in wanted:
        yield _given(first.pixels, first.alpha, metadata, None, wanted, total)
    shared = [place for place in found if place.kind in (b"PLTE", b"tRNS")]
    canvas = np.zeros_like(add_alpha(first))
    for index, frame in enumerate(frames[: wanted.stop - has_still], has_still):
        size = header._replace(width=frame.width, height=frame.height)
        image = still.read(_rebuilt(stream, size, shared + frame.pixels), format, part)
        area = canvas[frame.place]
        before = area.copy()
        area[...] = add_alpha(image) if frame.blend == PUT else _over(add_alpha(image), area)
        if index in wanted:
            yield _given(canvas.copy(), True, metadata, frame.duration, wanted, total)
        if frame.disposal == CLEARED or (frame.disposal == RESTORED and index == has_still):
            area[...] = 0
        elif frame.disposal == RESTORED:
            area[...] = before


def _given(
    pixels: Pixels,
    alpha: bool,
    metadata: Metadata,
    duration: float | None,
    wanted: range,
    total: int,
) -> Image:
    """Return a frame upright, and a picture of its own if no other is wanted."""
    metadata = replace(metadata, duration=duration)
    image = apply_orientation(Image(*drop_opaque_alpha(pixels, alpha), metadata, frames=total))
    return image if len(wanted) == total else as_single_image(image)


def _frames(stream: BinaryIO, found: list[Place], header: Header) -> tuple[list[_Frame], bool]:
    """Return the frames, and whether the picture itself stands before them as none of them.

    They come as they stand in the file: numbers that say otherwise are the file's mistake.
    """
    frames: list[_Frame] = []
    has_still = False
    for place in found:
        if place.kind == b"fcTL":
            frame = _Frame(*_CONTROL.unpack(content(stream, place)))
            if not (
                0 < frame.width <= header.width - frame.left
                and 0 < frame.height <= header.height - frame.top
            ):
                raise ImageError(f"frame {len(frames)} lies outside its picture")
            frames.append(frame)
        elif place.kind == b"IDAT" and not frames:
            has_still = True
        elif place.kind == b"IDAT" or (place.kind == b"fdAT" and frames):
            frames[-1].pixels.append(place)
    return [frame for frame in frames if frame.pixels], has_still


def _rebuilt(stream: BinaryIO, header: Header, kept: list[Place]) -> BinaryIO:
    """Return a still PNG of this size and these chunks; what fdAT holds becomes its pixels."""
    file = io.BytesIO()
    write(file, _still_chunks(stream, header, kept))
    return file


def _still_chunks(stream: BinaryIO, header: Header, kept: list[Place]) -> Iterator[Chunk]:
    yield header.chunk
    for place in kept:
        held = content(stream, place)
        if place.kind == b"fdAT":
            yield b"IDAT", held[_NUMBER:]
        else:
            yield place.kind, held


def _over(above: Pixels, below: Pixels) -> Pixels:
    """Lay pixels with alpha over others; rounded once, and exact where alpha is all or nothing."""
    white = white_level(above.dtype)
    cover, ground = (pixels[:, :, -1:] / white for pixels in (above, below))
    through = ground * (1 - cover)
    alpha = cover + through
    mixed = above[:, :, :-1] * cover + below[:, :, :-1] * through
    colour = np.divide(mixed, alpha, out=below[:, :, :-1].astype(np.float64), where=alpha > 0)
    mixed = np.concatenate((colour, alpha * white), axis=2)
    levels: Pixels = np.rint(mixed).astype(above.dtype)
    return levels
