"""Read pictures with Pillow: modes to arrays, info to metadata."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
import PIL
import PIL.Image
from PIL.ImageFile import ImageFile

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

# By the mode of a Pillow image: the mode to which its strips are converted. A transparent colour
# then becomes alpha. Other modes (32-bit integers, L*a*b*, HSV) can't be filtered.
MODES = {
    "1": "L", "L": "L", "LA": "LA", "La": "LA", "I;16": "I;16", "I;16B": "I;16B",
    "P": "RGB", "PA": "RGBA", "RGB": "RGB", "RGBX": "RGB", "RGBA": "RGBA", "RGBa": "RGBA",
    "YCbCr": "RGB", "CMYK": "CMYK",
}  # fmt: skip
WITH_ALPHA = ("LA", "RGBA")


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
def open_file(
    stream: BinaryIO, format: Format, options: ReadOptions, decoders: tuple[str, ...] = ()
) -> Iterator[ImageFile]:
    """Open a file with Pillow's decoder of this format only, and check its size.

    Parameters
    ----------
    stream : binary stream
    format : Format
    options : ReadOptions
        ImageError if the file is broken or has more pixels than `options` allow.
    decoders : tuple of str
        As in PillowReader.
    """
    stream.seek(0)
    try:
        with PIL.Image.open(stream, formats=decoders or [format.pillow_name]) as file:
            options.check_size(*file.size)
            yield file
    except PIL.UnidentifiedImageError as error:
        # Pillow's message would show the stream as Python prints it.
        raise ImageError(f"truncated or broken {format.label}") from error
    except PIL.Image.DecompressionBombError as error:
        raise options.too_large_error(f"more than {options.max_pixels} pixels") from error


@dataclass(frozen=True)
class PillowReader:
    """Reads the files of one format with Pillow.

    Parameters
    ----------
    read_metadata : function (stream) -> Metadata
        Reads what Pillow doesn't read.
    check : function (stream), optional
        Raises ImageError if Pillow would reduce the depth or can't read the file.
    select_picture : function (stream) -> stream, optional
        Returns the part of the file that Pillow is to read.
    add_metadata : function (metadata, file) -> Metadata, optional
        Returns the metadata with what Pillow's open file knows of this format only.
    decoders : tuple of str
        Pillow's names of its decoders; by default the format's.
    """

    read_metadata: Callable[[BinaryIO], Metadata]
    check: Callable[[BinaryIO], None] | None = None
    select_picture: Callable[[BinaryIO], BinaryIO] | None = None
    add_metadata: Callable[[Metadata, ImageFile], Metadata] | None = None
    decoders: tuple[str, ...] = ()

    def decode(self, stream: BinaryIO, format: Format, options: ReadOptions) -> Iterator[Image]:
        """Read a file; see Codec."""
        if self.check is not None:
            self.check(stream)
        part = stream if self.select_picture is None else self.select_picture(stream)
        with open_file(part, format, options, self.decoders) as file:
            # Of a phone's MPO, a JPEG, only the first picture is read.
            count = getattr(file, "n_frames", 1) if format.frames else 1
            wanted = options.select_frames(count, count * file.width * file.height)
            check_header(options, file, count)
        metadata = self._try_read_metadata(stream)
        if count == 1:
            # A separate function frees Pillow's copy of the pixels before the yield.
            yield self._decode_single(part, format, options, metadata)
            return
        with open_file(part, format, options, self.decoders) as file:
            for index in wanted:
                file.seek(index)
                image = self._decode_frame(file, count, metadata)
                yield as_single_image(image) if len(wanted) < count else image

    def _try_read_metadata(self, stream: BinaryIO) -> Metadata:
        """Return the metadata that Pillow doesn't read; broken metadata raises no error."""
        try:
            return self.read_metadata(stream)
        except (struct.error, ValueError, IndexError):
            return Metadata(unread=("broken metadata",))

    def _decode_single(
        self, stream: BinaryIO, format: Format, options: ReadOptions, metadata: Metadata
    ) -> Image:
        with open_file(stream, format, options, self.decoders) as file:
            pixels, alpha = read_pixels(file)
            return apply_orientation(
                Image(pixels, alpha, self._add_pillow_metadata(metadata, file))
            )

    def _decode_frame(self, file: ImageFile, count: int, metadata: Metadata) -> Image:
        """Return the current frame of an animation; opaque alpha is dropped."""
        pixels, alpha = read_pixels(file)
        metadata = replace(
            self._add_pillow_metadata(metadata, file),
            duration=file.info.get("duration", 0),
            loop_count=file.info.get("loop", 0),
        )
        return apply_orientation(Image(*drop_opaque_alpha(pixels, alpha), metadata, count))

    def _add_pillow_metadata(self, metadata: Metadata, file: ImageFile) -> Metadata:
        """Return metadata with the fields added that Pillow reads."""
        if self.add_metadata is not None:
            metadata = self.add_metadata(metadata, file)
        block = metadata.exif or exif.normalize_block(file.info.get("exif"))
        xmp = file.info.get("xmp")
        found = metadata.resolution
        if found is None or found.unit == NO_UNIT:
            found = exif.resolution_from_block(block) or found
        return replace(
            metadata,
            icc=metadata.icc or file.info.get("icc_profile") or None,
            exif=block,
            xmp=metadata.xmp or (xmp.encode() if isinstance(xmp, str) else xmp) or None,
            resolution=found,
        )


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
