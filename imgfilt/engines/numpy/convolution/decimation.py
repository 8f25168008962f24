"""A wide Gaussian along an axis as two, one to a coarse grid and one back, and their residual.

T is the kernel's operator. A is a Gaussian that is sampled every D pixels, B one that interpolates;
the variances of A and B add up to the kernel's, so that B·A is nearly T. Places along the axis
count from the first pixel that any of the operators reads for output 0.

Example: T has sigma 10, so the variance 100, and 81 weights. A and B have the variance 50 each, so
sigma 7.07, and end 4 · 7.07 pixels from their middle: 59 weights. With the fineness 1.25, D is
10 / 1.25 = 8. So A takes 59 / 8 products for a pixel, and B about as many: 15 in place of 81.

Source: Rabiner & Crochiere, "A novel implementation for narrow-band FIR digital filters" (1975).
"""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from ....dtypes import Array
from . import banded
from .taps import Weights

_STEPS = 2, 128  # pixels; longer steps would gain little
_NEARLY = 0.02  # of a step: the fitted sigma may be this much too small
_GRID = 4  # points of the grid computed at once along rows
_ROWS, _TAKEN, _COLUMNS = 16, 48, 64  # rows written, rows read, columns written at once, about
_OUTPUTS = 32, 64  # columns filtered with the kernel itself at once, for few and many weights
_MANY = 256


class Fit(NamedTuple):
    """How well the two Gaussians approximate the kernel; a finer fit costs more.

    Attributes
    ----------
    dtype : str
        Dtype of the sums.
    fineness : float
        The kernel's sigma in steps of the grid.
    cut : float
        The distance from the middle at which the two Gaussians end, in their sigma.
    """

    dtype: str
    fineness: float
    cut: float


class Grid:
    """The grid for one factor of a kernel.

    Attributes
    ----------
    step : int
        D, in pixels.
    lead : int
        The place of the first pixel that the factor itself reads for output 0.
    first : int
        The place at which the Gaussian of the grid's first point begins.
    rows, columns : int
        Outputs that are computed from the grid at once.
    gather_rows : int
        Rows that are read at once.
    outputs : int
        Columns that are filtered with the kernel itself at once.
    """

    def __init__(self, weights: Weights, middle: float, sigma: float, fit: Fit):
        self.weights, self.dtype = weights, np.dtype(fit.dtype)
        self.step = min(int(sigma / fit.fineness + _NEARLY), _STEPS[1])
        self._sigma = sigma / math.sqrt(2)
        half = math.ceil(fit.cut * self._sigma)
        self._half = half
        begin = math.floor(middle) - 2 * half
        self.lead = max(0, -begin)
        self.first = max(0, begin)
        self._middle = self.lead + middle
        self.gaussian = np.exp(-((np.arange(-half, half + 1) / self._sigma) ** 2) / 2)
        self.gaussian /= self.gaussian.sum()
        self.rows = banded.round_up(_ROWS, self.step)
        self.gather_rows = banded.round_up(_TAKEN, self.step)
        self.columns = banded.round_up(_COLUMNS, self.step)
        self.outputs = _OUTPUTS[len(weights) >= _MANY]

    def points(self, outputs: int) -> int:
        """Return how many points of the grid a number of outputs needs."""
        return -(-(outputs + 2 * self._half + 1) // self.step)

    def _spread_matrix(self, outputs: int) -> Weights:
        """Return the matrix B, (outputs, points)."""
        at = self.first + self._half + self.step * np.arange(self.points(outputs))
        distances = at - (np.arange(outputs) + self._middle)[:, np.newaxis]
        # Cut, because denormal numbers are very slow.
        spread = np.exp(-((distances / self._sigma) ** 2) / 2) * (np.abs(distances) <= self._half)
        spread *= self.weights.sum() / spread.sum(axis=1, keepdims=True)
        return spread

    def _residual_matrix(self, outputs: int) -> Weights:
        """Return the matrix T − B·A, (outputs, places)."""
        spread, taps = self._spread_matrix(outputs), len(self.weights)
        last = self.first + (spread.shape[1] - 1) * self.step
        rest = np.zeros((outputs, max(last + len(self.gaussian), self.lead + outputs - 1 + taps)))
        for point in range(spread.shape[1]):
            start = self.first + point * self.step
            rest[:, start : start + len(self.gaussian)] -= (
                spread[:, point, np.newaxis] * self.gaussian
            )
        for row in range(outputs):
            rest[row, self.lead + row : self.lead + row + taps] += self.weights
        return rest

    @cached_property
    def residual(self) -> float:
        """Σ|T − B·A| at worst, relative to the sum of the weights."""
        return float(
            np.abs(self._residual_matrix(self.step)).sum(axis=1).max() / self.weights.sum()
        )

    @cached_property
    def vertical_spread(self) -> Array:
        """B for `rows` outputs, (rows, points)."""
        return self._spread_matrix(self.rows).astype(self.dtype)

    @cached_property
    def horizontal_spread(self) -> Array:
        """B for `columns` outputs, (points, columns)."""
        return self._spread_matrix(self.columns).T.astype(self.dtype, order="C")

    @cached_property
    def vertical_residual(self) -> Array:
        """T − B·A for `rows` outputs, (rows, places)."""
        return self._residual_matrix(self.rows).astype(self.dtype)

    @cached_property
    def horizontal_kernel(self) -> Array:
        """T for `outputs` outputs, (places from `lead` on, outputs)."""
        return banded.toeplitz_matrix(self.weights, self.outputs, self.dtype).T.copy()

    @cached_property
    def horizontal_gather(self) -> Array:
        """A for some points of the grid, (places from `first` on, points)."""
        matrix = np.zeros(((_GRID - 1) * self.step + len(self.gaussian), _GRID), self.dtype)
        for point in range(_GRID):
            matrix[point * self.step : point * self.step + len(self.gaussian), point] = (
                self.gaussian
            )
        return matrix

    @property
    def before(self) -> int:
        """Points whose Gaussians begin before a place and reach beyond it."""
        return (len(self.gaussian) - 1 + self.first) // self.step

    @cached_property
    def vertical_gather(self) -> Array:
        """The weights of `gather_rows` rows in the points of the grid around, (points, rows)."""
        points = self.before + (self.gather_rows - 1 - self.first) // self.step + 1
        matrix = np.zeros((points, self.gather_rows), self.dtype)
        for point in range(points):
            start = self.first + (point - self.before) * self.step
            low, high = max(start, 0), min(start + len(self.gaussian), self.gather_rows)
            matrix[point, low:high] = self.gaussian[low - start : high - start]
        return matrix

    @property
    def vertical_operations(self) -> float:
        """Multiplications and additions for a pixel, if this is the grid down the columns."""
        points, places = self.vertical_spread.shape[1], self.vertical_residual.shape[1]
        return float(2 * (len(self.vertical_gather) + points + places / self.step))

    @property
    def horizontal_operations(self) -> float:
        """Multiplications and additions for a pixel, if this is the grid along the rows."""
        gathered = len(self.horizontal_gather) + len(self.horizontal_kernel)
        return float(2 * (gathered / self.step + len(self.horizontal_spread)))


def make_grid(factor: Weights, fit: Fit) -> Grid | None:
    """Return the grid for one factor of a kernel, or None if the factor is no wide Gaussian."""
    return _make_grid(factor.tobytes(), fit)


@lru_cache(maxsize=12)
def _make_grid(factor: bytes, fit: Fit) -> Grid | None:
    weights = np.frombuffer(factor)
    with np.errstate(over="ignore"):
        total = weights.sum()
    if weights.min() < 0 or not 0 < total < math.inf:
        return None
    middle, sigma = _fit_gaussian(weights / total)
    # Excludes flat factors and those with hardly more than one weight.
    if not _STEPS[0] * fit.fineness <= sigma <= len(weights):
        return None
    return Grid(weights, middle, sigma, fit)


def _fit_gaussian(weights: Weights) -> tuple[float, float]:
    """Return the mean of weights that sum to 1, and the sigma of a Gaussian cut at their ends."""
    places = np.arange(len(weights))
    middle = float(places @ weights)
    distances = (places - middle) ** 2
    variance = target = max(float(distances @ weights), np.finfo(float).tiny)
    for _ in range(4):
        with np.errstate(over="ignore"):  # to exp(-inf), which is the right 0
            cut = np.exp(-distances / (2 * variance))
        variance *= target * cut.sum() / float(distances @ cut) if distances @ cut else 1.0
    return middle, math.sqrt(variance)
