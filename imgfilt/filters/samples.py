"""What a filter may see of a picture before its first pixel is filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..engines.numpy.block_info import BlockInfo


class Samples(NamedTuple):
    """Parts of a picture, and the range of its levels, as a filter sees them.

    Attributes
    ----------
    block_info : BlockInfo
        The dtype of blocks, before 8-bit levels are made, and their channels: colours, then
        weights.
    weights : int
        How many of the channels are weights, by which the colours are multiplied.
    pixels : int
        How many the picture has.
    low, high : float
        The range of 0, white, the border's pixel and all finite colours; of integers, 0 to white.
    read_blocks : callable
        Rows -> blocks (h, w, C) of at least so many rows, or of all rows, from top to bottom. The
        picture is read for each as it is needed, so a filter that needs none doesn't call it.
    """

    block_info: BlockInfo
    weights: int
    pixels: int
    low: float
    high: float
    read_blocks: Callable[[int], Iterator[Array]]
