"""Pixels of Pillow's images: modes to arrays, and arrays to modes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import PIL.Image
from PIL.ImageFile import ImageFile

from ...dtypes import white_level
from ...errors import ImageError
from ...geometry import row_blocks
from ..image import Image, ImageHeader, Pixels
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


def read_pixels(file: ImageFile) -> tuple[Pixels, bool]:
    """Return (pixels of shape (H, W, C), whether the last channel is alpha)."""
    file.load()
    mode, dtype, shape, transparency = _Layout.of(file)
    pixels = np.empty(shape, dtype)
    copy_pixels(file, mode, pixels)
    if transparency is not None:
        return apply_transparency(pixels, transparency), True
    return pixels, mode in WITH_ALPHA


def check_header(options: ReadOptions, file: ImageFile, frames: int = 1) -> ImageHeader:
    """Call `options.check_header` with the header of a file that isn't decoded yet; return that.

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
        header = ImageHeader(dtype, (height, width, channels - alpha), False, frames)
    else:
        shape = height, width, channels + is_keyed
        header = ImageHeader(dtype, shape, alpha or is_keyed, frames)
    options.check_header(header)
    return header


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


def to_pillow(image: Image) -> PIL.Image.Image:
    """Return a Pillow image of an 8-bit picture, or of 16-bit grey."""
    height, width, channels = image.pixels.shape
    mode = {
        1: "L" if image.pixels.itemsize == 1 else "I;16",
        2: "LA",
        3: "RGB",
        4: "RGBA" if image.alpha else "CMYK",
    }[channels]
    return PIL.Image.frombuffer(mode, (width, height), image.pixels, "raw", mode, 0, 1)
