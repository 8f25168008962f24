"""Draw a figure as an array of pixels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError
from ..geometry import MAX_PIXELS
from . import text
from .cell import Cell, Layout
from .layout import PlacedPicture, compute_placement
from .reduction import reduce

BACKGROUND = 255
INK = 32


def render_figure(
    cells: Sequence[Cell], layout: Layout | None = None, *, max_pixels: int = MAX_PIXELS
) -> NDArray[np.uint8]:
    """Return a figure: rows of pictures with captions above them, on white.

    Parameters
    ----------
    cells : sequence of Cell
        In reading order. All cells have the scale of the first; smaller pictures are centred.
    layout : Layout, optional
        Columns, title, cell width and zoom.
    max_pixels : int
        The most pixels of the figure.

    Returns
    -------
    (H, W, 3) uint8 array
        sRGB.

    Raises
    ------
    ParameterError
        If the figure is too large, or `compute_placement` raises it.
    """
    placement = compute_placement(cells, layout or Layout())
    height, width = placement.height, placement.width
    if height * width > max_pixels:
        raise ParameterError(
            f"the figure would be {width} x {height} pixels, more than max_pixels {max_pixels}: "
            "give a smaller cell_width or other columns",
            parameters=("max_pixels", "cell_width", "columns"),
        )
    figure = np.full((height, width, 3), BACKGROUND, np.uint8)
    for cell, picture in zip(cells, placement.pictures, strict=True):
        if picture.box.height and picture.box.width:
            figure[picture.box.slices] = _resample(cell.pixels, picture)
    for lines in (placement.title, *placement.captions):
        for line in lines:
            cover = text.render_line(line).astype(np.uint16)[..., np.newaxis]
            figure[line.box.slices] = BACKGROUND - cover * (BACKGROUND - INK) // 255
    return figure


def _resample(pixels: NDArray[np.uint8], picture: PlacedPicture) -> NDArray[np.uint8]:
    """Return the visible part of a picture, at the size of its box.

    It is enlarged without interpolation, or reduced and antialiased.
    """
    vertical, horizontal = picture.vertical, picture.horizontal
    if horizontal.scale >= 1:
        return pixels[vertical.nearest_pixels[:, np.newaxis], horizontal.nearest_pixels]
    box = picture.box
    return reduce(pixels, box.height, box.width, vertical.source, horizontal.source)
