"""Read an APNG: frames are composed as the APNG specification says, at 8 or 16 bits.

Pillow narrows 16-bit colour, composes DISPOSE_PREVIOUS wrongly, and blends alpha itself with
BLEND_OVER.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
from .chunks import Chunk, ChunkRef, Header, read_data, without_metadata, write_chunks

DISPOSE_NONE, DISPOSE_BACKGROUND, DISPOSE_PREVIOUS = 0, 1, 2
BLEND_SOURCE, BLEND_OVER = 0, 1

_FRAME_CONTROL = struct.Struct(">4xLLLLHHBB")
_SEQUENCE_NUMBER = 4  # bytes before the pixels in fdAT
_MAX_FRAMES = 2**31 - 1


class AnimationControl(NamedTuple):
    """The fields of acTL; a loop count of 0 means for ever."""

    frames: int
    loop_count: int


@dataclass(frozen=True)
class _Frame:
    """The fields of fcTL, and the chunks of the pixels."""

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
        """Milliseconds; a denominator of 0 means 100."""
        return 1000 * self.delay_numerator / (self.delay_denominator or 100)

    @property
    def area(self) -> tuple[slice, slice]:
        """Its rows and columns."""
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
    """Yield the still picture before the animation, if there is one, and the frames.

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
        A frame as a viewer composes it; a generator decodes one at a time.

    Raises
    ------
    ImageError
        When a frame is broken or outside the picture, or the number of frames is wrong.
    """
    header = Header.read(stream)
    options.check_size(header.width, header.height)
    frames, has_still = _read_frames(stream, chunks, header)
    if len(frames) != control.frames:
        number = "1 frame" if control.frames == 1 else f"{control.frames} frames"
        raise ImageError(f"truncated or broken: says it has {number}, but holds {len(frames)}")
    total = control.frames + has_still
    wanted = options.select_frames(total, total * header.width * header.height)
    # A frame is decoded as a still picture, without checking the header of the animation again.
    options_of_frame = ReadOptions(max_pixels=options.max_pixels)
    first = still.decode(without_metadata(stream, chunks), format, options_of_frame)
    shape = header.height, header.width, first.pixels.shape[2] - first.alpha
    options.check_header(ImageHeader(first.pixels.dtype, shape, False, total))
    metadata = replace(metadata, loop_count=control.loop_count)

    def finish(pixels: Pixels, alpha: bool, duration: float | None) -> Image:
        timed = replace(metadata, duration=duration)
        image = apply_orientation(Image(*drop_opaque_alpha(pixels, alpha), timed, frames=total))
        return image if len(wanted) == total else as_single_image(image)

    if has_still and 0 in wanted:
        yield finish(first.pixels, first.alpha, None)
    shared = [chunk for chunk in chunks if chunk.type in (b"PLTE", b"tRNS")]
    canvas = np.zeros_like(add_alpha(first))
    for index, frame in enumerate(frames[: wanted.stop - has_still], has_still):
        size = header._replace(width=frame.width, height=frame.height)
        file = _still_file(stream, size, shared + frame.data)
        pixels = add_alpha(still.decode(file, format, options_of_frame))
        area = canvas[frame.area]
        before = area.copy()
        area[...] = pixels if frame.blend == BLEND_SOURCE else _blend_over(pixels, area)
        if index in wanted:
            yield finish(canvas.copy(), True, frame.duration)
        if frame.disposal == DISPOSE_PREVIOUS and index > has_still:
            area[...] = before
        elif frame.disposal in (DISPOSE_BACKGROUND, DISPOSE_PREVIOUS):
            area[...] = 0


def _read_frames(
    stream: BinaryIO, chunks: list[ChunkRef], header: Header
) -> tuple[list[_Frame], bool]:
    """Return the frames in the order of the file, and whether a still picture is before them.

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


def _still_file(stream: BinaryIO, header: Header, chunks: list[ChunkRef]) -> BinaryIO:
    """Return a still PNG with this header and these chunks; the data of fdAT becomes IDAT."""
    file = io.BytesIO()
    write_chunks(file, _still_chunks(stream, header, chunks))
    return file


def _still_chunks(stream: BinaryIO, header: Header, chunks: list[ChunkRef]) -> Iterator[Chunk]:
    yield header.chunk
    for chunk in chunks:
        data = read_data(stream, chunk)
        if chunk.type == b"fdAT":
            yield b"IDAT", data[_SEQUENCE_NUMBER:]
        else:
            yield chunk.type, data


def _blend_over(above: Pixels, below: Pixels) -> Pixels:
    """Blend pixels with alpha over others; exact where the upper alpha is 0 or full."""
    white = white_level(above.dtype)
    upper, lower = (pixels[:, :, -1:] / white for pixels in (above, below))
    remaining = lower * (1 - upper)
    alpha = upper + remaining
    mixed = above[:, :, :-1] * upper + below[:, :, :-1] * remaining
    colour = np.divide(mixed, alpha, out=below[:, :, :-1].astype(np.float64), where=alpha > 0)
    mixed = np.concatenate((colour, alpha * white), axis=2)
    levels: Pixels = np.rint(mixed).astype(above.dtype)
    return levels
