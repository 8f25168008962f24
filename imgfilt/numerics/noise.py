"""Noise: how much of it a picture has, from what differs between neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .taps import Array

_MEDIAN = 0.6744897501960817  # of |x|, x normal with deviation 1


def deviation(blocks: Sequence[Array]) -> float:
    """Return about the standard deviation of the noise of a picture, its channels' taken together.

    The mask 1 -2 1; -2 4 -2; 1 -2 1 leaves noise and few edges (Immerkaer, "Fast noise variance
    estimation", 1996); the median of what it leaves is not misled by those (Donoho & Johnstone,
    "Ideal spatial adaptation by wavelet shrinkage", 1994).

    Parameters
    ----------
    blocks : sequence of (h, w, C) arrays
        Samples of the picture; those of fewer than 3 rows or columns say nothing.
    """
    variances = []
    for channel in range(blocks[0].shape[2]):
        rest = [np.abs(_rest(block[..., channel])).ravel() for block in blocks]
        values = np.concatenate(rest)
        values = values[np.isfinite(values)]
        if values.size:
            # The squares of the mask's weights sum to 36.
            variances.append((float(np.median(values)) / _MEDIAN / 6) ** 2)
    return float(np.sqrt(np.mean(variances))) if variances else 0.0


def _rest(plane: Array) -> Array:
    """Return what the mask makes of a (h, w) plane."""
    plane = plane.astype(np.float64)
    across = plane[:, :-2] - 2 * plane[:, 1:-1] + plane[:, 2:]
    rest: Array = across[:-2] - 2 * across[1:-1] + across[2:]
    return rest
