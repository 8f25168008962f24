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
    low, high : float
        The range of the finite colours.
    blocks : callable
        Rows -> blocks (h, w, C) of at least so many rows, or of all rows, from top to bottom. The
        picture is read for them, so a filter that needs none doesn't call it.
    """

    block_info: BlockInfo
    weights: int
    low: float
    high: float
    blocks: Callable[[int], Iterator[Array]]
