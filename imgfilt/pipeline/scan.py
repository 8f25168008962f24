"""Look once at all pixels of a picture, for what a plan must know of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..dtypes import Array, white_level, why_wrong_alpha
from ..errors import ParameterError
from .blocks import iter_rows
from .missing import Missing


class Scan(NamedTuple):
    """What is known of all pixels of a picture.

    Attributes
    ----------
    opaque : bool
        Whether alpha is at the white level everywhere, or there is none.
    least, greatest : float
        The range of 0, 1, and all finite colours that are neither transparent nor missing; 0 and 1
        if it wasn't needed.
    has_missing : bool
        Whether any pixel is missing.
    """

    opaque: bool = True
    least: float = 0.0
    greatest: float = 1.0
    has_missing: bool = False


def scan_pixels(
    pixels: Array, alpha: bool, needs_range: bool, missing: Missing | None = None
) -> Scan:
    """Return what is known of a picture, in one pass: each pass of a RowSource reads its file.

    Parameters
    ----------
    pixels : (H, W, C) array
    alpha : bool
        Whether the last channel is alpha.
    needs_range : bool
        Whether to find the range of colours; of integers it isn't found.
    missing : Missing, optional
        What marks a missing pixel, if there may be one.

    Raises
    ------
    ParameterError
        If the last channel can't be alpha.
    """
    is_float, white = pixels.dtype.kind == "f", white_level(pixels.dtype)
    needs_range = needs_range and is_float
    opaque, least, greatest, has_missing, top = True, 0.0, 1.0, False, 0
    if not (alpha or needs_range or missing):
        return Scan()
    for rows in iter_rows(pixels):
        if alpha:
            reason = why_wrong_alpha(rows, top)
            if reason is not None:
                raise ParameterError(reason)
            opaque = opaque and bool((rows[..., -1] == white).all())
            if not (opaque or is_float or missing):
                break
        absent = missing.find(rows, alpha) if missing else None
        has_missing = has_missing or (absent is not None and bool(absent.any()))
        if needs_range:
            low, high = _find_range(rows, alpha, absent)
            least, greatest = min(least, low), max(greatest, high)
        top += len(rows)
    return Scan(opaque, least, greatest, has_missing)


def _find_range(pixels: Array, alpha: bool, absent: Array | None) -> tuple[float, float]:
    """Return the range of 0, 1, and the finite colours that are neither transparent nor missing."""
    colours = pixels[..., : pixels.shape[2] - alpha]
    if colours.min() >= 0 and colours.max() <= 1:  # False if there is a NaN
        return 0.0, 1.0
    counted = np.isfinite(colours) & (pixels[..., -1:] > 0 if alpha else True)
    if absent is not None:
        counted &= ~absent[..., np.newaxis]
    least = np.min(colours, initial=0, where=counted)
    return float(least), float(np.max(colours, initial=1, where=counted))
