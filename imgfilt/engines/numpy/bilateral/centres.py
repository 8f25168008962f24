"""Choose a few centre colours near to a picture's colours, for the fast bilateral filter."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ....dtypes import Array

# For grey, in sigma-color: how far a level may be from the only centre, and from the nearest of
# several.
_ALONE, _TOGETHER = 2.5, 2.0
_MOST_GREY_CENTRES = 4
_PRECISE = 1e4  # greatest level over sigma-color: float32 can't tell larger ones apart

# For colours.
_NEAR = 0.5  # in sigma-color: a colour as near as this to a centre needs no centre of its own
_MOST_CENTRES, _STEP = 32, 4  # the error is computed after each _STEP more centres
_ENOUGH = 0.07  # error of a range weight: if it is less, another centre gains little
_SAMPLES = 1 << 14
_LEAST_SIZE = 0.01  # of an eigenvalue, relative to the greatest: smaller ones only add noise
_UNLIKE = 0.3  # error of a range weight that makes a pixel unreliable
_MOST_UNLIKE = 0.005  # share of unreliable pixels: computing more of them exactly takes too long


def choose_centres(blocks: Sequence[Array], sigma_color: float) -> Array | None:
    """Return the (K, C) centres for a picture, or None if too many would be needed.

    The centres of a grey picture are evenly spaced. The centres of other pictures are chosen one
    after the other, each the colour that is farthest from the centres before it (Gonzalez,
    "Clustering to minimize the maximum intercluster distance", 1985).

    Parameters
    ----------
    blocks : sequence of (h, w, C) arrays
        Samples of the picture, in 8-bit levels.
    sigma_color : float
        In levels, of the sum over the channels.
    """
    colours = np.concatenate([block.reshape(-1, block.shape[2]) for block in blocks])
    colours = colours[np.isfinite(colours).all(axis=1)]
    if not len(colours):
        return None
    if colours.shape[1] == 1:
        return evenly_spaced(colours, sigma_color)
    colours = colours[:: max(1, len(colours) // _SAMPLES)].astype(np.float64)
    centres = np.median(colours, axis=0)[np.newaxis]
    distances = np.abs(colours - centres[0]).sum(axis=1)[np.newaxis]
    while True:
        farthest = distances.min(axis=0).argmax()
        full = len(centres) == _MOST_CENTRES or distances[:, farthest].min() <= _NEAR * sigma_color
        if full or len(centres) % _STEP == 0:
            error = _range_weight_error(centres, distances, sigma_color)
            few = np.mean(np.abs(error) > _UNLIKE) <= _MOST_UNLIKE
            if full or (few and np.sqrt(np.mean(error**2)) <= _ENOUGH):
                return centres if few else None
        centres = np.vstack([centres, colours[farthest]])
        distances = np.vstack([distances, np.abs(colours - centres[-1]).sum(axis=1)])


def evenly_spaced(levels: Array, sigma_color: float) -> Array | None:
    """Return the (K, 1) centres for finite levels, or None if too many would be needed."""
    low, high = float(levels.min()), float(levels.max())
    if max(-low, high) > _PRECISE * sigma_color:
        return None
    half = (high - low) / 2 / sigma_color
    count = 1 if half <= _ALONE else math.ceil(half / _TOGETHER)
    middles = low + (high - low) * (np.arange(count) + 0.5) / count
    return middles[:, np.newaxis] if count <= _MOST_GREY_CENTRES else None


def largest_distance(middles: Array, low: float, high: float) -> float:
    """Return the largest distance of a level from the nearest of (K,) centres, in sigma-color.

    Parameters
    ----------
    middles : (K,) array
        The centres, rising and evenly spaced, in sigma-color.
    low, high : float
        The least and the greatest level, in sigma-color.

    Returns
    -------
    float
        At most 2.5 for one centre: levels farther away are left to the exact filter.
    """
    if len(middles) > 1:
        return float(middles[1] - middles[0]) / 2
    return min(_ALONE, max(float(middles[0]) - low, high - float(middles[0])))


def _range_weight_error(centres: Array, distances: Array, sigma_color: float) -> Array:
    """Return the error of each colour's range weight with itself if computed by the centres."""
    range_weights = np.exp(-0.5 * (distances / sigma_color) ** 2).astype(np.float32)
    error: Array = np.square(factor_inverse(centres, sigma_color).T @ range_weights).sum(axis=0) - 1
    return error


def factor_inverse(centres: Array, sigma_color: float) -> Array:
    """Return (K, R) factors of the inverse of the range weights between the centres.

    The matrix of range weights may be indefinite, because the distance isn't Euclidean: small
    eigenvalues are left out.
    """
    distances = np.abs(centres[:, np.newaxis] - centres).sum(axis=2)
    sizes, vectors = np.linalg.eigh(np.exp(-0.5 * (distances / sigma_color) ** 2))
    kept = sizes > _LEAST_SIZE * sizes[-1]
    factors: Array = (vectors[:, kept] / np.sqrt(sizes[kept])).astype(np.float32)
    return factors
