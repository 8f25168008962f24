"""Blocks: what is known of a picture's blocks before there is one; it decides between methods."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...dtypes import Array


class Blocks(NamedTuple):
    """What the padded blocks of a picture are like.

    Attributes
    ----------
    dtype : dtype
    channels : int
    rounded : bool
        Of the values no more is wanted than whole levels of this dtype.
    tallied : bool
        But what lies beyond these levels is to be counted.
    exact : bool
        A level off will do at no more than 1 value in 10 000.
    """

    dtype: np.dtype[Any]
    channels: int = 1
    rounded: bool = False
    tallied: bool = True
    exact: bool = True

    @property
    def narrow(self) -> bool:
        """Whether values may come as uint8."""
        return self.rounded and self.dtype.name == "uint8"


def blocks_of(padded: Array) -> Blocks:
    """Return what is known of a (H, W, C) block at hand."""
    return Blocks(padded.dtype, padded.shape[2])
