"""The mask of a command line: a grey picture, read once; one that can't be used is refused."""

from __future__ import annotations

import numpy as np

from ..dtypes import white_level
from ..errors import CommandError, ImageError
from ..files import printable_path
from ..image import Image, Pixels, read_frames
from ..pipeline.strips import iter_rows


def read_mask(path: str | None, max_pixels: int, inverted: bool = False) -> Pixels | None:
    """Return the (H, W) levels of a mask, whole or floats of 0 to 1, if there is one.

    They are its alpha, or its grey where all of the alpha is opaque: that says nothing of a place.
    `inverted` turns them round.

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
        raise CommandError(f"--mask {error.command_message}") from None
    cutout = picture.alpha and not picture.is_opaque()
    for rows in iter_rows(picture.pixels):
        # Extra channels are left in, so that they are refused.
        shown = rows[..., -1:] if cutout else rows[..., : rows.shape[2] - picture.alpha]
        obstacle = _obstacle(picture, shown)
        if obstacle is not None:
            raise CommandError(
                f"--mask {printable_path(path)}: {obstacle}; a mask is a grey picture"
            )
    levels = np.ascontiguousarray(picture.pixels[..., -1 if cutout else 0])
    return levels.dtype.type(white_level(levels.dtype)) - levels if inverted else levels


def _obstacle(picture: Image, rows: Pixels) -> str | None:
    """Return what a picture, and the rows of it that are the mask, have that a mask can't have."""
    if picture.frames > 1:
        return f"it has {picture.frames} frames"
    if picture.extra and rows.shape[2] > 1:
        return f"it has {picture.extra} extra channel{'s' * (picture.extra > 1)}"
    if rows.shape[2] == 4:
        return "it is CMYK"
    # NaN is found first: it isn't even equal to itself.
    if rows.dtype.kind == "f" and not ((rows >= 0) & (rows <= 1)).all():
        return "it has levels outside 0..1"
    return "it has colour" if (rows != rows[..., :1]).any() else None
