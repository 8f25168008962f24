"""Pixels of any depth and channels as a figure shows them: 8 bits, opaque, grey or RGB."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ImageError
from ..geometry import row_blocks
from .color_profile import into_srgb

_WHITE, _GREY = 255, 224


def displayed(
    pixels: NDArray[Any],
    alpha: bool = False,
    icc: bytes | None = None,
    background: tuple[int, int, int] | None = None,
) -> NDArray[np.uint8]:
    """Make pixels fit for a cell.

    Parameters
    ----------
    pixels : (H, W, C) array of uint8, uint16 or floats (0..1)
        Grey, RGB or CMYK, each with alpha or without.
    alpha : bool
        Whether the last channel is alpha.
    icc : bytes, optional
        The profile of the pixels' colour space; sRGB without, and for CMYK plain subtraction.
    background : (red, green, blue), optional
        What lies below a picture with alpha, 0 to 255; by default a light checkerboard.

    Returns
    -------
    (H, W, 1) or (H, W, 3) uint8 array
        Rounded and clipped; NaN is 0. The same array if there was nothing to do.

    Raises
    ------
    ImageError
        If the channels are none of these.
    """
    height, width, channels = pixels.shape
    colours = channels - alpha
    if colours not in (1, 3, 4):
        beside = " beside alpha" if alpha else ""
        raise ImageError(f"a figure shows grey, RGB or CMYK; found {colours} channels{beside}")
    convert = into_srgb(icc, colours)
    if pixels.dtype == np.uint8 and channels in (1, 3) and convert is None:
        return pixels
    ground = np.array(background or (), np.float32)
    coloured = alpha and len(set(background or ())) > 1
    grey = colours == 1 and convert is None and not coloured
    result = np.empty((height, width, 1 if grey else 3), np.uint8)
    for rows in row_blocks(height, pixels[0].nbytes):
        levels = _levels(pixels[rows])
        colour = levels[..., :colours]
        if convert is not None:
            colour = convert(np.rint(colour).astype(np.uint8)).astype(np.float32)
        elif colours == 4:
            colour = (255 - colour[..., :3]) * (255 - colour[..., 3:]) / np.float32(255)
        if alpha:
            below = ground if background else _checkerboard(height, width, rows)
            colour = below + (colour - below) * (levels[..., -1:] / np.float32(255))
        result[rows] = np.rint(colour[..., : result.shape[2]])
    return result


def _levels(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """Turn pixels of any depth into 8-bit levels, not yet rounded."""
    if pixels.dtype.kind == "f":
        pixels, white = np.clip(np.nan_to_num(pixels), 0, 1), 1
    else:
        white = np.iinfo(pixels.dtype).max
    return pixels.astype(np.float32) * np.float32(255 / white)


def _checkerboard(height: int, width: int, rows: slice) -> NDArray[np.float32]:
    """Draw some rows of the board that lies under a picture, (rows, width, 1)."""
    # 32 to 64 squares along a large picture, to be seen when it is reduced; a power of two, so that
    # they are as large in cells that are a little smaller.
    square = max(4, 1 << (max(height, width) // 64).bit_length())
    down, across = np.ogrid[rows, :width]
    odd = (down // square + across // square) % 2
    return np.where(odd, _GREY, _WHITE).astype(np.float32)[..., np.newaxis]
