"""An estimate of a picture's noise, from differences between neighbouring pixels.

The mask 1 -2 1; -2 4 -2; 1 -2 1 gives 0 on a slope and on an edge along rows or columns. If one
pixel is 3 higher, it gives 3, -6 or 12 in the nine windows that hold the pixel. The squares of its
weights sum to 36, so that it turns noise of deviation d into values of deviation 6 d.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...dtypes import Array

_MEDIAN = 0.6744897501960817  # of |x|, x normal with deviation 1
_MOSTLY = 0.5  # from this share of flat windows on, the median of all windows says nothing
_FEWEST = 0.01  # share of the windows: if fewer are left, they lie at corners of edges
_BESIDE = 2  # pixels: windows this near to a flat one hold its edge, not noise


class Noise(NamedTuple):
    """The noise of a picture.

    Attributes
    ----------
    deviation : float
        The estimated standard deviation, of all colours together.
    flat : float
        The share of the picture that was left out, because it is flat or next to a flat part.
    """

    deviation: float
    flat: float = 0.0


def estimate_noise(blocks: Sequence[Array], weights: int = 0) -> Noise:
    """Return the noise of a picture.

    The mask 1 -2 1; -2 4 -2; 1 -2 1 leaves noise and few edges (Immerkaer, "Fast noise variance
    estimation", 1996). The median of the remaining values isn't misled by edges (Donoho &
    Johnstone, "Ideal spatial adaptation by wavelet shrinkage", 1994). Windows of 3 x 3 visible
    pixels are used. If half of them or more are flat (nine equal pixels), the median is taken over
    the other windows that lie 3 pixels or more from a flat one; the noise is 0 if there are hardly
    any such windows.

    Parameters
    ----------
    blocks : sequence of (h, w, C) arrays
        Samples of the picture; blocks of fewer than 3 rows or columns are ignored.
    weights : int
        How many of the last channels are weights, by which the colours are multiplied. The first of
        them is 0 at pixels that don't count.
    """
    large = [block for block in blocks if min(block.shape[:2]) >= 3]
    colours = [block[..., : block.shape[2] - weights] for block in large]
    usable = [~_any_in_square(_has_no_weight(block, weights), 1) for block in large]
    for block, mask in zip(colours, usable, strict=True):
        mask &= ~_any_in_square(np.asarray(~np.isfinite(block).all(axis=2)), 1)
    total = sum(int(mask.sum()) for mask in usable)
    if not total:
        return Noise(0.0)
    flat = [_is_flat(block) & mask for block, mask in zip(colours, usable, strict=True)]
    share = 0.0
    if sum(int(flat_mask.sum()) for flat_mask in flat) >= _MOSTLY * total:
        for flat_mask, mask in zip(flat, usable, strict=True):
            mask &= ~_any_in_square(np.pad(flat_mask, _BESIDE), _BESIDE)
        left = sum(int(mask.sum()) for mask in usable)
        share = 1 - left / total
        if left < _FEWEST * total:
            return Noise(0.0, 1.0)
    variances = []
    for channel in range(colours[0].shape[2]):
        rest = [
            _apply_laplacian(block[..., channel])[mask]
            for block, mask in zip(colours, usable, strict=True)
        ]
        # The squares of the mask's weights sum to 36.
        variances.append((float(np.median(np.abs(np.concatenate(rest)))) / _MEDIAN / 6) ** 2)
    return Noise(float(np.sqrt(np.mean(variances))), share)


def _apply_laplacian(plane: Array) -> Array:
    """Return the sums of the 3 x 3 mask over a (h, w) plane, (h - 2, w - 2)."""
    plane = plane.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        horizontal = plane[:, :-2] - 2 * plane[:, 1:-1] + plane[:, 2:]
        rest: Array = horizontal[:-2] - 2 * horizontal[1:-1] + horizontal[2:]
    return rest


def _has_no_weight(block: Array, weights: int) -> Array:
    """Return the (h, w) mask of the transparent and the missing pixels of a (h, w, C) block."""
    found: Array = block[..., -weights] <= 0 if weights else np.zeros(block.shape[:2], bool)
    return found


def _any_in_square(mask: Array, reach: int) -> Array:
    """Return for each square of a (h, w) mask, `reach` pixels each way, whether any is set."""
    side = 2 * reach + 1
    rows = [mask[row : len(mask) - side + 1 + row] for row in range(side)]
    vertical = np.logical_or.reduce(rows)
    width = mask.shape[1] - side + 1
    found: Array = np.logical_or.reduce([vertical[:, at : at + width] for at in range(side)])
    return found


def _is_flat(block: Array) -> Array:
    """Return for each 3 x 3 window of a (h, w, C) block whether its pixels are equal."""
    horizontal = (block[:, 1:] != block[:, :-1]).any(axis=2)
    vertical = (block[1:] != block[:-1]).any(axis=2)
    changes = [horizontal[row : row + len(block) - 2] for row in range(3)]
    rows = np.logical_or.reduce(changes)
    changes = [vertical[:, at : at + block.shape[1] - 2] for at in range(3)]
    columns = np.logical_or.reduce(changes)
    found: Array = ~(rows[:, :-1] | rows[:, 1:] | columns[:-1] | columns[1:])
    return found
