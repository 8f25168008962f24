"""Pillow images to Images and back: a palette and transparent colours become channels."""

from __future__ import annotations

from typing import Any

import numpy as np
import PIL.Image
from PIL.ImageMode import getmode

from ..errors import ImageError, ParameterError
from ..numbers import describe
from .codecs.pillow_reader import MODES, WITH_ALPHA, apply_transparency, copy_pixels
from .image import Image, Pixels
from .pillow_settings import strict_pillow

PillowImage = PIL.Image.Image

# Modes that come back as they are, with 16-bit levels or floats.
_DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "F")
_HINTS = {
    "I": "convert('F') makes floats of it, convert('I;16') 16-bit levels",
    "HSV": "convert('RGB') makes a picture that can be",
    "LAB": "PIL.ImageCms.profileToProfile makes RGB of it",
}
_RESULTS = {1: "L", 2: "LA", 3: "RGB"}


def from_pillow(picture: PillowImage) -> Image:
    """Return a Pillow image's pixels, as `read` would give them.

    Raises
    ------
    ParameterError
        If its mode is no picture that filters know, or it has no pixels.
    ImageError
        If its file turns out to be broken.
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
            pixels, alpha = _channels(picture)
        except ParameterError:
            raise
        except Exception as error:  # decoders raise everything there is
            words = describe(str(error) or type(error).__name__)
            raise ImageError(f"picture: a Pillow image can't be loaded: {words}") from error
    return Image(pixels, alpha)


def _channels(picture: PillowImage) -> tuple[Pixels, bool]:
    if picture.mode in _DEEP:
        mode, pixels = picture.mode, np.array(picture)[:, :, np.newaxis]
    else:
        clear = picture.mode == "P" and picture.has_transparency_data
        mode = "RGBA" if clear else MODES[picture.mode]
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


def to_pillow(image: Image, given: PillowImage) -> PillowImage:
    """Return an Image's pixels as a Pillow image, with what `given`, of which it came, says.

    In the mode of `given`, or the one that holds the channels that its mode stands for.
    """
    height, width, count = image.pixels.shape
    mode = _RESULTS.get(count) or ("RGBA" if image.alpha else "CMYK")
    if given.mode in _DEEP:
        mode = given.mode
    levels = image.pixels.astype(getmode(mode).typestr, copy=False)
    made = PIL.Image.frombytes(mode, (width, height), levels.tobytes(), "raw", mode)
    made.info = {name: value for name, value in given.info.items() if name != "transparency"}
    return made
