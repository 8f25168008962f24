"""The records of the ways of an engine to compute a filter, and of the chosen one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ..dtypes import Array


class Method(NamedTuple):
    """One way of an engine to compute a filter, an entry of a table by name.

    `shape` below decides the work: the taps of a linear filter, or the size of a median.

    Attributes
    ----------
    run : callable
        Takes a padded block, `shape`, and further arguments of its engine.
    operations : callable
        shape -> the number of operations for an output pixel.
    nanoseconds : callable
        (shape, channels) -> about the time for a value, in float32 if there is a choice.
    suits : callable
        (shape, BlockInfo) -> whether the method can compute it.
    rounding : callable
        shape -> bound of the error in float32, in halves of eps · Σ|w| · max|I|.
    nearly_whole : bool
        Whether sums that should be whole numbers are only nearly whole.
    own_dtype : bool
        Whether the method chooses the dtype of its sums.
    rounded : bool
        Whether the method returns values rounded to uint8.
    strip_values : int
        How many values a strip should have: fewer stay in the cache, more need less padding.
    rows : int
        How many rows a strip should have at least, as long as there are two strips.
    block : int
        How many values to compute, round and store before the next ones, so that they stay in the
        cache; 0 for all of a strip at once.
    """

    run: Callable[..., Array]
    operations: Callable[[Any], float]
    nanoseconds: Callable[[Any, int], float] = lambda shape, channels: 0.0
    suits: Callable[[Any, Any], bool] = lambda shape, block_info: True
    rounding: Callable[[Any], float] = lambda shape: 0.0
    nearly_whole: bool = False
    own_dtype: bool = False
    rounded: bool = False
    strip_values: int = 1 << 20
    rows: int = 0
    block: int = 0


class ChosenMethod(NamedTuple):
    """The method of an engine for a filter and a picture.

    Attributes
    ----------
    name : str
        The name that `--explain` prints.
    operations : float
        The number of operations for an output pixel; of linear filters, for each channel of it.
    strip_pixels : int
        How many pixels a strip should have.
    rows : int
        How many rows a strip should have at least, as long as there are two strips.
    block : int
        As for Method.
    """

    name: str
    operations: float
    strip_pixels: int = 1 << 20
    rows: int = 0
    block: int = 0
