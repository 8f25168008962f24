"""Write PGM, PPM and PFM files; several pictures are written one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

import numpy as np

from ....dtypes import white_level
from ....geometry import pixel_blocks
from ...codec import EncodeOptions
from ...formats import Format
from ...image import Image


def encode(stream: BinaryIO, image: Image, format: Format, options: EncodeOptions) -> None:
    """Write binary pixels: integers big-endian; floats little-endian and from the bottom row.

    Parameters
    ----------
    stream : binary stream
    image : Image
        Pixels (H, W, C), C 1 or 3, uint8, uint16 or float32.
    format : Format
        Not used: the header follows from the pixels.
    options : EncodeOptions
        Not used.
    """
    pixels = image.pixels
    height, width, channels = pixels.shape
    if pixels.dtype == np.float32:
        scale = repr(-(image.metadata.scale or 1.0))
        kind, order = "PF" if channels == 3 else "Pf", "<f4"
        pixels = pixels[::-1]
    else:
        kind, scale = "P6" if channels == 3 else "P5", str(white_level(pixels.dtype))
        order = f">u{pixels.itemsize}"
    comment = image.metadata.comment or b""
    lines = b"".join(b"# " + line + b"\n" for line in comment.split(b"\n") if comment)
    stream.write(f"{kind}\n".encode() + lines + f"{width} {height}\n{scale}\n".encode())
    for rows in pixel_blocks(pixels):
        stream.write(pixels[rows].astype(order).tobytes())


def encode_frames(
    stream: BinaryIO, images: Iterable[Image], format: Format, options: EncodeOptions
) -> None:
    """Write pictures one after the other.

    Parameters
    ----------
    stream : binary stream
    images : iterable of Image
        Taken one at a time; each may have its own size.
    format : Format
        Not used, as in `encode`.
    options : EncodeOptions
        Not used.
    """
    for image in images:
        encode(stream, image, format, options)
