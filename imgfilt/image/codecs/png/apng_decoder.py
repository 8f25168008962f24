"""Read an APNG: frames are composed as the APNG specification says, at 8 or 16 bits.

Pillow reduces 16-bit colour to 8 bits, composes DISPOSE_PREVIOUS wrongly, and with BLEND_OVER
computes a wrong alpha.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO, NamedTuple

import numpy as np

from ....dtypes import white_level
from ....errors import ImageError
from ...animation import add_alpha, as_single_image, drop_opaque_alpha
from ...formats import Format
from ...image import Image, ImageHeader, Metadata, Pixels
from ...metadata.transfer import apply_orientation
from ...read_options import ReadOptions
from . import still
from .chunks import Chunk, ChunkRef, Ihdr, read_data, without_metadata, write_chunks

DISPOSE_NONE, DISPOSE_BACKGROUND, DISPOSE_PREVIOUS = 0, 1, 2
BLEND_SOURCE, BLEND_OVER = 0, 1

_FRAME_CONTROL = struct.Struct(">4xLLLLHHBB")
_SEQUENCE_NUMBER = 4  # bytes before the pixels in fdAT
_MAX_FRAMES = 2**31 - 1


class AnimationControl(NamedTuple):
    """The fields of acTL; a loop count of 0 means without end."""

    frames: int
    loop_count: int


@dataclass(frozen=True)
class _Frame:
    """The fields of fcTL, and in `data` the chunks of the pixels."""

    width: int
    height: int
    left: int
    top: int
    delay_numerator: int
    delay_denominator: int
    disposal: int
    blend: int
    data: list[ChunkRef] = field(default_factory=list)

    @property
    def duration(self) -> float:
        """The duration in milliseconds; a denominator of 0 means 100."""
        return 1000 * self.delay_numerator / (self.delay_denominator or 100)

    @property
    def area(self) -> tuple[slice, slice]:
        """The rows and columns that the frame covers."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)


def read_control(stream: BinaryIO, chunks: list[ChunkRef]) -> AnimationControl | None:
    """Return the fields of acTL; None for a PNG that isn't animated."""
    types = [chunk.type for chunk in chunks]
    if types.count(b"acTL") != 1 or b"acTL" not in types[: types.index(b"IDAT")]:
        return None
    control = struct.unpack(">LL", read_data(stream, chunks[types.index(b"acTL")]))
    return AnimationControl(*control) if 0 < control[0] <= _MAX_FRAMES else None


def decode(
    stream: BinaryIO,
    format: Format,
    options: ReadOptions,
    chunks: list[ChunkRef],
    metadata: Metadata,
    control: AnimationControl,
) -> Iterator[Image]:
    """Yield the still picture before the animation, if any, and then the frames.

    Parameters
    ----------
    stream : binary stream
    format : Format
    options : ReadOptions
    chunks : list of ChunkRef
        All chunks of the file.
    metadata : Metadata
    control : AnimationControl

    Yields
    ------
    Image
        A frame as a viewer composes it; it is decoded when the caller takes it.

    Raises
    ------
    ImageError
        When a frame is broken or outside the picture, or the number of frames is wrong.
    """
    header = Ihdr.read(stream)
    options.check_size(header.width, header.height)
    frames, has_still = _read_frames(stream, chunks, header)
    if len(frames) != control.frames:
        number = "1 frame" if control.frames == 1 else f"{control.frames} frames"
        raise ImageError(f"truncated or broken: says it has {number}, but holds {len(frames)}")
    total = control.frames + has_still
    wanted = options.select_frames(total, total * header.width * header.height)

    def decode_still(file: BinaryIO) -> Image:
        return still.decode(file, format, options._replace(on_header=None))

    first = decode_still(without_metadata(stream, chunks))
    shape = header.height, header.width, first.pixels.shape[2] - first.alpha
    options.check_header(ImageHeader(first.pixels.dtype, shape, False, total))
    if options.header_only:
        times = [*([None] * has_still), *(frame.duration for frame in frames)]
        for time in times:
            timeline = metadata._replace(loop_count=control.loop_count, duration=time)
            yield options.without_pixels(first.header._replace(frames=total), timeline)
        return
    shared = [chunk for chunk in chunks if chunk.type in (b"PLTE", b"tRNS")]
    needed = frames[: wanted.stop - has_still]
    files = (_build_still_file(stream, header, shared, frame) for frame in needed)
    pictures = (add_alpha(decode_still(file)) for file in files)
    shown = _compose(np.zeros_like(add_alpha(first)), zip(needed, pictures, strict=True))
    if has_still:
        shown = chain([(first.pixels, None)], shown)
    for index, (pixels, duration) in enumerate(shown):
        if index in wanted:
            has_alpha = duration is not None or first.alpha
            timeline = metadata._replace(loop_count=control.loop_count, duration=duration)
            pixels, alpha = drop_opaque_alpha(pixels.copy(), has_alpha)
            image = apply_orientation(Image(pixels, alpha, timeline, frames=total))
            yield image if len(wanted) == total else as_single_image(image)


def _compose(
    canvas: Pixels, frames: Iterable[tuple[_Frame, Pixels]]
) -> Iterator[tuple[Pixels, float | None]]:
    """Yield (canvas, duration) after each frame; all canvases (H, W, C) are one reused array."""
    for number, (frame, pixels) in enumerate(frames):
        area = canvas[frame.area]
        before = area.copy()
        area[...] = pixels if frame.blend == BLEND_SOURCE else _blend_over(pixels, area)
        yield canvas, frame.duration
        if frame.disposal == DISPOSE_PREVIOUS and number:
            area[...] = before
        elif frame.disposal in (DISPOSE_BACKGROUND, DISPOSE_PREVIOUS):
            area[...] = 0


def _read_frames(
    stream: BinaryIO, chunks: list[ChunkRef], header: Ihdr
) -> tuple[list[_Frame], bool]:
    """Return (frames in the order of the file, whether the first one is a still picture).

    The sequence numbers are ignored: in some files they are wrong.
    """
    frames: list[_Frame] = []
    has_still = False
    for chunk in chunks:
        if chunk.type == b"fcTL":
            frame = _Frame(*_FRAME_CONTROL.unpack(read_data(stream, chunk)))
            if not (
                0 < frame.width <= header.width - frame.left
                and 0 < frame.height <= header.height - frame.top
            ):
                raise ImageError(f"frame {len(frames)} lies outside its picture")
            frames.append(frame)
        elif chunk.type == b"IDAT" and not frames:
            has_still = True
        elif chunk.type == b"IDAT" or (chunk.type == b"fdAT" and frames):
            frames[-1].data.append(chunk)
    return [frame for frame in frames if frame.data], has_still


def _build_still_file(
    stream: BinaryIO, header: Ihdr, shared: list[ChunkRef], frame: _Frame
) -> BinaryIO:
    """Return a PNG file with a frame as its only picture; the data of fdAT becomes IDAT."""
    file = io.BytesIO()
    size = header._replace(width=frame.width, height=frame.height)
    write_chunks(file, _build_still_chunks(stream, size, shared + frame.data))
    return file


def _build_still_chunks(stream: BinaryIO, header: Ihdr, chunks: list[ChunkRef]) -> Iterator[Chunk]:
    yield header.chunk
    for chunk in chunks:
        data = read_data(stream, chunk)
        if chunk.type == b"fdAT":
            yield b"IDAT", data[_SEQUENCE_NUMBER:]
        else:
            yield chunk.type, data


def _blend_over(above: Pixels, below: Pixels) -> Pixels:
    """Return pixels with alpha blended over others; exact where the upper alpha is 0 or full."""
    white = white_level(above.dtype)
    upper, lower = (pixels[:, :, -1:] / white for pixels in (above, below))
    remaining = lower * (1 - upper)
    alpha = upper + remaining
    mixed = above[:, :, :-1] * upper + below[:, :, :-1] * remaining
    colour = np.divide(mixed, alpha, out=below[:, :, :-1].astype(np.float64), where=alpha > 0)
    mixed = np.concatenate((colour, alpha * white), axis=2)
    levels: Pixels = np.rint(mixed).astype(above.dtype)
    return levels
