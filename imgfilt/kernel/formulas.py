"""The functions that make presets with arguments, and their sources."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from ..dtypes import Array
from . import gaussian
from .algebra import ExactKernel

_SHORTEST = 1e-9  # pixels: a shorter part of a line in a pixel comes from rounding errors


def average(size: int) -> ExactKernel:
    """Return the lecture's averaging mask: equal weights, sum 1."""
    return ExactKernel(np.ones((size, size), int)).scaled(Fraction(1, size * size))


def sampled_gaussian(size: int, sigma: float | None = None) -> ExactKernel:
    """Return the Gaussian sampled at whole distances; sigma 0 or None derives it from the size."""
    if sigma:
        return _square(gaussian.sample(size, sigma))
    if size in gaussian.TABLES:
        weights, divisor = gaussian.TABLES[size]
        return ExactKernel(np.outer(weights, weights)).scaled(Fraction(1, divisor**2))
    return _square(gaussian.sample(size, gaussian.default_sigma(size)))


def integrated_gaussian(size: int, sigma: float) -> ExactKernel:
    """Return the Gaussian integrated over each pixel; sigma 0 derives it from the size."""
    return _square(gaussian.integrate(size, sigma or gaussian.default_sigma(size)))


def _square(factor: Array) -> ExactKernel:
    return ExactKernel(np.outer(factor, factor))


def binomial(size: int) -> ExactKernel:
    """Return the outer product of a row of Pascal's triangle (`size` numbers), with sum 1.

    The row is `1/2 1/2` composed with itself; its numbers over a power of two approximate a
    Gaussian. Source: Aubury and Luk, "Binomial filters", Journal of VLSI Signal Processing 12
    (1996).
    """
    row = np.array([math.comb(size - 1, place) for place in range(size)], object)
    return ExactKernel(np.multiply.outer(row, row)).scaled(Fraction(1, 4 ** (size - 1)))


def disk(size: int) -> ExactKernel:
    """Return the kernel of the mean over all pixels at most size // 2 from the origin.

    Source: Lagendijk and Biemond, "Basic methods for image restoration and identification", in
    Bovik (ed.), Handbook of Image and Video Processing, "uniform out-of-focus blur": 1/C where
    √(n1² + n2²) ≤ R, with C such that the sum is 1.
    """
    inside = (_squared_distance(size) <= (size // 2) ** 2).astype(int)
    return ExactKernel(inside).scaled(Fraction(1, int(inside.sum())))


def motion(size: int, angle: float) -> ExactKernel:
    """Return the kernel of the mean along a line: length `size`, angle counterclockwise.

    A weight is the part of the line that lies in the pixel. Rows and columns that the line
    doesn't touch are left out. Source: the same chapter as for `disk`, "linear motion blur": the
    point spread function is 1/L on a line of length L, 0 elsewhere; here it is integrated over
    each pixel.
    """
    degrees = angle % 180
    if degrees in (0, 90):
        line = ExactKernel(np.ones((1, size), int)).scaled(Fraction(1, size))
        return line if degrees == 0 else line.transposed()
    across, down = math.cos(math.radians(degrees)), -math.sin(math.radians(degrees))
    middle, end = size // 2, size / 2
    # The right half: the distances from the middle at which the line leaves a pixel.
    edges = np.arange(middle + 1) + 0.5
    # A line along a row never leaves the row: the distance is infinite.
    with np.errstate(divide="ignore", over="ignore"):
        crossings = np.concatenate([[0, end], edges / abs(across), edges / abs(down)])
    crossings = np.unique(crossings[crossings <= end])
    lengths = np.diff(crossings)
    centres = (crossings[:-1] + crossings[1:]) / 2
    rows = middle + np.rint(centres * down).astype(int)
    columns = middle + np.rint(centres * across).astype(int)
    half = np.zeros((size, size))
    np.add.at(half, (rows, columns), np.where(lengths > _SHORTEST, lengths, 0))
    line_weights = (half + half[::-1, ::-1]) / size
    nonzero = [np.flatnonzero(line_weights.any(axis)) for axis in (1, 0)]
    (top, bottom), (left, right) = ((indices[0], indices[-1] + 1) for indices in nonzero)
    return ExactKernel(line_weights[top:bottom, left:right])


def laplacian_of_gaussian(size: int, sigma: float) -> ExactKernel:
    """Return ∇²G sampled at whole distances minus its mean, so that flat areas become 0.

    G is the Gaussian with sum 1 within the size. The centre is negative, as in `laplacian`.
    Source: Marr and Hildreth, "Theory of edge detection", Proceedings of the Royal Society of
    London B 207 (1980): ∇²G = G · (r² − 2σ²) / σ⁴.
    """
    gaussian_1d = gaussian.sample(size, sigma)
    squared = _squared_distance(size)
    weights = np.outer(gaussian_1d, gaussian_1d) * (squared - 2 * sigma**2) / sigma**4
    return ExactKernel(weights - weights.mean())


def unsharp(size: int, sigma: float, amount: float) -> ExactKernel:
    """Return (1 + amount) · identity − amount · Gaussian, which amplifies detail.

    Source: Gonzalez and Woods, Digital Image Processing, "Unsharp masking and highboost
    filtering": g = f + k · (f − f̄).

    Parameters
    ----------
    size : int
        Side of the kernel in pixels, odd.
    sigma : float
        Of the Gaussian, in pixels; more than 0.
    amount : float
        How much of the detail is added; 0 changes nothing.

    Returns
    -------
    ExactKernel
        (size, size) weights with sum 1.
    """
    gaussian_1d = gaussian.sample(size, sigma)
    weights = -amount * np.outer(gaussian_1d, gaussian_1d)
    weights[size // 2, size // 2] += 1 + amount
    return ExactKernel(weights)


def _squared_distance(size: int) -> Array:
    """Return a (size, size) array of squared distances from the middle."""
    places = np.arange(size) - size // 2
    return np.add.outer(places**2, places**2)
