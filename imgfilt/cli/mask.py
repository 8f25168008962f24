"""The mask of a command line: a grey picture, read once; one that can't be used is refused."""

from __future__ import annotations

import numpy as np

from ..errors import CommandError, ImageError
from ..files import displayed
from ..image import Image, Pixels, read_frames
from ..part import parts_of
from ..working import peak


def read_mask(path: str | None, max_pixels: int) -> Pixels | None:
    """Return the (H, W) levels of a mask, uint8, uint16 or float32 of 0 to 1, if there is one.

    Raises
    ------
    CommandError
        When it can't be read, or says something else than one level at each place.
    """
    if path is None:
        return None
    try:
        picture = next(read_frames(path, max_pixels=max_pixels))
    except ImageError as error:
        raise CommandError(f"--mask {error}") from None
    for rows in parts_of(picture.pixels):
        obstacle = _obstacle(picture, rows)
        if obstacle is not None:
            raise CommandError(f"--mask {displayed(path)}: {obstacle}; a mask is a grey picture")
    return np.ascontiguousarray(picture.pixels[..., 0])


def _obstacle(picture: Image, rows: Pixels) -> str | None:
    """Return what rows of a picture have that a mask can't have."""
    colours = rows[..., : rows.shape[2] - picture.alpha]
    if picture.frames > 1:
        return f"it has {picture.frames} frames"
    if colours.shape[2] == 4:
        return "it is CMYK"
    # NaN is found first: it isn't even equal to itself.
    if rows.dtype.kind == "f" and not ((colours >= 0) & (colours <= 1)).all():
        return "it has levels outside 0..1"
    if (colours != colours[..., :1]).any():
        return "it has colour"
    if picture.alpha and (rows[..., -1] != peak(rows.dtype)).any():
        return "it has transparent pixels"
    return None
