"""The range weight of two levels as a sum of products of functions of one level each.

With p and q two levels, in sigma-color from a centre, the range weight is exp(-(p - q)² / 2) =
exp(-p² / 2) · exp(p q) · exp(-q² / 2), and exp(p q) is about Σ a[j, k] pʲ qᵏ. Levels far from each
other have centres of their own.

Source: Greengard & Strain, "The fast Gauss transform" (1991), with coefficients that err least
instead of those of Taylor's series.
"""

from __future__ import annotations

import math

import numpy as np

from ....dtypes import Array

_ALONE, _TOGETHER = 2.5, 2.0  # in sigma-color: how far a level may be from the only, nearest centre
_NARROWEST = 0.7  # in sigma-color: what polynomials are fitted to at the least
_AROUND = 3.0  # in sigma-color: beyond a centre's own levels others have a weight, too
_MOST_CENTRES = 4
_PRECISE = 1e4  # levels over sigma-color: more, and float32 no longer tells them apart
_PLACES = 64  # levels that polynomials are fitted at


def evenly_spaced(levels: Array, sigma_color: float) -> Array | None:
    """Return the (K, 1) centres for finite levels, or None where too many would be needed."""
    low, high = float(levels.min()), float(levels.max())
    if max(-low, high) > _PRECISE * sigma_color:
        return None
    half = (high - low) / 2 / sigma_color
    count = 1 if half <= _ALONE else math.ceil(half / _TOGETHER)
    middles = low + (high - low) * (np.arange(count) + 0.5) / count
    return middles[:, np.newaxis] if count <= _MOST_CENTRES else None


def largest_distance(middles: Array, low: float, high: float) -> float:
    """Return the largest distance of a level from the nearest of (K,) centres, in sigma-color."""
    if len(middles) > 1:
        return float(middles[1] - middles[0]) / 2
    return min(_ALONE, max(float(middles[0]) - low, high - float(middles[0])))


def fit_coefficients(span: float, alone: bool) -> Array:
    """Return the (J, 2, K) weights of moments Σ qᵏ exp(-q² / 2) in the coefficients of powers of p.

    The first are those of sums of weights over exp(-p² / 2), the second those of sums of levels.
    The number of orders leaves an error of 1/1000 of the range, up to a span from a centre.

    Parameters
    ----------
    span : float
        In sigma-color.
    alone : bool
        There is no other centre.
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
