"""Colour profiles: pixels of a picture's own colour space shown in sRGB, as figures are."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

Levels = NDArray[np.uint8]

_MODES = {1: "L", 3: "RGB", 4: "CMYK"}


def into_srgb(icc: bytes | None, colours: int) -> Callable[[Levels], Levels] | None:
    """Return what turns (H, W, C) levels of a profile into (H, W, 3) sRGB.

    None where there is no profile, or one that does not say what these channels are: they are
    then shown as they are, as most viewers do.
    """
    if icc is None:
        return None
    mode = _MODES[colours]
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        transform = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None

    def convert(levels: Levels) -> Levels:
        plane = levels[..., 0] if colours == 1 else levels
        picture = Image.fromarray(np.ascontiguousarray(plane), mode=mode)
        return np.asarray(ImageCms.applyTransform(picture, transform))

    return convert
