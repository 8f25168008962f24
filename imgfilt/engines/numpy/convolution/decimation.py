"""Grid: a wide bell along an axis as two, to a coarse grid and back, and what the two miss of it.

With T the kernel's operator, B·A goes to the grid and back: A is a bell that is sampled every D
pixels, B one that interpolates; their variances add up to the kernel's. Places along the axis count
from the first pixel that any of the operators looks at for output 0.
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
_NEARLY = 0.02  # of a step: what the sigma that is found is short of
_GRID = 4  # points of the grid made at once along rows
_ROWS, _TAKEN, _COLUMNS = 16, 48, 64  # rows made, rows gathered, columns made at once, about
_OUTPUTS = 32, 64  # columns of the kernel itself made at once, for few and many weights
_MANY = 256


class Fit(NamedTuple):
    """How near the two bells come to the kernel: for a finer one they cost more.

    Attributes
    ----------
    dtype : str
        Of the sums.
    fineness : float
        The kernel's sigma in steps of the grid.
    cut : float
        The sigmas at which the two bells end.
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
        The place of the first pixel that the factor itself looks at for output 0.
    first : int
        The place where the bell of the grid's first point begins.
    rows, columns : int
        How many outputs are made of the grid at once.
    taken : int
        How many rows are gathered at once.
    outputs : int
        How many columns are made by the kernel itself at once.
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
        self.bell = np.exp(-((np.arange(-half, half + 1) / self._sigma) ** 2) / 2)
        self.bell /= self.bell.sum()
        self.rows = banded.rounded_up(_ROWS, self.step)
        self.taken = banded.rounded_up(_TAKEN, self.step)
        self.columns = banded.rounded_up(_COLUMNS, self.step)
        self.outputs = _OUTPUTS[len(weights) >= _MANY]

    def points(self, outputs: int) -> int:
        """Return how many points of the grid so many outputs need."""
        return -(-(outputs + 2 * self._half + 1) // self.step)

    def _spread(self, outputs: int) -> Weights:
        """Return B, (outputs, points)."""
        at = self.first + self._half + self.step * np.arange(self.points(outputs))
        apart = at - (np.arange(outputs) + self._middle)[:, np.newaxis]
        # Cut, since numbers next to 0 take a processor very long.
        spread = np.exp(-((apart / self._sigma) ** 2) / 2) * (np.abs(apart) <= self._half)
        spread *= self.weights.sum() / spread.sum(axis=1, keepdims=True)
        return spread

    def _rest(self, outputs: int) -> Weights:
        """Return T − B·A, (outputs, places)."""
        spread, taps = self._spread(outputs), len(self.weights)
        last = self.first + (spread.shape[1] - 1) * self.step
        rest = np.zeros((outputs, max(last + len(self.bell), self.lead + outputs - 1 + taps)))
        for point in range(spread.shape[1]):
            start = self.first + point * self.step
            rest[:, start : start + len(self.bell)] -= spread[:, point, np.newaxis] * self.bell
        for row in range(outputs):
            rest[row, self.lead + row : self.lead + row + taps] += self.weights
        return rest

    @cached_property
    def missed(self) -> float:
        """Σ|T − B·A| at worst, relative to the sum of the weights."""
        return float(np.abs(self._rest(self.step)).sum(axis=1).max() / self.weights.sum())

    @cached_property
    def spread_down(self) -> Array:
        """B for `rows` outputs, (rows, points)."""
        return self._spread(self.rows).astype(self.dtype)

    @cached_property
    def spread_across(self) -> Array:
        """B for `columns` outputs, (points, columns)."""
        return self._spread(self.columns).T.astype(self.dtype, order="C")

    @cached_property
    def rest_down(self) -> Array:
        """T − B·A for `rows` outputs, (rows, places)."""
        return self._rest(self.rows).astype(self.dtype)

    @cached_property
    def full_across(self) -> Array:
        """T for `outputs` outputs, (places from `lead` on, outputs)."""
        return banded.toeplitz(self.weights, self.outputs, self.dtype).T.copy()

    @cached_property
    def gather_across(self) -> Array:
        """A for some points of the grid, (places from `first` on, points)."""
        matrix = np.zeros(((_GRID - 1) * self.step + len(self.bell), _GRID), self.dtype)
        for point in range(_GRID):
            matrix[point * self.step : point * self.step + len(self.bell), point] = self.bell
        return matrix

    @property
    def before(self) -> int:
        """How many points whose bells begin before it the rows from a place on add to."""
        return (len(self.bell) - 1 + self.first) // self.step

    @cached_property
    def gather_down(self) -> Array:
        """What `taken` rows add to the points of the grid around, (points, rows)."""
        points = self.before + (self.taken - 1 - self.first) // self.step + 1
        matrix = np.zeros((points, self.taken), self.dtype)
        for point in range(points):
            start = self.first + (point - self.before) * self.step
            low, high = max(start, 0), min(start + len(self.bell), self.taken)
            matrix[point, low:high] = self.bell[low - start : high - start]
        return matrix

    @property
    def operations_down(self) -> float:
        """The multiplications and additions of a pixel, this being the grid down the columns."""
        points, places = self.spread_down.shape[1], self.rest_down.shape[1]
        return float(2 * (len(self.gather_down) + points + places / self.step))

    @property
    def operations_across(self) -> float:
        """The multiplications and additions of a pixel, this being the grid along the rows."""
        gathered = len(self.gather_across) + len(self.full_across)
        return float(2 * (gathered / self.step + len(self.spread_across)))


def grid(factor: Weights, fit: Fit) -> Grid | None:
    """Return the grid for one factor of a kernel, or None where it's no wide bell."""
    return _grid(factor.tobytes(), fit)


@lru_cache(maxsize=12)
def _grid(factor: bytes, fit: Fit) -> Grid | None:
    weights = np.frombuffer(factor)
    with np.errstate(over="ignore"):
        total = weights.sum()
    if weights.min() < 0 or not 0 < total < math.inf:
        return None
    middle, sigma = _bell(weights / total)
    # Of what is no bell, a flat one or hardly more than one weight, none comes out that fits it.
    if not _STEPS[0] * fit.fineness <= sigma <= len(weights):
        return None
    return Grid(weights, middle, sigma, fit)


def _bell(weights: Weights) -> tuple[float, float]:
    """Return the mean of weights that add up to 1, and the sigma of a bell cut where they end."""
    places = np.arange(len(weights))
    middle = float(places @ weights)
    apart = (places - middle) ** 2
    variance = sought = max(float(apart @ weights), np.finfo(float).tiny)
    for _ in range(4):
        with np.errstate(over="ignore"):  # to exp(-inf), which is the right 0
            cut = np.exp(-apart / (2 * variance))
        variance *= sought * cut.sum() / float(apart @ cut) if apart @ cut else 1.0
    return middle, math.sqrt(variance)
