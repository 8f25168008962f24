"""Try a format on this machine: write a small picture, read it, and compare."""

from __future__ import annotations

import io
import os

import numpy as np
from PIL import features

from ..errors import ImageError
from .formats import Format
from .image import Image, Pixels
from .reader import read
from .writer import write_frames

# The codec's module -> the feature of Pillow that it needs.
_FEATURES = {"jpeg": "jpg", "webp": "webp", "avif": "avif", "jpeg2000": "jpg_2000"}
_SIZE = 24, 32  # rows, columns
_MOST_LOSS = 0.03  # of white, the mean difference of a picture in a lossy format


def why_missing(format: Format) -> str | None:
    """Return why Pillow can neither read nor write a format on this machine, or None."""
    feature = _FEATURES.get(format.codec)
    if feature is None or features.check(feature):
        return None
    return f"this Pillow was built without {feature}; pip install --upgrade pillow"


def write_and_read(format: Format, folder: str | None) -> None:
    """Write a picture in a format, read it, and compare.

    Parameters
    ----------
    format : Format
    folder : str or None
        Where the file is written; None for memory.

    Raises
    ------
    Exception
        Of any kind, when the format doesn't work.
    """
    image = Image(_make_pixels(format))
    if folder is None:
        stream = io.BytesIO()
        write_frames(stream, [image], format=format)
        stream.seek(0)
        found = read(stream).pixels
    else:
        path = os.path.join(folder, f"test{format.suffixes[0]}")
        write_frames(path, [image], format=format)
        found = read(path).pixels
    difference = np.abs(found.astype(np.float64) - image.pixels)
    if difference.mean() > 255 * _MOST_LOSS * format.lossy:
        raise ImageError("the picture that is read isn't the one that was written")


def _make_pixels(format: Format) -> Pixels:
    """Return (H, W, C) pixels of the lowest depth: a smooth picture of colours, or of grey."""
    rows, columns = np.indices(_SIZE)
    levels = np.stack([rows * 8, columns * 7, 200 - rows * 4], axis=2)
    channels = 3 if "RGB" in format.colours else 1
    return levels[:, :, :channels].astype(format.depths[0])
