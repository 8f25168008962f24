"""Finite: whether there is any NaN or infinity at all, which of most pictures isn't."""

from __future__ import annotations

import numpy as np

from ...dtypes import Array


def is_finite(values: Array) -> bool:
    """Tell whether an array of floats has neither NaN nor infinity."""
    # One pass, where it is none of large numbers; their extremes are what they are.
    total = np.vdot(values, values) if values.flags.c_contiguous else values.sum()
    return bool(np.isfinite(total) or (np.isfinite(values.max()) and np.isfinite(values.min())))
