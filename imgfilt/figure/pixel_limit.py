"""Refuse figures of too many pixels."""

from __future__ import annotations

from math import ceil

from ..errors import ParameterError
from .scale import Scale


class PixelLimit:
    """Counts the pixels of a figure's pictures.

    Parameters
    ----------
    most : int
    as_raster : bool
        Whether pictures get the pixels of the raster; else they keep their own.
    """

    def __init__(self, most: int, as_raster: bool):
        self.most, self.as_raster = most, as_raster
        self._count = 0

    def add_scale(self, scale: Scale, cells: int) -> None:
        """Add what some cells show at a scale; raise ParameterError if it is too much."""
        _, _, width, height = scale.shown
        if not self.as_raster:
            width, height = ceil(width / scale.horizontal), ceil(height / scale.vertical)
        self.add(cells * width * height)

    def add(self, pixels: int) -> None:
        """Add pixels of pictures; raise ParameterError if they are too many."""
        self._count += pixels
        self.check(self._count, f"have at least {self._count} pixels in its pictures")

    def check(self, pixels: int, size: str) -> None:
        """Raise ParameterError, with the size in words, if the figure has too many pixels."""
        if pixels <= self.most:
            return
        ways = "a smaller cell_width or other columns" if self.as_raster else "a smaller zoom"
        raise ParameterError(
            f"the figure would {size}, more than max_pixels {self.most}: give {ways}",
            parameters=("max_pixels", "cell_width", "columns", "zoom"),
        )
