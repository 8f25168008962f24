"""Putting a picture with alpha on a ground of one colour, at every depth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import ImageColor

from ..errors import ParameterError
from ..files import displayed
from .picture import Image, full_scale, strips

Colour = tuple[int, int, int]


def parse_colour(text: str) -> Colour:
    """Read a colour as CSS has it: a name, #rrggbb, rgb(...), hsl(...).

    Raises
    ------
    ParameterError
        When it is none, is out of range, or can be seen through.

    Examples
    --------
    >>> parse_colour("white"), parse_colour("#102030")
    ((255, 255, 255), (16, 32, 48))
    """
    shown = f"'{displayed(text)}'"
    try:
        red, green, blue, *alpha = ImageColor.getrgb(text if text.isascii() else "")
    except ValueError:
        raise ParameterError(
            f"{shown} is no colour; one is a name such as white, #rrggbb, rgb(...) or hsl(...)"
        ) from None
    if alpha not in ([], [255]):
        raise ParameterError(f"{shown} can be seen through; a ground can't")
    if max(red, green, blue) > 255:
        raise ParameterError(f"{shown} is no colour; its parts are 0 to 255")
    return red, green, blue


def flatten(image: Image, colour: Colour) -> Image:
    """Return a picture without alpha, composited over a ground; one without is returned as it is.

    Levels are rounded half to even. Grey stays grey on a ground that is, else it becomes RGB.
    """
    if not image.alpha:
        return image
    pixels, count = image.pixels, image.colours
    height, width, _ = pixels.shape
    white = full_scale(pixels.dtype)
    levels = np.array(colour) * white / 255
    if count == 1 and len(set(colour)) == 1:
        levels = levels[:1]
    colours = max(count, len(levels))
    shown = np.empty((height, width, colours + image.extra), pixels.dtype)
    shown[..., colours:] = pixels[..., count:-1]
    for rows in strips(height, shown[0].nbytes):
        opacity = pixels[rows, :, -1:] / np.float64(white)
        seen = pixels[rows, :, :count] * opacity + levels * (1 - opacity)
        shown[rows, :, :colours] = np.rint(seen) if pixels.dtype.kind == "u" else seen
    return replace(image, pixels=shown, alpha=False)
