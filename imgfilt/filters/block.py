"""A block of pixels, with what a filter may have to know of it."""

from __future__ import annotations

from typing import NamedTuple

from ..dtypes import Array
from ..geometry import EngineBorder
from .weights import Weights


class Block(NamedTuple):
    """What a filter gets to compute a block of its results.

    Attributes
    ----------
    pixels : (h + top + bottom, w + left + right, C) array
        With the filter's `margin` more rows and columns on each side; see `engine_border`.
    weights : Weights or None
        Of the pixels; None if they are all 1.
    engine_border : EngineBorder or None
        If given, the pixels aren't padded, and OpenCV continues them.
    may_round : bool
        Whether a method may round, because results will only be rounded and clipped to the dtype
        of the pixels.
    place : (int, int)
        Row and column of `pixels[0, 0]` in the picture; negative if it lies beyond the edge.
    """

    pixels: Array
    weights: Weights | None = None
    engine_border: EngineBorder | None = None
    may_round: bool = False
    place: tuple[int, int] = (0, 0)
