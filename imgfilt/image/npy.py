"""NumPy's .npy files as pictures: (H, W) or (H, W, C), where 2 and 4 channels have alpha."""

from __future__ import annotations

from typing import BinaryIO

from numpy.lib import format as npy

from ..errors import ImageError
from .format import ALPHA_CHANNELS, Format
from .picture import DEPTHS, Image, stored, strips
from .request import Request

HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def decode(stream: BinaryIO, form: Format, request: Request) -> Image:
    """Read an array; nothing in the file is ever run (no pickle)."""
    version = npy.read_magic(stream)
    if version not in HEADERS:
        raise ImageError(f"is a .npy of version {version[0]}.{version[1]}; 1.0 and 2.0 are read")
    shape, by_columns, dtype = HEADERS[version](stream)
    if len(shape) not in (2, 3) or dtype.name not in DEPTHS:
        raise ImageError(
            f"holds {dtype} of shape {shape}; "
            f"(H, W) or (H, W, C) of {', '.join(DEPTHS)} is a picture"
        )
    request.check_size(shape[1], shape[0])
    channels = shape[2] if len(shape) == 3 else 1
    alpha = channels in ALPHA_CHANNELS
    request.ask(dtype, (shape[0], shape[1], channels), alpha)
    pixels = stored(stream, dtype, shape[::-1]).T if by_columns else stored(stream, dtype, shape)
    return Image(pixels, alpha)


def encode(stream: BinaryIO, image: Image, form: Format, quality: int | None) -> None:
    """Write the pixels in the depth they have; one channel as (H, W)."""
    pixels = image.pixels[:, :, 0] if image.pixels.shape[2] == 1 else image.pixels
    npy.write_array_header_1_0(stream, npy.header_data_from_array_1_0(pixels))
    for rows in strips(len(pixels), pixels[0].nbytes):
        stream.write(pixels[rows].tobytes())
