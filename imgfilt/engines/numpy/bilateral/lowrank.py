"""Bilateral, fast, of colours: likeness by way of few centres.

With centres c the likeness of two colours p and q is about Σ g(p, c_k) · Q[k, l] · g(c_l, q), with
g the likeness and Q the inverse of the centres' own. So a mean over a disc is a few plain sums over
it, which are smooth and need not be known at every pixel.

Source: Nair & Chaudhury, "Fast high-dimensional bilateral and nonlocal means filtering" (2019).
"""

from __future__ import annotations

import numpy as np

from ....dtypes import Array
from .centres import roots
from .coarse import cell, quarter, spread, total
from .grid import Cells

_NEAREST = 0.43  # the likeness to a centre 1.3 sigma-color away: those farther are not enough
_LEAST_SHARE = 0.25  # of the disc that is like a pixel: with less, errors of the rest are as large


def run(
    padded: Array,
    diameter: int,
    sigma_color: float,
    sigma_space: float,
    centres: Array,
) -> tuple[Array, Array]:
    """Return about what the exact filter does, and where that is too little; see fast.run."""
    radius, channels = diameter // 2, padded.shape[2]
    height, width = padded.shape[0] - 2 * radius, padded.shape[1] - 2 * radius
    side = cell(diameter, sigma_space)
    cells, kernel = Cells(padded, side), quarter(diameter, sigma_space, side)
    colours = np.array([cells.filled(plane) for plane in np.moveaxis(padded, 2, 0)])
    likeness = _Likeness(centres, sigma_color)
    sums = _sums(cells, colours, likeness)
    spread(sums.reshape(-1, *sums.shape[2:]), kernel)
    factors = roots(centres, sigma_color)
    sums = cells.framed(np.tensordot(factors @ factors.T, sums, 1))
    limits, least = (float(padded.min()), float(padded.max())), _LEAST_SHARE * total(kernel)
    found = np.empty((height, width, channels), np.float32)
    far = np.empty((height, width), bool)
    for band in cells.bands(radius, radius + height):
        inner = band.inner, slice(radius, radius + width)
        totals, nearest = _totals(cells, colours[:, band.pixels], sums, band.cells, likeness)
        mass = totals[0][inner]
        means, unsure = _means(totals[:, *inner], limits)
        unsure |= (nearest[inner] < _NEAREST) | (mass < least)
        found[band.out], far[band.out] = np.moveaxis(means, 0, 2), unsure
    return found, far


class _Likeness:
    """The likeness of colours to centres: exp(-Δ² / 2), Δ in sigma-color, over the channels."""

    def __init__(self, centres: Array, sigma_color: float):
        self.centres, self.falloff = centres.astype(np.float32), -0.5 / sigma_color**2

    def write(self, colours: Array, centre: Array, out: Array) -> None:
        """Write the (h, w) likenesses of (C, h, w) colours to one centre."""
        scratch = np.empty_like(out)
        np.abs(np.subtract(colours[0], centre[0], out=out), out=out)
        for plane, level in zip(colours[1:], centre[1:], strict=True):
            np.subtract(plane, level, out=scratch)
            np.abs(scratch, out=scratch)
            np.add(out, scratch, out=out)
        np.multiply(out, out, out=out)
        np.multiply(out, self.falloff, out=out)
        np.exp(out, out=out)


def _sums(cells: Cells, colours: Array, likeness: _Likeness) -> Array:
    """Return the (K, P, h, w) sums over cells of the likenesses to each centre.

    P are the sums of weights and of colours times them.
    """
    planes = 1 + len(colours)
    sums = np.empty((len(likeness.centres), planes, cells.down, cells.across), np.float32)
    for band in cells.bands(0, colours.shape[1]):
        seen = colours[:, band.pixels]
        terms = np.empty((planes, *seen.shape[1:]), np.float32)
        for centre, target in zip(likeness.centres, sums[:, :, band.cells], strict=True):
            weights = terms[0]
            likeness.write(seen, centre, weights)
            for plane, term in zip(seen, terms[1:], strict=True):
                np.multiply(plane, weights, out=term)
            cells.gather(terms, target)
    return sums


def _totals(
    cells: Cells, colours: Array, sums: Array, band: slice, likeness: _Likeness
) -> tuple[Array, Array]:
    """Return what the cells' (K, P, h, w) sums make of a band: the same (P, ...) for each pixel.

    And the likeness to the nearest centre.
    """
    shape = colours.shape[1:]
    totals, nearest = np.zeros((sums.shape[1], *shape), np.float32), np.zeros(shape, np.float32)
    weights, terms = np.empty(shape, np.float32), np.empty_like(totals)
    for centre, framed in zip(likeness.centres, sums, strict=True):
        likeness.write(colours, centre, weights)
        np.maximum(nearest, weights, out=nearest)
        cells.lengthened(cells.widened(framed, band), terms)
        terms *= weights
        totals += terms
    return totals, nearest


def _means(totals: Array, limits: tuple[float, float]) -> tuple[Array, Array]:
    """Return the means of the colours, and where no mean is so."""
    low, high = limits
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        means = totals[1:] / totals[0]
    outside = ~((means >= low - 1) & (means <= high + 1)).all(axis=0)
    np.clip(means, low, high, out=means)
    return means, outside
