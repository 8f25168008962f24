"""Flatten pictures with alpha onto a background of one colour, at every depth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import ImageColor

from ..dtypes import white_level
from ..errors import ImageError, ParameterError
from ..geometry import pixel_blocks
from ..numbers import describe, quote
from .image import COLOURS, Image

Colour = tuple[int, int, int]


def parse_colour(text: str) -> Colour:
    """Return the 8-bit levels of a CSS colour: a name, #rrggbb, rgb(...) or hsl(...).

    Raises
    ------
    ParameterError
        When the text is no colour, or the colour is out of range or transparent.

    Examples
    --------
    >>> parse_colour("white"), parse_colour("#102030")
    ((255, 255, 255), (16, 32, 48))
    """
    shown = quote(text) if isinstance(text, str) else describe(text)
    is_ascii = isinstance(text, str) and text.isascii()
    try:
        red, green, blue, *alpha = ImageColor.getrgb(text if is_ascii else "")
    except ValueError:
        raise ParameterError(
            f"{shown} is no colour; one is a name such as white, #rrggbb, rgb(...) or hsl(...)"
        ) from None
    if alpha not in ([], [255]):
        raise ParameterError(f"{shown} is transparent; a background is opaque")
    if max(red, green, blue) > 255:
        raise ParameterError(f"{shown} is no colour; its parts are 0 to 255")
    return red, green, blue


def flatten(image: Image, colour: Colour) -> Image:
    """Return a picture composited over a background; without alpha the same picture is returned.

    Levels are rounded half to even. Grey becomes RGB if the background isn't grey. In CMYK the
    background has as much black ink as possible.

    Raises
    ------
    ImageError
        When the picture is neither grey, RGB nor CMYK.
    """
    if not image.alpha:
        return image
    check_colours(image.colours)
    pixels, count = image.pixels, image.colours
    height, width, _ = pixels.shape
    white = white_level(pixels.dtype)
    background = np.array(_to_cmyk(colour) if count == 4 else colour) * white / 255
    if count == 1 and is_grey(colour):
        background = background[:1]
    colours = max(count, len(background))
    flat = np.empty((height, width, colours + image.extra), pixels.dtype)
    flat[..., colours:] = pixels[..., count:-1]
    for rows in pixel_blocks(flat):
        alpha = pixels[rows, :, -1:] / np.float64(white)
        # NaN and infinity in transparent pixels don't count.
        levels = np.where(alpha > 0, pixels[rows, :, :count], 0) * alpha
        levels = levels + background * (1 - alpha)
        flat[rows, :, :colours] = np.rint(levels) if pixels.dtype.kind == "u" else levels
    return replace(image, pixels=flat, alpha=False)


def check_colours(count: int) -> None:
    """Raise ImageError if pictures with this number of colour channels can't be flattened."""
    if count not in COLOURS:
        known = ", ".join(f"{number} ({name})" for number, name in COLOURS.items())
        raise ImageError(f"has {count} colours and alpha; a background needs {known}")


def is_grey(colour: Colour) -> bool:
    """Return whether red, green and blue are equal."""
    return len(set(colour)) == 1


def _to_cmyk(colour: Colour) -> tuple[float, float, float, float]:
    """Return cyan, magenta, yellow and black, 0 to 255, with as much black as possible."""
    brightest = max(colour)
    if brightest == 0:
        return 0, 0, 0, 255
    cyan, magenta, yellow = (255 * (1 - part / brightest) for part in colour)
    return cyan, magenta, yellow, 255 - brightest
