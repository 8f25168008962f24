"""Metrics: the sizes of text and gaps in a figure, and its inks."""

from __future__ import annotations

from typing import NamedTuple

HAIRLINE = 0.5  # points
# Whether the page is dark -> the colours of captions, of notes and of lines around pictures.
INKS = {
    False: ((32, 32, 32), (110, 110, 110), (160, 160, 160)),
    True: ((235, 235, 235), (165, 165, 165), (110, 110, 110)),
}


class Metrics(NamedTuple):
    """Sizes in pixels of the raster, from which the places in points are computed.

    Attributes
    ----------
    size : float
        The height of captions; margins and gaps are as wide.
    ascent, line : float
        The height above a baseline, and from one baseline to the next.
    column : int
        The width of a column.
    """

    size: float
    ascent: float
    line: float
    column: int

    @property
    def gap(self) -> int:
        """The width of margins, and of the space between columns and between rows."""
        return round(self.size)
