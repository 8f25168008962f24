"""Check pixels, border value, region and mask against the picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import DTYPES, Array, white_level
from ..errors import ImageError, ParameterError
from ..filters.base import Filter
from ..geometry import Rect, disjoint_rects
from ..numbers import format_brief, format_shortest
from .options import Options


def check_border(border: str, filt: Filter) -> None:
    """Raise ParameterError if a filter has no result with a border."""
    if border not in filt.borders:
        raise ParameterError(
            f"border {border!r} goes with Convolve, not with {type(filt).__name__}"
        )


def check_pixels(pixels: Array, alpha: bool, linear: bool) -> None:
    """Raise ParameterError unless an array is a (H, W, C) picture that can be filtered.

    Parameters
    ----------
    pixels : array
    alpha : bool
        Whether the last channel is alpha.
    linear : bool
        Whether the picture will be filtered in linear light.
    """
    if pixels.dtype.name not in DTYPES:
        raise ParameterError(f"pixels of {pixels.dtype} were given; wanted {', '.join(DTYPES)}")
    if alpha and pixels.ndim == 3 and pixels.shape[2] == 1:
        raise ParameterError("pixels of 1 channel were given, and alpha is the last of 2 or more")
    if pixels.ndim != 3 or 0 in pixels.shape:
        raise ParameterError(
            f"pixels of shape {pixels.shape} were given; wanted (H, W) or (H, W, C), none of them 0"
        )
    colours = pixels.shape[2] - alpha
    if linear and colours not in (1, 3):
        raise ParameterError(
            f"linear light is defined for grey and RGB; this picture has {colours} colour channels"
        )


def border_fill(options: Options, dtype: np.dtype[Any], channels: int, alpha: bool) -> Array:
    """Return the pixel beyond the edge: 0 for every border but `constant`.

    Parameters
    ----------
    options : Options
        `border_value` is one number for all colours, or one number for each channel. If alpha is
        left out, it is at the white level.
    dtype : dtype
        The picture's.
    channels : int
        How many the picture has, alpha included.
    alpha : bool
        Whether the last channel is alpha.

    Returns
    -------
    (C,) array
        The pixel, in the dtype of the picture.

    Raises
    ------
    ParameterError
        If the border value doesn't fit the picture's channels or dtype.
    """
    if options.border != "constant":
        return np.zeros(channels, dtype)
    levels = np.atleast_1d(np.asarray(options.border_value, np.float64))
    colours = channels - alpha
    if levels.shape == (1,):
        levels = np.repeat(levels, colours)
    if alpha and levels.shape == (colours,):
        levels = np.append(levels, white_level(dtype))
    if levels.shape != (channels,):
        raise ParameterError(
            f"border-value: {len(levels)} numbers for a picture of {channels} channels; "
            "wanted 1, or one a channel"
        )
    if dtype.kind != "f":
        _check_integer_levels(levels, white_level(dtype))
    elif alpha and not 0 <= levels[-1] <= 1:
        found = format_brief(levels[-1])
        raise ParameterError(f"border-value: an alpha of {found}; wanted 0 to 1")
    with np.errstate(over="ignore"):
        fill = levels.astype(dtype)
    if (np.isinf(fill) & np.isfinite(levels)).any():
        largest = format_brief(float(np.abs(levels).max()))
        raise ParameterError(f"border-value: {largest} is more than {dtype} can hold")
    return fill


def _check_integer_levels(levels: Array, white: int) -> None:
    found = ",".join(dict.fromkeys(map(format_brief, levels.tolist())))
    if not (np.isfinite(levels).all() and (levels >= 0).all() and (levels <= white).all()):
        raise ParameterError(
            f"border-value: {found} is outside the picture's range 0..{format_shortest(white)}"
        )
    if (levels != np.rint(levels)).any():
        raise ParameterError(
            f"border-value: {found}, but a picture of whole levels wants whole numbers"
        )


def region_rects(
    region: Sequence[tuple[int, int, int, int]], height: int, width: int
) -> tuple[Rect, ...]:
    """Return rectangles that cover each pixel of a region once.

    Parameters
    ----------
    region : sequence of (left, top, width, height)
        Rectangles in pixels, which may overlap.
    height, width : int
        The picture's.

    Raises
    ------
    ParameterError
        If a rectangle doesn't lie inside the picture.
    """
    for left, top, columns, rows in region:
        if min(left, top) < 0 or left + columns > width or top + rows > height:
            raise ParameterError(
                f"region: {left},{top},{columns},{rows} does not lie inside "
                f"the picture of {width} x {height}"
            )
    return disjoint_rects(
        [Rect(top, left, top + rows, left + columns) for left, top, columns, rows in region]
    )


def check_mask(mask: Array | None, height: int, width: int) -> None:
    """Raise ImageError if there is a mask and its size isn't the picture's.

    Parameters
    ----------
    mask : (H, W) array or None
    height, width : int
        The picture's, in pixels.

    Raises
    ------
    ImageError
        When the mask has another height or width.
    """
    if mask is not None and mask.shape != (height, width):
        rows, columns = mask.shape
        raise ImageError(f"the mask is {columns} x {rows}, the picture {width} x {height}")
