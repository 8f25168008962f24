"""The record of one way of an engine to compute a filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ..dtypes import Array


def _no_cost(shape: Any, channels: int) -> float:
    return 0.0


def _suits_all(shape: Any, block_info: Any) -> bool:
    return True


def _no_error(shape: Any) -> float:
    return 0.0


class Method(NamedTuple):
    """One way of an engine to compute a filter, an entry of a table by name.

    `shape` below is what decides the work: the taps of a linear filter, the size of a median.

    Attributes
    ----------
    run : callable
        Takes a padded block, `shape`, and what the functions of its engine take besides.
    operations : callable
        shape -> operations of an output pixel.
    nanoseconds : callable
        (shape, channels) -> about the time of a value, in float32 where there is a choice.
    suits : callable
        (shape, BlockInfo) -> whether the method can compute it.
    rounding : callable
        shape -> bound of the error in float32, in halves of eps · Σ|w| · max|I|.
    nearly_whole : bool
        Whole sums come out nearly whole, because the terms aren't whole.
    own_dtype : bool
        The method chooses the dtype of its sums.
    rounded : bool
        The values come rounded to uint8.
    strip : int
        Values of a strip that suit the method: few stay in the cache, many need less padding.
    """

    run: Callable[..., Array]
    operations: Callable[[Any], float]
    nanoseconds: Callable[[Any, int], float] = _no_cost
    suits: Callable[[Any, Any], bool] = _suits_all
    rounding: Callable[[Any], float] = _no_error
    nearly_whole: bool = False
    own_dtype: bool = False
    rounded: bool = False
    strip: int = 1 << 20
