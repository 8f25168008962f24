"""Fitting: what was said before a picture was at hand, checked against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import DTYPES, Array, white_level, why_wrong_alpha
from ..errors import ImageError, ParameterError
from ..geometry import Rect, disjoint
from ..numbers import format_brief, format_shortest
from .options import Options


def check_pixels(pixels: Array, alpha: bool, linear: bool) -> None:
    """Raise ParameterError unless an array is a (H, W, C) picture that can be filtered."""
    if pixels.dtype.name not in DTYPES:
        raise ParameterError(f"pixels of {pixels.dtype} were given; wanted {', '.join(DTYPES)}")
    if alpha and pixels.ndim == 3 and pixels.shape[2] == 1:
        raise ParameterError("pixels of 1 channel were given, and alpha is the last of 2 or more")
    if pixels.ndim != 3 or 0 in pixels.shape:
        raise ParameterError(
            f"pixels of shape {pixels.shape} were given; wanted (H, W) or (H, W, C), none of them 0"
        )
    found = why_wrong_alpha(pixels) if alpha else None
    if found is not None:
        raise ParameterError(found)
    colours = pixels.shape[2] - alpha
    if linear and colours not in (1, 3):
        raise ParameterError(
            f"linear light is defined for grey and RGB; this picture has {colours} colour channels"
        )


def fill_of(options: Options, dtype: np.dtype[Any], channels: int, alpha: bool) -> Array:
    """Return the (C,) pixel beyond the edge; alpha is full unless given, or all is `zero`."""
    if options.border != "constant":
        return np.zeros(channels, dtype)
    given = np.atleast_1d(np.asarray(options.border_value, np.float64))
    colours = channels - alpha
    if given.shape == (1,):
        given = np.repeat(given, colours)
    if alpha and given.shape == (colours,):
        given = np.append(given, white_level(dtype))
    if given.shape != (channels,):
        raise ParameterError(
            f"border-value: {len(given)} numbers for a picture of {channels} channels; "
            "wanted 1, or one a channel"
        )
    if dtype.kind != "f":
        top = white_level(dtype)
        found = ",".join(dict.fromkeys(map(format_brief, given.tolist())))
        if not (np.isfinite(given).all() and (given >= 0).all() and (given <= top).all()):
            raise ParameterError(
                f"border-value: {found} is outside the picture's range 0..{format_shortest(top)}"
            )
        if (given != np.rint(given)).any():
            raise ParameterError(
                f"border-value: {found}, but a picture of whole levels wants whole numbers"
            )
    elif alpha and not 0 <= given[-1] <= 1:
        raise ParameterError(f"border-value: an alpha of {format_brief(given[-1])}; wanted 0 to 1")
    with np.errstate(over="ignore"):
        fill = given.astype(dtype)
    if (np.isinf(fill) & np.isfinite(given)).any():
        largest = format_brief(float(np.abs(given).max()))
        raise ParameterError(f"border-value: {largest} is more than {dtype} can hold")
    return fill


def spans_of(
    region: Sequence[tuple[int, int, int, int]], height: int, width: int
) -> tuple[Rect, ...]:
    """Return spans of a picture that cover rectangles (left, top, width, height), each pixel once.

    Raises
    ------
    ParameterError
        If a rectangle doesn't lie inside the picture.
    """
    for left, top, across, down in region:
        if min(left, top) < 0 or left + across > width or top + down > height:
            raise ParameterError(
                f"region: {left},{top},{across},{down} does not lie inside "
                f"the picture of {width} x {height}"
            )
    return disjoint(
        [Rect(top, left, top + down, left + across) for left, top, across, down in region]
    )


def check_mask(mask: Array | None, height: int, width: int) -> None:
    """Raise ImageError if there is a mask and the picture has another size."""
    if mask is not None and mask.shape != (height, width):
        down, across = mask.shape
        raise ImageError(f"the mask is {across} x {down}, the picture {width} x {height}")
