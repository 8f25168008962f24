"""Bilateral, fast, of grey: sums over a disc are those of few moments of levels.

The mean that a pixel sees is the quotient of two short polynomials of its level: see series. Their
coefficients are sums over the disc, which are smooth and need not be known at every pixel.

Source: Durand & Dorsey, "Fast bilateral filtering for the display of high-dynamic-range images"
(2002), for the lower resolution.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np

from ....buffers import borrow
from ....dtypes import Array
from .coarse import cell, quarter, spread, total
from .grid import Cells
from .series import coefficients, widest

_BEYOND = 0.25  # in sigma-color: so much farther a level may be that no sample showed
_NOTHING = 20.0  # in sigma-color: so far away no weight is left
_LEAST_SHARE = 0.1  # of the disc that is like a pixel: with less, errors of the rest are as large


def run(
    padded: Array,
    diameter: int,
    sigma_color: float,
    sigma_space: float,
    centres: Array,
) -> tuple[Array, Array]:
    """Return about what the exact filter does, and where that is too little; see fast.run."""
    radius, side = diameter // 2, cell(diameter, sigma_space)
    cells, kernel = Cells(padded, side), quarter(diameter, sigma_space, side)
    levels = cells.filled(padded[..., 0], partial(borrow, "levels"))
    levels *= 1 / sigma_color
    limits = float(padded.min()), float(padded.max())
    middles = (centres[:, 0] / sigma_color).astype(np.float32)
    span = widest(middles, limits[0] / sigma_color, limits[1] / sigma_color)
    matrix = coefficients(span, len(middles) == 1)
    first, last = middles[0] - span - _BEYOND, middles[-1] + span + _BEYOND
    np.clip(levels, first - _NOTHING, last + _NOTHING, out=levels)
    series = [_series(cells, kernel, levels, middle, matrix) for middle in middles]
    least = _LEAST_SHARE * total(kernel)
    shape = padded.shape[0] - 2 * radius, padded.shape[1] - 2 * radius
    found = borrow("means", (1, *shape), np.float32)
    far = np.empty(shape, bool)
    columns = slice(radius, radius + shape[1])
    for band in cells.bands(radius, radius + shape[0]):
        seen = levels[band.pixels]
        values = _nearest(cells, series, middles, seen, band.cells)
        steps, mass, *means = (plane[band.inner, columns] for plane in values)
        found[:, band.out] = means
        mass *= _bell(steps, means[0])
        np.less(mass, least, out=far[band.out])
        if limits[0] < first * sigma_color or limits[1] > last * sigma_color:
            seen = seen[band.inner, columns]
            far[band.out] |= (seen < first) | (seen > last)
    found[0] *= sigma_color
    np.clip(found[0], *limits, out=found[0])
    return np.moveaxis(found, 0, 2), far


def _nearest(
    cells: Cells, series: list[Array], middles: Array, levels: Array, band: slice
) -> list[Array]:
    """Return the steps from the nearest centre, and what its polynomials make of them: _means."""
    nearest: list[Array] = []
    for framed, middle in zip(series, middles, strict=True):
        steps = levels - middle
        found = [steps, *_means(cells, framed, band, steps)]
        found[2] += middle
        if not nearest:
            nearest = found
            continue
        closer = np.abs(steps) < np.abs(nearest[0])
        for kept, plane in zip(nearest, found, strict=True):
            np.copyto(kept, plane, where=closer)
    return nearest


def _bell(steps: Array, out: Array) -> Array:
    """Write exp(-p² / 2)."""
    np.multiply(steps, steps, out=out)
    out *= -0.5
    return np.exp(out, out=out)


def _series(cells: Cells, kernel: Array, levels: Array, middle: float, matrix: Array) -> Array:
    """Return the (J, 2, ...) framed coefficients of both polynomials at each cell."""
    sums = _moments(cells, levels, middle, matrix.shape[2])
    spread(sums, kernel)
    return cells.framed(np.tensordot(matrix, sums, 1))


def _moments(cells: Cells, levels: Array, middle: float, count: int) -> Array:
    """Return the (K, h, w) sums over cells of qᵏ exp(-q² / 2)."""
    sums = np.empty((count, cells.down, cells.across), np.float32)
    for band in cells.bands(0, len(levels)):
        steps = levels[band.pixels] - middle
        terms = np.empty((count, *steps.shape), np.float32)
        _bell(steps, terms[0])
        for last, term in pairwise(terms):
            np.multiply(last, steps, out=term)
        cells.gather(terms, sums[:, band.cells])
    return sums


def _means(cells: Cells, framed: Array, band: slice, steps: Array) -> list[Array]:
    """Return the sums of likeness, and the means."""
    mass, total = _values(cells, framed, band, steps)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        total /= mass
    return [mass, total]


def _values(cells: Cells, framed: Array, band: slice, steps: Array) -> Array:
    """Return the (S, ...) values of polynomials of steps, of (J, S, ...) framed coefficients."""
    lines = cells.widened(framed, band)
    value: Array
    value, term = np.empty((2, lines.shape[1], *steps.shape), np.float32)
    cells.lengthened(lines[-1], value)
    for line in lines[-2::-1]:
        value *= steps
        cells.lengthened(line, term)
        value += term
    return value
