"""Bilateral, fast: likeness by way of few centres, and their means at a lower resolution.

With centres c the likeness of two colours p and q is about Σ g(p, c_k) · Q[k, l] · g(c_l, q), with
g the likeness and Q the inverse of the centres' own. So a mean over a disc is a few plain sums over
it, which are smooth and need not be known at every pixel. Where that says too little of a pixel it
is computed exactly.

Source: Durand & Dorsey, "Fast bilateral filtering for the display of high-dynamic-range images"
(2002), for levels and the lower resolution; Nair & Chaudhury, "Fast high-dimensional bilateral and
nonlocal means filtering" (2019), for centres.
"""

from __future__ import annotations

import numpy as np

from ..taps import Array
from .centres import roots
from .coarse import cell, quarter, spread, total
from .exact import run
from .phases import Phases
from .single import means_at

_NEAREST = 0.43  # the likeness to a centre 1.3 sigma-color away: those farther are not enough
_LARGEST = 1e15  # levels: squares of theirs, summed, are float32 still
_LEAST_SHARE = 0.25  # of the disc that is like a pixel: with less, errors of the rest are as large


def run_fast(
    padded: Array,
    diameter: int,
    sigma_color: float,
    sigma_space: float,
    centres: Array,
    weight: Array | None = None,
) -> Array:
    """Return about what the exact filter does; see exact.run, and centres.choose."""
    limits = float(padded.min()), float(padded.max())
    if max(-limits[0], limits[1]) > _LARGEST:
        return run(padded, diameter, sigma_color, sigma_space, weight)
    radius, channels = diameter // 2, padded.shape[2]
    height, width = padded.shape[0] - 2 * radius, padded.shape[1] - 2 * radius
    side = cell(diameter, sigma_space, channels)
    kernel, factors = quarter(diameter, sigma_space, side), roots(centres, sigma_color)
    phases = Phases(padded, weight, side, -0.5 / sigma_color**2, centres)
    sums = phases.cells()
    for plane in sums.reshape(-1, *sums.shape[2:]):
        spread(plane, kernel)
    sums = np.tensordot(factors @ factors.T, sums, 1)
    least = _LEAST_SHARE * total(kernel)
    found = np.empty((height, width, channels + (weight is not None)), np.float32)
    far = np.empty((height, width), bool)
    for top in range(0, height, phases.band):
        bottom = min(top + phases.band, height)
        totals, nearest = phases.totals(sums, top + radius, bottom + radius)
        means, unsure = _means(totals, channels, limits)
        unsure |= (nearest < _NEAREST) | (totals[0 if weight is None else -1] < least)
        found[top:bottom] = phases.joined(means, radius, width)
        far[top:bottom] = phases.joined(unsure, radius, width)
    places = np.argwhere(far)
    if len(places):
        found[far] = means_at(padded, places + radius, diameter, sigma_color, sigma_space, weight)
    return found


def _means(totals: Array, channels: int, limits: tuple[float, float]) -> tuple[Array, Array]:
    """Return the means of the colours, and of the weight plane if any, and where no mean is so."""
    low, high = limits
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        means = totals[1:] / totals[0]
        if len(totals) > 1 + channels:
            # Where nearly all is transparent nothing is seen of a colour.
            means[:-1][~np.isfinite(means[:-1])] = low
            np.divide(totals[0], totals[-1], out=means[-1])
    colours = means[:channels]
    outside = ~((colours >= low - 1) & (colours <= high + 1)).all(axis=0)
    np.clip(colours, low, high, out=colours)
    return means, outside & (len(totals) == 1 + channels)


def fast_operations(count: int, channels: int, diameter: int, sigma_space: float) -> float:
    """Return the operations of an output pixel, with so many centres."""
    side = cell(diameter, sigma_space, channels)
    across = diameter / side + 2
    return count * (10.0 + 11 * channels + (1 + channels) * across * (2 + across / 2) / side**2)
