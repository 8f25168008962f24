"""Putting a picture with alpha on a ground of one colour, at every depth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import ImageColor

from ..dtypes import white_level
from ..errors import ImageError, ParameterError
from ..geometry import row_blocks
from ..numbers import quote
from .image import COLOURS, Image

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
    shown = quote(text)
    try:
        red, green, blue, *alpha = ImageColor.getrgb(text if text.isascii() else "")
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
    """Return a picture without alpha, composited over a ground; one without is returned as it is.

    Levels are rounded half to even. Grey stays grey on a ground that is, else it becomes RGB. On
    CMYK the ground's common part is black ink, so that white is no ink at all.

    Raises
    ------
    ImageError
        When its colours are neither grey, RGB nor CMYK.
    """
    if not image.alpha:
        return image
    check_colours(image.colours)
    pixels, count = image.pixels, image.colours
    height, width, _ = pixels.shape
    white = white_level(pixels.dtype)
    levels = np.array(_inks(colour) if count == 4 else colour) * white / 255
    if count == 1 and is_grey(colour):
        levels = levels[:1]
    colours = max(count, len(levels))
    shown = np.empty((height, width, colours + image.extra), pixels.dtype)
    shown[..., colours:] = pixels[..., count:-1]
    for rows in row_blocks(height, shown[0].nbytes):
        opacity = pixels[rows, :, -1:] / np.float64(white)
        # What can't be seen doesn't count, NaN and infinity included.
        seen = np.where(opacity > 0, pixels[rows, :, :count], 0) * opacity
        seen = seen + levels * (1 - opacity)
        shown[rows, :, :colours] = np.rint(seen) if pixels.dtype.kind == "u" else seen
    return replace(image, pixels=shown, alpha=False)


def check_colours(count: int) -> None:
    """Raise ImageError for so many colours if a picture of them can't be put on a ground."""
    if count not in COLOURS:
        known = ", ".join(f"{number} ({name})" for number, name in COLOURS.items())
        raise ImageError(f"has {count} colours and alpha; a background needs {known}")


def is_grey(colour: Colour) -> bool:
    """Return whether a colour is black, white or between them."""
    return len(set(colour)) == 1


def _inks(colour: Colour) -> tuple[float, float, float, float]:
    """Return cyan, magenta, yellow and black, 0 to 255, that leave of white this colour."""
    brightest = max(colour)
    if brightest == 0:
        return 0, 0, 0, 255
    cyan, magenta, yellow = (255 * (1 - part / brightest) for part in colour)
    return cyan, magenta, yellow, 255 - brightest
