"""Reading with Pillow: its modes to arrays, its words to metadata."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import PIL
import PIL.Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from ...dtypes import white_level
from ...errors import ImageError
from ...geometry import row_blocks
from ..animation import as_single_image, drop_opaque_alpha
from ..formats import Format
from ..image import Image, ImageHeader, Metadata, Pixels
from ..metadata import exif
from ..metadata.resolution import NO_UNIT
from ..metadata.transfer import apply_orientation
from ..read_options import ReadOptions
from . import avif, bmp, jpeg, jpeg2000, webp_chunks

# Pillow's mode -> the one whose channels are read, by strips; alpha is added for a transparent
# colour. What is not here (32-bit integers, L*a*b*, HSV) is no picture that filters know.
MODES = {
    "1": "L", "L": "L", "LA": "LA", "La": "LA", "I;16": "I;16", "I;16B": "I;16B",
    "P": "RGB", "PA": "RGBA", "RGB": "RGB", "RGBX": "RGB", "RGBA": "RGBA", "RGBa": "RGBA",
    "YCbCr": "RGB", "CMYK": "CMYK",
}  # fmt: skip

# By format: what reads of a file beside its pixels what Pillow doesn't tell.
BESIDE: dict[str, Callable[[BinaryIO], Metadata]] = {
    "JPEG": jpeg.read_metadata,
    "JPEG 2000": jpeg2000.read_metadata,
    "AVIF": avif.read_metadata,
    "WebP": webp_chunks.read_beside,
    "BMP": bmp.read_beside,
}

# By format: raises ImageError for a file that Pillow would narrow, or can't read.
_CHECKS: dict[str, Callable[[BinaryIO], None]] = {
    "JPEG": jpeg.check_kind,
    "JPEG 2000": jpeg2000.check_depth,
    "AVIF": avif.check_depth,
}
WITH_ALPHA = ("LA", "RGBA")


@contextmanager
def open_file(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[ImageFile]:
    """Open a file as this format and no other; its size is checked."""
    if format.label == "AVIF":
        avif.limit_threads()
    stream.seek(0)
    try:
        codecs = ["BMP", "DIB"] if format.label == "BMP" else [format.pillow_name]
        with PIL.Image.open(stream, formats=codecs) as file:
            options.check_size(*file.size)
            yield file
    except PIL.UnidentifiedImageError as error:
        # Its own words show the stream as Python sees it.
        raise ImageError(f"truncated or broken {format.label}") from error
    except PIL.Image.DecompressionBombError as error:
        raise options.too_large(f"more than {options.max_pixels} pixels") from error


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read what Pillow reads whole: JPEG, WebP, AVIF, BMP, JPEG 2000."""
    if format.label in _CHECKS:
        _CHECKS[format.label](stream)
    whole = stream
    if format.label == "JPEG 2000":
        stream = jpeg2000.without_data_after(stream)
    with open_file(stream, format, options) as file:
        count = _frame_count(file)
        wanted = options.select_frames(count, count * file.width * file.height)
        check_header(options, file, count, composed=count > 1)
    lossless = format.label == "WebP" and webp_chunks.is_lossless(stream)
    words = replace(beside(whole, format), lossless=lossless)
    if count == 1:
        # Pillow's copy of the pixels, a third larger than ours, is gone when ours are given.
        yield _only(stream, format, options, words)
        return
    with open_file(stream, format, options) as file:
        for index in wanted:
            file.seek(index)
            if len(wanted) < count:
                yield as_single_image(_composed(file, count, words))
            else:
                yield _composed(file, count, words)


def _frame_count(file: ImageFile) -> int:
    """Return how many frames a file has. A phone's MPO is its first picture."""
    return 1 if file.format == "MPO" else getattr(file, "n_frames", 1)


def _only(stream: BinaryIO, format: Format, options: ReadOptions, words: Metadata) -> Image:
    with open_file(stream, format, options) as file:
        pixels, alpha = read_pixels(file)
        quantization = None
        if isinstance(file, JpegImageFile):
            quantization = jpeg.read_tables(file)
        words = replace(metadata(file, words), jpeg=quantization)
        return apply_orientation(Image(pixels, alpha, words))


def _composed(file: ImageFile, count: int, words: Metadata) -> Image:
    """Return the frame that an animation is at, with alpha if anything is seen through."""
    pixels, alpha = read_pixels(file)
    info = file.info
    words = replace(
        metadata(file, words),
        duration=info.get("duration", 0),
        loop_count=info.get("loop", 0),
    )
    return apply_orientation(Image(*drop_opaque_alpha(pixels, alpha), words, count))


def read_pixels(file: ImageFile) -> tuple[Pixels, bool]:
    """Return the pixels of shape (H, W, C), and whether the last channel is alpha."""
    file.load()
    mode, dtype, shape, key = _stored(file)
    pixels = np.empty(shape, dtype)
    copy_pixels(file, mode, pixels)
    if key is not None:
        return apply_transparency(pixels, key), True
    return pixels, mode in WITH_ALPHA


def check_header(
    options: ReadOptions, file: ImageFile, frames: int = 1, *, composed: bool = False
) -> None:
    """Have the caller check what a file holds, before it is decoded.

    Of `composed` frames it isn't known yet whether they have alpha.
    """
    mode, dtype, (height, width, channels), key = _stored(file)
    alpha, keyed = mode in WITH_ALPHA, key is not None
    if composed:
        shape = height, width, channels - alpha
        options.check_header(ImageHeader(dtype, shape, False, frames))
    else:
        shape = height, width, channels + keyed
        options.check_header(ImageHeader(dtype, shape, alpha or keyed, frames))


def _stored(file: ImageFile) -> tuple[str, npt.DTypeLike, tuple[int, int, int], Any]:
    """Return the mode to read, its depth and shape, and the level that is transparent, if any."""
    if file.mode not in MODES:
        raise ImageError(f"holds pixels of a kind that can't be filtered (Pillow's {file.mode})")
    key = None if file.mode == "P" else file.info.get("transparency")
    mode = "RGBA" if file.mode == "P" and file.has_transparency_data else MODES[file.mode]
    dtype = np.uint16 if mode.startswith("I;16") else np.uint8
    return mode, dtype, (file.height, file.width, len(PIL.Image.new(mode, (1, 1)).getbands())), key


def copy_pixels(file: PIL.Image.Image, mode: str, target: Pixels) -> None:
    """Copy levels to an array by as Pillow converts them to a mode."""
    for rows in row_blocks(file.height, target[0].size):
        strip = file.crop((0, rows.start, file.width, rows.stop))
        if strip.mode != "P":
            strip.info.pop("transparency", None)
        values = np.asarray(strip if strip.mode == mode else strip.convert(mode))
        target[rows] = values.reshape(target[rows].shape)


def apply_transparency(pixels: Pixels, key: npt.ArrayLike) -> Pixels:
    """Add alpha to pixels: transparent where they have the key's levels, elsewhere opaque."""
    opaque = np.any(pixels != np.asarray(key), axis=2, keepdims=True)
    scale = white_level(pixels.dtype)
    return np.concatenate((pixels, opaque * np.array(scale, pixels.dtype)), axis=2)


def beside(stream: BinaryIO, format: Format) -> Metadata:
    """Return what a file says that Pillow doesn't tell; nothing malformed stops its picture."""
    if format.label not in BESIDE:
        return Metadata()
    try:
        return BESIDE[format.label](stream)
    except (struct.error, ValueError, IndexError):
        return Metadata(unread=("broken metadata",))


def metadata(file: ImageFile, beside: Metadata) -> Metadata:
    """Add to what was read of a file beside its pixels what Pillow tells."""
    block, said = file.info.get("exif"), beside.resolution
    if file.format == "AVIF":
        # Pillow writes the block anew where the container turns the picture.
        *_, block, way, _ = file._decoder.get_info()  # type: ignore[attr-defined]
        block = exif.set_orientation(exif.normalize_block(block), way)
    xmp = file.info.get("xmp")
    icc = beside.icc or file.info.get("icc_profile") or None
    if icc and file.format == "AVIF":
        # The profile counts; in a PNG the codes would.
        beside = replace(beside, colour={})
    block = beside.exif or exif.normalize_block(block)
    if said is None or said.unit == NO_UNIT:
        said = exif.block_resolution(block) or said
    return replace(
        beside,
        icc=icc,
        exif=block,
        xmp=beside.xmp or (xmp.encode() if isinstance(xmp, str) else xmp) or None,
        resolution=said,
    )
