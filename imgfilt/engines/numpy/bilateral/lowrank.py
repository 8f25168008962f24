"""The fast bilateral filter for colours: range weights from range weights with few centres.

With centres c the range weight of two colours p and q is about Σ g(p, c_k) · Q[k, l] · g(c_l, q),
with g the range weight and Q the inverse of g between the centres. So a weighted mean is a few
sums over the disc, which are smooth and can be computed at a lower resolution.

Source: Nair & Chaudhury, "Fast high-dimensional bilateral and nonlocal means filtering" (2019).
"""

from __future__ import annotations

import numpy as np

from ....dtypes import Array
from .centres import factor_inverse
from .coarse import cell_side, make_quadrant, sum_of_quadrant, sum_over_disc
from .grid import BilateralGrid

_NEAREST = 0.43  # the range weight at 1.3 sigma-color from a centre: farther pixels are unreliable
_LEAST_SHARE = 0.25  # of the disc's weights: if a sum is less, its errors are as large as the sum


def run(
    padded: Array,
    diameter: int,
    sigma_color: float,
    sigma_space: float,
    centres: Array,
) -> tuple[Array, Array]:
    """Return the approximate result (h, w, C), and a mask (h, w) of unreliable pixels.

    Parameters
    ----------
    padded : (h + diameter - 1, w + diameter - 1, C) array
        In 8-bit levels, of any dtype.
    diameter : int
        In pixels, odd.
    sigma_color : float
        In levels, of the sum over the channels.
    sigma_space : float
        In pixels.
    centres : (K, C) array
        As `choose_centres` returns them.

    Returns
    -------
    means : (h, w, C) array of float32
    unreliable : (h, w) array of bool
        Where the mean must be computed exactly.
    """
    radius, channels = diameter // 2, padded.shape[2]
    height, width = padded.shape[0] - 2 * radius, padded.shape[1] - 2 * radius
    side = cell_side(diameter, sigma_space)
    cells, kernel = BilateralGrid(padded, side), make_quadrant(diameter, sigma_space, side)
    colours = np.array([cells.fill_cells(plane) for plane in np.moveaxis(padded, 2, 0)])
    range_weight = _RangeWeight(centres, sigma_color)
    sums = _sum_cells(cells, colours, range_weight)
    sum_over_disc(sums.reshape(-1, *sums.shape[2:]), kernel)
    factors = factor_inverse(centres, sigma_color)
    sums = cells.pad_edge(np.tensordot(factors @ factors.T, sums, 1))
    limits, least = (
        (float(padded.min()), float(padded.max())),
        _LEAST_SHARE * sum_of_quadrant(kernel),
    )
    found = np.empty((height, width, channels), np.float32)
    unreliable = np.empty((height, width), bool)
    for band in cells.bands(radius, radius + height):
        inner = band.inner, slice(radius, radius + width)
        totals, nearest = _interpolate_totals(
            cells, colours[:, band.pixels], sums, band.cells, range_weight
        )
        weight_sum = totals[0][inner]
        means, unsure = _divide_totals(totals[:, *inner], limits)
        unsure |= (nearest[inner] < _NEAREST) | (weight_sum < least)
        found[band.out], unreliable[band.out] = np.moveaxis(means, 0, 2), unsure
    return found, unreliable


class _RangeWeight:
    """The range weight of colours and centres: exp(-Δ² / 2), Δ in sigma-color over all channels."""

    def __init__(self, centres: Array, sigma_color: float):
        self.centres, self.falloff = centres.astype(np.float32), -0.5 / sigma_color**2

    def write(self, colours: Array, centre: Array, out: Array) -> None:
        """Write the (h, w) range weights of (C, h, w) colours and one (C,) centre."""
        scratch = np.empty_like(out)
        np.abs(np.subtract(colours[0], centre[0], out=out), out=out)
        for plane, level in zip(colours[1:], centre[1:], strict=True):
            np.subtract(plane, level, out=scratch)
            np.abs(scratch, out=scratch)
            np.add(out, scratch, out=out)
        np.multiply(out, out, out=out)
        np.multiply(out, self.falloff, out=out)
        np.exp(out, out=out)


def _sum_cells(cells: BilateralGrid, colours: Array, range_weight: _RangeWeight) -> Array:
    """Return the (K, P, h, w) sums over cells of the range weights with each centre.

    The P planes are the sums of the weights, and of each colour times the weights.
    """
    planes = 1 + len(colours)
    sums = np.empty((len(range_weight.centres), planes, cells.rows, cells.columns), np.float32)
    for band in cells.bands(0, colours.shape[1]):
        seen = colours[:, band.pixels]
        terms = np.empty((planes, *seen.shape[1:]), np.float32)
        for centre, target in zip(range_weight.centres, sums[:, :, band.cells], strict=True):
            weights = terms[0]
            range_weight.write(seen, centre, weights)
            for plane, term in zip(seen, terms[1:], strict=True):
                np.multiply(plane, weights, out=term)
            cells.downsample(terms, target)
    return sums


def _interpolate_totals(
    cells: BilateralGrid, colours: Array, sums: Array, band: slice, range_weight: _RangeWeight
) -> tuple[Array, Array]:
    """Return the (P, ...) sums of each pixel, and its range weight with the nearest centre."""
    shape = colours.shape[1:]
    totals, nearest = np.zeros((sums.shape[1], *shape), np.float32), np.zeros(shape, np.float32)
    weights, terms = np.empty(shape, np.float32), np.empty_like(totals)
    for centre, padded_cells in zip(range_weight.centres, sums, strict=True):
        range_weight.write(colours, centre, weights)
        np.maximum(nearest, weights, out=nearest)
        cells.upsample_rows(cells.upsample_columns(padded_cells, band), terms)
        terms *= weights
        totals += terms
    return totals, nearest


def _divide_totals(totals: Array, limits: tuple[float, float]) -> tuple[Array, Array]:
    """Return the (C, h, w) means of the colours, and the (h, w) mask of impossible means."""
    low, high = limits
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        means = totals[1:] / totals[0]
    outside = ~((means >= low - 1) & (means <= high + 1)).all(axis=0)
    np.clip(means, low, high, out=means)
    return means, outside
