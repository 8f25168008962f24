"""Convert Pillow images to Images and back; palettes and transparent colours become channels."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import PIL.Image
from PIL.ImageMode import getmode

from ..errors import ImageError, ParameterError
from ..numbers import describe
from .codecs.pillow_pixels import MODES, WITH_ALPHA, apply_transparency, copy_pixels
from .codecs.pillow_reader import add_pillow_info
from .image import Image, Metadata, Pixels
from .metadata.resolution import INCH, Resolution, valid_resolution
from .metadata.transfer import apply_orientation
from .pillow_settings import strict_pillow

PillowImage = PIL.Image.Image

# Pillow modes of 16-bit levels and of floats; a filtered image gets the same mode.
_DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "F")
_HINTS = {
    "I": "convert('F') makes floats of it, convert('I;16') 16-bit levels",
    "HSV": "convert('RGB') makes a picture that can be",
    "LAB": "PIL.ImageCms.profileToProfile makes RGB of it",
}
_RESULTS = {1: "L", 2: "LA", 3: "RGB"}


def from_pillow(picture: PillowImage) -> Image:
    """Return a Pillow image as an Image, with the pixels that `read` would give.

    Raises
    ------
    ParameterError
        When the Pillow image has no pixels, or its mode can't be filtered.
    ImageError
        When the file of the Pillow image is broken.
    """
    mode, size = picture.mode, f"{picture.width} x {picture.height}"
    if not (mode in MODES or mode in _DEEP):
        hint = f"; {_HINTS[mode]}" if mode in _HINTS else ""
        raise ParameterError(f"picture: a Pillow image of mode {mode} can't be filtered{hint}")
    if 0 in picture.size:
        raise ParameterError(f"picture: a Pillow image of {size} has no pixels")
    with strict_pillow(picture.width * picture.height):
        try:
            picture.load()
            pixels, alpha = _read_channels(picture)
        except ParameterError:
            raise
        except Exception as error:  # decoders raise errors of any kind
            words = describe(str(error) or type(error).__name__)
            raise ImageError(f"picture: a Pillow image can't be loaded: {words}") from error
    return Image(pixels, alpha)


def from_pillow_upright(picture: PillowImage) -> Image:
    """Return a Pillow image as an Image with its metadata, turned upright by its orientation.

    Errors are those of `from_pillow`.
    """
    image = from_pillow(picture)
    metadata = add_pillow_info(Metadata(resolution=_read_resolution(picture)), picture)
    return apply_orientation(replace(image, metadata=metadata))


def _read_resolution(picture: PillowImage) -> Resolution | None:
    """Return the resolution that Pillow has rounded to dots per inch; None if there is none."""
    try:
        across, down = (
            Fraction(dpi).limit_denominator(1000).as_integer_ratio() for dpi in picture.info["dpi"]
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return valid_resolution(across, down, INCH)


def _read_channels(picture: PillowImage) -> tuple[Pixels, bool]:
    """Return (pixels, whether the last channel is alpha)."""
    if picture.mode in _DEEP:
        mode, pixels = picture.mode, np.array(picture)[:, :, np.newaxis]
    else:
        is_transparent = picture.mode == "P" and picture.has_transparency_data
        mode = "RGBA" if is_transparent else MODES[picture.mode]
        bands = len(PIL.Image.new(mode, (1, 1)).getbands())
        pixels = np.empty((picture.height, picture.width, bands), np.uint8)
        copy_pixels(picture, mode, pixels)
    key = picture.info.get("transparency")
    if key is None or picture.mode in ("P", "F") or mode not in (*_DEEP, "L", "RGB"):
        return pixels, mode in WITH_ALPHA
    if mode in _DEEP:
        raise ParameterError(
            "picture: a 16-bit Pillow image with a transparent level can't be filtered, as Pillow "
            "has no mode for the result; imgfilt.read takes such a file"
        )
    levels: Any = np.asarray(key)
    if levels.dtype.kind not in "iu" or levels.size != pixels.shape[2]:
        raise ParameterError(
            f"picture: its info has {describe(key)} for transparency; wanted a colour"
        )
    return apply_transparency(pixels, levels), True


def to_pillow_like(image: Image, original: PillowImage) -> PillowImage:
    """Return an Image as a Pillow image with the `info` of `original`.

    If the mode of `original` holds 16-bit levels or floats, the result has this mode; otherwise
    the number of channels decides.
    """
    height, width, count = image.pixels.shape
    mode = _RESULTS.get(count) or ("RGBA" if image.alpha else "CMYK")
    if original.mode in _DEEP:
        mode = original.mode
    levels = image.pixels.astype(getmode(mode).typestr, copy=False)
    result = PIL.Image.frombytes(mode, (width, height), levels.tobytes(), "raw", mode)
    result.info = {name: value for name, value in original.info.items() if name != "transparency"}
    return result
