"""Cells drawn as one array, just as `measure` placed them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import ParameterError
from . import text
from .cell import Cell, Layout
from .layout import Picture, measure

GROUND = 255
INK = 32


def grid(
    cells: Sequence[Cell], layout: Layout | None = None, *, max_pixels: int = 178_956_970
) -> NDArray[np.uint8]:
    """Draw a figure: rows of pictures with their captions above them, on white.

    Parameters
    ----------
    cells : sequence of Cell
        In reading order. The first sets the scale; smaller ones are centred, at the same scale.
    layout : Layout, optional
        Columns, title, cell width and zoom.
    max_pixels : int
        The most pixels that the figure may have.

    Returns
    -------
    (H, W, 3) uint8 array
        sRGB.

    Raises
    ------
    ParameterError
        If the figure would be too large, or the layout doesn't fit the cells (see `measure`).
    """
    placement = measure(cells, layout or Layout())
    height, width = placement.height, placement.width
    if height * width > max_pixels:
        raise ParameterError(
            f"the figure would be {width} x {height} pixels, more than --max-pixels {max_pixels}: "
            "give a smaller --cell-width or other --columns"
        )
    figure = np.full((height, width, 3), GROUND, np.uint8)
    for cell, picture in zip(cells, placement.pictures, strict=True):
        if picture.box.height and picture.box.width:
            figure[picture.box.slices] = _sampled(cell.pixels, picture)
    for lines in (placement.title, *placement.captions):
        for line in lines:
            cover = text.drawn(line).astype(np.uint16)[..., np.newaxis]
            figure[line.box.slices] = GROUND - cover * (GROUND - INK) // 255
    return figure


def _sampled(pixels: NDArray[np.uint8], picture: Picture) -> NDArray[np.uint8]:
    """Bring what is shown to its size: whole pixels if enlarged, antialiased if reduced."""
    down, across = picture.down, picture.across
    if across.scale >= 1:
        return pixels[down.nearest[:, np.newaxis], across.nearest]
    (top, bottom), (left, right) = down.source, across.source
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    reduced = image.resize(
        (picture.box.width, picture.box.height),
        Image.Resampling.LANCZOS,
        box=(left, top, right, bottom),
    )
    return np.atleast_3d(np.asarray(reduced))
