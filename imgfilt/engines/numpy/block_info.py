"""What is known of the padded blocks of a picture before any is read; it decides the method."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...dtypes import Array


class BlockInfo(NamedTuple):
    """The dtype and channels of padded blocks, and what their values are needed for.

    Attributes
    ----------
    dtype : dtype
    channels : int
    rounded : bool
        The values will be rounded and clipped to this dtype.
    count_clipped : bool
        Values outside the range will be counted, so they may not be clipped before.
    strict_rounding : bool
        At most 1 value in 10 000 may be off by one level.
    """

    dtype: np.dtype[Any]
    channels: int = 1
    rounded: bool = False
    count_clipped: bool = True
    strict_rounding: bool = True

    @classmethod
    def of(cls, padded: Array) -> BlockInfo:
        """Return the dtype and channels of a (H, W, C) block."""
        return cls(padded.dtype, padded.shape[2])

    @property
    def uint8_result(self) -> bool:
        """Whether values may be uint8."""
        return self.rounded and self.dtype.name == "uint8"


def is_finite(values: Array) -> bool:
    """Return whether an array of floats holds neither NaN nor infinity."""
    # One pass, unless numbers are so large that their squares overflow.
    total = np.vdot(values, values) if values.flags.c_contiguous else values.sum()
    return bool(np.isfinite(total) or (np.isfinite(values.max()) and np.isfinite(values.min())))
