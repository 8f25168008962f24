"""Take a picture of any kind that Python programs have as an Image."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import as_picture_array
from ..lazy import is_instance
from .formats import ALPHA_CHANNELS
from .image import Image


def to_image(picture: Any, name: str = "picture") -> Image:
    """Return an array, a Pillow image or an Image as an Image.

    Parameters
    ----------
    picture : (H, W) or (H, W, C) array, Pillow image, or Image
        An array of 2 or 4 channels ends in alpha; `Image(array)` is one without. The metadata of a
        Pillow image are kept, and it is turned upright.
    name : str
        The parameter's name in errors.

    Raises
    ------
    ParameterError
        If it is no picture.
    """
    if isinstance(picture, Image):
        return picture
    if is_instance(picture, "PIL.Image", "Image"):
        from .pillow_images import from_pillow_upright

        return from_pillow_upright(picture)
    pixels = as_picture_array(picture, name)
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    return Image(np.asarray(pixels), channels in ALPHA_CHANNELS)
