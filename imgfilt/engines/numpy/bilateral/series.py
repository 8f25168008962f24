"""The range weight of two levels as a sum of products of functions of one level each.

With p and q two levels, in sigma-color from a centre, the range weight is exp(-(p - q)² / 2) =
exp(-p² / 2) · exp(p q) · exp(-q² / 2), and exp(p q) is about Σ a[j, k] pʲ qᵏ. Levels far from each
other belong to different centres.

Source: Greengard & Strain, "The fast Gauss transform" (1991), with coefficients that err least
instead of the coefficients of Taylor's series.
"""

from __future__ import annotations

import math

import numpy as np

from ....dtypes import Array

# In sigma-color: how far a level may be from the only centre, and from the nearest of several.
_ALONE, _TOGETHER = 2.5, 2.0
_NARROWEST = 0.7  # in sigma-color: the least span that polynomials are fitted to
_AROUND = 3.0  # in sigma-color: how far beyond a centre's levels other levels have a weight
_MOST_CENTRES = 4
_PRECISE = 1e4  # greatest level over sigma-color: float32 can't tell larger ones apart
_PLACES = 64  # levels that polynomials are fitted at


def evenly_spaced(levels: Array, sigma_color: float) -> Array | None:
    """Return the (K, 1) centres for finite levels, or None if too many would be needed."""
    low, high = float(levels.min()), float(levels.max())
    if max(-low, high) > _PRECISE * sigma_color:
        return None
    half = (high - low) / 2 / sigma_color
    count = 1 if half <= _ALONE else math.ceil(half / _TOGETHER)
    middles = low + (high - low) * (np.arange(count) + 0.5) / count
    return middles[:, np.newaxis] if count <= _MOST_CENTRES else None


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


def fit_coefficients(span: float, alone: bool) -> Array:
    """Return the (J, 2, K) weights of moments Σ qᵏ exp(-q² / 2) in the coefficients of powers of p.

    On the second axis, the first coefficients are for sums of weights over exp(-p² / 2), the second
    ones for sums of levels. The number of powers J leaves an error of 1/1000 of the range.

    Parameters
    ----------
    span : float
        The greatest distance of a level from its centre, in sigma-color.
    alone : bool
        Whether there is no other centre.
    """
    span = max(span, _NARROWEST)
    count = math.ceil(3.4 * span + (0.2 if alone else 1.2))
    places = np.cos(np.pi * (np.arange(_PLACES) + 0.5) / _PLACES)
    first, second = span * places, (span if alone else span + _AROUND) * places
    range_weight = np.exp(-0.5 * np.subtract.outer(first, second) ** 2)
    powers = np.exp(-0.5 * first[:, np.newaxis] ** 2) * np.vander(first, count, True)
    moments = np.exp(-0.5 * second[:, np.newaxis] ** 2)
    moments = moments * np.vander(second, count + (1 if alone else 3), True)
    before, after = np.linalg.pinv(powers), np.linalg.pinv(moments).T
    found = [before @ values @ after for values in (range_weight, range_weight * second)]
    return np.stack(found, axis=1).astype(np.float32)
