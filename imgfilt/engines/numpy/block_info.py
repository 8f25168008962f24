"""Facts on the padded blocks of a picture that decide the method, known before one is read."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...dtypes import Array

_LONGEST_DOT = 10_000  # numbers: for longer products, BLAS starts threads of its own


class BlockInfo(NamedTuple):
    """The dtype and channels of padded blocks, and what their values are needed for.

    Attributes
    ----------
    dtype : dtype
        The dtype of the blocks.
    channels : int
        The channels of the blocks.
    may_round : bool
        Whether a method may round, because values will only be rounded and clipped to `dtype`.
    count_clipped : bool
        Whether values outside the range will be counted; a method must not clip them then.
    strict_rounding : bool
        Whether at most 1 value in 10 000 may be off by one level.
    """

    dtype: np.dtype[Any]
    channels: int = 1
    may_round: bool = False
    count_clipped: bool = True
    strict_rounding: bool = True

    @classmethod
    def of(cls, padded: Array) -> BlockInfo:
        """Return the BlockInfo of a (H, W, C) block, with the other fields at their defaults."""
        return cls(padded.dtype, padded.shape[2])

    @property
    def uint8_result(self) -> bool:
        """Whether a method may return uint8 values."""
        return self.may_round and self.dtype.name == "uint8"


def is_finite(values: Array) -> bool:
    """Return whether an array of floats holds neither NaN nor infinity."""
    # One pass, unless numbers are so large that their squares overflow.
    size = values[:1].size
    if values.flags.c_contiguous and size <= _LONGEST_DOT:
        rows = values.reshape(-1, size)
        total = np.vecdot(rows, rows).sum()
    else:
        total = values.sum()  # takes three times as long
    return bool(np.isfinite(total) or (np.isfinite(values.max()) and np.isfinite(values.min())))
