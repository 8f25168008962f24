"""Read JPEG, WebP, AVIF, BMP and JPEG 2000 with Pillow: modes to arrays, info to metadata."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple

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

# By the mode of a Pillow image: the mode to which its strips are converted. A transparent colour
# then becomes alpha. Other modes (32-bit integers, L*a*b*, HSV) can't be filtered.
MODES = {
    "1": "L", "L": "L", "LA": "LA", "La": "LA", "I;16": "I;16", "I;16B": "I;16B",
    "P": "RGB", "PA": "RGBA", "RGB": "RGB", "RGBX": "RGB", "RGBA": "RGBA", "RGBa": "RGBA",
    "YCbCr": "RGB", "CMYK": "CMYK",
}  # fmt: skip
WITH_ALPHA = ("LA", "RGBA")

# By format: a function that raises ImageError if Pillow would reduce the depth or can't read.
_CHECKS: dict[str, Callable[[BinaryIO], None]] = {
    "JPEG": jpeg.check_kind,
    "JPEG 2000": jpeg2000.check_depth,
    "AVIF": avif.check_depth,
}

# By format: a function that reads the metadata that Pillow doesn't read.
_METADATA_READERS: dict[str, Callable[[BinaryIO], Metadata]] = {
    "JPEG": jpeg.read_metadata,
    "JPEG 2000": jpeg2000.read_metadata,
    "AVIF": avif.read_metadata,
    "WebP": webp_chunks.read_metadata,
    "BMP": bmp.read_metadata,
}


class _Layout(NamedTuple):
    """The mode, dtype and shape of the pixels that are read from a file.

    `transparency` is the level or levels of the transparent colour, or None.
    """

    mode: str
    dtype: npt.DTypeLike
    shape: tuple[int, int, int]
    transparency: Any

    @classmethod
    def of(cls, file: ImageFile) -> _Layout:
        """Return the layout of an open file; ImageError if its mode can't be filtered."""
        if file.mode not in MODES:
            raise ImageError(
                f"holds pixels of a kind that can't be filtered (Pillow's {file.mode})"
            )
        transparency = None if file.mode == "P" else file.info.get("transparency")
        mode = "RGBA" if file.mode == "P" and file.has_transparency_data else MODES[file.mode]
        dtype = np.uint16 if mode.startswith("I;16") else np.uint8
        channels = len(PIL.Image.new(mode, (1, 1)).getbands())
        return cls(mode, dtype, (file.height, file.width, channels), transparency)


@contextmanager
def open_file(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[ImageFile]:
    """Open a file with Pillow's decoder of this format only, and check its size.

    Parameters
    ----------
    stream : binary stream
    format : Format
    options : ReadOptions
        ImageError if the file is broken or has more pixels than `options` allow.
    """
    if format.label == "AVIF":
        avif.limit_threads()
    stream.seek(0)
    try:
        codecs = ["BMP", "DIB"] if format.label == "BMP" else [format.pillow_name]
        with PIL.Image.open(stream, formats=codecs) as file:
            options.check_size(*file.size)
            yield file
    except PIL.UnidentifiedImageError as error:
        # Pillow's message would show the stream as Python prints it.
        raise ImageError(f"truncated or broken {format.label}") from error
    except PIL.Image.DecompressionBombError as error:
        raise options.too_large_error(f"more than {options.max_pixels} pixels") from error


def decode(stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
    """Read a JPEG, WebP, AVIF, BMP or JPEG 2000."""
    if format.label in _CHECKS:
        _CHECKS[format.label](stream)
    whole = stream
    if format.label == "JPEG 2000":
        stream = jpeg2000.without_data_after(stream)
    with open_file(stream, format, options) as file:
        # Of a phone's MPO only the first picture is read.
        count = 1 if file.format == "MPO" else getattr(file, "n_frames", 1)
        wanted = options.select_frames(count, count * file.width * file.height)
        check_header(options, file, count)
    lossless = format.label == "WebP" and webp_chunks.is_lossless(stream)
    metadata = _read_metadata(whole, format)._replace(lossless=lossless)
    if count == 1:
        # A separate function frees Pillow's copy of the pixels before the yield.
        yield _decode_single(stream, format, options, metadata)
        return
    with open_file(stream, format, options) as file:
        for index in wanted:
            file.seek(index)
            image = _decode_frame(file, count, metadata)
            yield as_single_image(image) if len(wanted) < count else image


def _decode_single(
    stream: BinaryIO, format: Format, options: ReadOptions, metadata: Metadata
) -> Image:
    with open_file(stream, format, options) as file:
        pixels, alpha = read_pixels(file)
        tables = jpeg.read_tables(file) if isinstance(file, JpegImageFile) else None
        metadata = _add_pillow_metadata(metadata, file)._replace(jpeg=tables)
        return apply_orientation(Image(pixels, alpha, metadata))


def _decode_frame(file: ImageFile, count: int, metadata: Metadata) -> Image:
    """Return the current frame of an animation; opaque alpha is dropped."""
    pixels, alpha = read_pixels(file)
    metadata = _add_pillow_metadata(metadata, file)._replace(
        duration=file.info.get("duration", 0),
        loop_count=file.info.get("loop", 0),
    )
    return apply_orientation(Image(*drop_opaque_alpha(pixels, alpha), metadata, count))


def read_pixels(file: ImageFile) -> tuple[Pixels, bool]:
    """Return (pixels of shape (H, W, C), whether the last channel is alpha)."""
    file.load()
    mode, dtype, shape, transparency = _Layout.of(file)
    pixels = np.empty(shape, dtype)
    copy_pixels(file, mode, pixels)
    if transparency is not None:
        return apply_transparency(pixels, transparency), True
    return pixels, mode in WITH_ALPHA


def check_header(options: ReadOptions, file: ImageFile, frames: int = 1) -> None:
    """Call `options.check_header` with the header of a file that isn't decoded yet.

    Parameters
    ----------
    options : ReadOptions
    file : Pillow image
    frames : int
        The number of frames. The header of an animation has no alpha: whether a frame has alpha is
        known after it is composed.

    Raises
    ------
    ImageError
        When the mode can't be filtered, or `options.on_header` refuses the picture.
    """
    mode, dtype, (height, width, channels), transparency = _Layout.of(file)
    alpha, is_keyed = mode in WITH_ALPHA, transparency is not None
    if frames > 1:
        shape = height, width, channels - alpha
        options.check_header(ImageHeader(dtype, shape, False, frames))
    else:
        shape = height, width, channels + is_keyed
        options.check_header(ImageHeader(dtype, shape, alpha or is_keyed, frames))


def copy_pixels(file: PIL.Image.Image, mode: str, target: Pixels) -> None:
    """Convert a Pillow image to a mode and copy its levels into `target`, strip by strip.

    Parameters
    ----------
    file : Pillow image
    mode : str
    target : array of shape (H, W, C)
        The array to fill, with the dtype and the number of channels of the mode.
    """
    for rows in row_blocks(file.height, target[0].size):
        strip = file.crop((0, rows.start, file.width, rows.stop))
        if strip.mode != "P":
            strip.info.pop("transparency", None)
        values = np.asarray(strip if strip.mode == mode else strip.convert(mode))
        target[rows] = values.reshape(target[rows].shape)


def apply_transparency(pixels: Pixels, levels: npt.ArrayLike) -> Pixels:
    """Return pixels with alpha: 0 for pixels of the transparent colour, opaque for all others."""
    opaque = np.any(pixels != np.asarray(levels), axis=2, keepdims=True)
    white = np.array(white_level(pixels.dtype), pixels.dtype)
    return np.concatenate((pixels, opaque * white), axis=2)


def _read_metadata(stream: BinaryIO, format: Format) -> Metadata:
    """Return the metadata that Pillow doesn't read; broken metadata raises no error."""
    if format.label not in _METADATA_READERS:
        return Metadata()
    try:
        return _METADATA_READERS[format.label](stream)
    except (struct.error, ValueError, IndexError):
        return Metadata(unread=("broken metadata",))


def _add_pillow_metadata(metadata: Metadata, file: ImageFile) -> Metadata:
    """Return metadata with the fields added that Pillow reads."""
    block = file.info.get("exif")
    if file.format == "AVIF":
        # Pillow rewrites EXIF in `info` if the container has an orientation.
        *_, block, orientation, _ = file._decoder.get_info()  # type: ignore[attr-defined]
        block = exif.with_orientation(exif.normalize_block(block), orientation)
    block = metadata.exif or exif.normalize_block(block)
    xmp = file.info.get("xmp")
    icc = metadata.icc or file.info.get("icc_profile") or None
    if icc and file.format == "AVIF":
        # An AVIF's profile takes precedence over its colour codes; in a PNG the codes would.
        metadata = metadata._replace(colour={})
    found = metadata.resolution
    if found is None or found.unit == NO_UNIT:
        found = exif.resolution_from_block(block) or found
    return metadata._replace(
        icc=icc,
        exif=block,
        xmp=metadata.xmp or (xmp.encode() if isinstance(xmp, str) else xmp) or None,
        resolution=found,
    )
