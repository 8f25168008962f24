"""Blending: what lies between an original and its filtered pixel, where a mask takes a share."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array
from .working_space import faint, halves_kept


def blended(
    filtered: Array, original: Array, share: Array, transparent: bool, dtype: np.dtype[Any]
) -> Array:
    """Return levels blended, unrounded.

    Parameters
    ----------
    filtered : (h, w, C) float32 or float64 array
        Levels of the output.
    original : (h, w, C) float64 array
        Likewise.
    share : (h, w) array
        How much of `filtered` is taken, 0 to 1; at these ends a pixel is one of the two as it is,
        and NaN and infinity of the other don't count.
    transparent : bool
        The last channel is alpha, and some of it is less than full: colours are blended as far
        as they are seen, and stay the original's where the result can't be seen.
    dtype : dtype
        The output's.

    Returns
    -------
    (h, w, C) float64 array
    """
    share = share[..., np.newaxis]
    if transparent:
        mixed = _mixed_as_seen(filtered, original, share, dtype)
    else:
        mixed = share * filtered + (1 - share) * original
    if dtype.kind != "f":
        mixed = halves_kept(mixed, filtered.dtype.name)
    return np.where(share == 0, original, np.where(share == 1, filtered, mixed))


def _mixed_as_seen(filtered: Array, original: Array, share: Array, dtype: np.dtype[Any]) -> Array:
    """Return colours that were premultiplied while they were mixed, and their alpha."""
    taken, kept = share * filtered[..., -1:], (1 - share) * original[..., -1:]
    alpha = taken + kept
    # What can't be seen doesn't count, NaN and infinity included.
    colour = np.where(taken > 0, filtered[..., :-1] * taken, 0)
    colour += np.where(kept > 0, original[..., :-1] * kept, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        colour = np.where(alpha > faint(dtype), colour / alpha, original[..., :-1])
    return np.concatenate([colour, alpha], axis=2)
