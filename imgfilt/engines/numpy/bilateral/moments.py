"""The fast bilateral filter for grey: weighted means from few moments of the levels in a disc.

With p and q two levels, in sigma-color from a centre, the range weight is exp(-(p - q)² / 2) =
exp(-p² / 2) · exp(p q) · exp(-q² / 2), and exp(p q) is about Σ a[j, k] pʲ qᵏ. Levels far from each
other belong to different centres. So the mean of a pixel is the quotient of two short polynomials
of its level. The coefficients are sums over the disc, which are smooth and can be computed at a
lower resolution.

Sources: Greengard & Strain, "The fast Gauss transform" (1991), with coefficients that err least
instead of the coefficients of Taylor's series; Durand & Dorsey, "Fast bilateral filtering for the
display of high-dynamic-range images" (2002), for the lower resolution.
"""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise

import numpy as np

from ....buffers import borrow
from ....dtypes import Array
from .centres import largest_distance
from .coarse import cell_side, make_quadrant, sum_of_quadrant, sum_over_disc
from .grid import BilateralGrid

_NARROWEST = 0.7  # in sigma-color: the least span that polynomials are fitted to
_AROUND = 3.0  # in sigma-color: how far beyond a centre's levels other levels have a weight
_PLACES = 64  # levels that polynomials are fitted at
_BEYOND = 0.25  # sigma-color: how far a level may be outside the range of the samples
_NOTHING = 20.0  # sigma-color: at this distance weights are 0
_LEAST_SHARE = 0.1  # of the disc's weights: if a sum is less, its errors are as large as the sum


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
    padded : (h + diameter - 1, w + diameter - 1, 1) array
        In 8-bit levels, of any dtype.
    diameter : int
        In pixels, odd.
    sigma_color : float
        In levels.
    sigma_space : float
        In pixels.
    centres : (K, 1) array
        As `choose_centres` returns them: rising and evenly spaced.

    Returns
    -------
    means : (h, w, 1) array of float32
        In scratch memory.
    unreliable : (h, w) array of bool
        Where the mean must be computed exactly.
    """
    radius, side = diameter // 2, cell_side(diameter, sigma_space)
    cells, kernel = BilateralGrid(padded, side), make_quadrant(diameter, sigma_space, side)
    levels = cells.fill_cells(padded[..., 0], partial(borrow, "levels"))
    levels *= 1 / sigma_color
    limits = float(padded.min()), float(padded.max())
    middles = (centres[:, 0] / sigma_color).astype(np.float32)
    span = largest_distance(middles, limits[0] / sigma_color, limits[1] / sigma_color)
    matrix = fit_coefficients(span, len(middles) == 1)
    first, last = middles[0] - span - _BEYOND, middles[-1] + span + _BEYOND
    np.clip(levels, first - _NOTHING, last + _NOTHING, out=levels)
    series = [_polynomial_coefficients(cells, kernel, levels, middle, matrix) for middle in middles]
    least = _LEAST_SHARE * sum_of_quadrant(kernel)
    shape = padded.shape[0] - 2 * radius, padded.shape[1] - 2 * radius
    found = borrow("means", (1, *shape), np.float32)
    unreliable = np.empty(shape, bool)
    columns = slice(radius, radius + shape[1])
    for band in cells.bands(radius, radius + shape[0]):
        seen = levels[band.pixels]
        values = _evaluate_nearest_series(cells, series, middles, seen, band.cells)
        steps, weight_sum, *means = (plane[band.inner, columns] for plane in values)
        found[:, band.out] = means
        weight_sum *= _write_gaussian(steps, means[0])
        np.less(weight_sum, least, out=unreliable[band.out])
        if limits[0] < first * sigma_color or limits[1] > last * sigma_color:
            seen = seen[band.inner, columns]
            unreliable[band.out] |= (seen < first) | (seen > last)
    found[0] *= sigma_color
    np.clip(found[0], *limits, out=found[0])
    return np.moveaxis(found, 0, 2), unreliable


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


def _evaluate_nearest_series(
    cells: BilateralGrid, series: list[Array], middles: Array, levels: Array, band: slice
) -> list[Array]:
    """Return [levels minus the nearest centre, sums of weights, means], each a plane."""
    nearest: list[Array] = []
    for padded_cells, middle in zip(series, middles, strict=True):
        steps = levels - middle
        found = [steps, *_evaluate_means(cells, padded_cells, band, steps)]
        found[2] += middle
        if not nearest:
            nearest = found
            continue
        closer = np.abs(steps) < np.abs(nearest[0])
        for kept, plane in zip(nearest, found, strict=True):
            np.copyto(kept, plane, where=closer)
    return nearest


def _write_gaussian(steps: Array, out: Array) -> Array:
    """Write exp(-p² / 2) for the steps p, and return it."""
    np.multiply(steps, steps, out=out)
    out *= -0.5
    return np.exp(out, out=out)


def _polynomial_coefficients(
    cells: BilateralGrid, kernel: Array, levels: Array, middle: float, matrix: Array
) -> Array:
    """Return the (J, 2, ...) coefficients of both polynomials at each cell, padded by one."""
    sums = _sum_moments(cells, levels, middle, matrix.shape[2])
    sum_over_disc(sums, kernel)
    return cells.pad_edge(np.tensordot(matrix, sums, 1))


def _sum_moments(cells: BilateralGrid, levels: Array, middle: float, count: int) -> Array:
    """Return the (K, h, w) sums over cells of qᵏ exp(-q² / 2)."""
    sums = np.empty((count, cells.rows, cells.columns), np.float32)
    for band in cells.bands(0, len(levels)):
        steps = levels[band.pixels] - middle
        terms = np.empty((count, *steps.shape), np.float32)
        _write_gaussian(steps, terms[0])
        for last, term in pairwise(terms):
            np.multiply(last, steps, out=term)
        cells.downsample(terms, sums[:, band.cells])
    return sums


def _evaluate_means(
    cells: BilateralGrid, padded_cells: Array, band: slice, steps: Array
) -> list[Array]:
    """Return [sums of weights over exp(-p² / 2), means minus the centre], each a plane."""
    weight_sum, total = _evaluate_polynomials(cells, padded_cells, band, steps)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        total /= weight_sum
    return [weight_sum, total]


def _evaluate_polynomials(
    cells: BilateralGrid, padded_cells: Array, band: slice, steps: Array
) -> Array:
    """Return the values (S, ...) of one polynomial for each padded cell, at S steps.

    The coefficients have the shape (J, S, ...), with J the power.
    """
    lines = cells.upsample_columns(padded_cells, band)
    value: Array
    value, term = np.empty((2, lines.shape[1], *steps.shape), np.float32)
    cells.upsample_rows(lines[-1], value)
    for line in lines[-2::-1]:
        value *= steps
        cells.upsample_rows(line, term)
        value += term
    return value
