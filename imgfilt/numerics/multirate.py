"""Multirate: wide bells at a cost that doesn't grow with them, on a grid as coarse as they allow.

With T the kernel's operator along an axis, m = B·A goes to a coarse grid and back: A is a bell that
is sampled every D pixels, B one that interpolates; their variances add up to the kernel's. What
m misses of T, mostly that T ends abruptly, is small, and

    Tv·Th = Tv·mh + mv·(Th − mh) + (Tv − mv)·(Th − mh)

has a last term that is the product of two small ones. The others cost little: in each, one axis is
on the coarse grid while the other is done at full length.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..scratch import borrow
from . import band
from .band import Band
from .taps import Array, Taps, Weights

# The kernel's sigma in steps of the grid, and the sigmas at which the bells to it and back end.
# Sparser and shorter ones miss more than _MOST_MISSED allows; float64 is for finer levels.
_FINENESS = {"float32": (1.4, 4.0), "float64": (2.0, 5.0)}
_GRID = 8  # points of the grid made at once; more cost operations, fewer the speed of a product
_STEPS = 2, 128  # pixels; longer steps would gain little
_CELLS = 1 << 21  # of a matrix, which limits the points that are made at once
_MOST_MISSED = 8e-4  # Σ|T − m| that counts as small; its square is the method's error


class Axis(NamedTuple):
    """The operators along one axis: T, A, B and T − B·A, and Σ|T − B·A| at worst."""

    full: Band
    gather: Band
    spread: Band
    rest: Band
    missed: float

    def points(self, outputs: int) -> int:
        """Return how many points of the grid so many outputs need."""
        blocks = -(-outputs // len(self.spread.matrix))
        return (blocks - 1) * self.spread.advance + int(self.spread.matrix.shape[1])


def axis(factor: Weights, dtype: str) -> Axis | None:
    """Return the operators for one factor of a kernel, or None where it's no wide bell."""
    return _axis(factor.tobytes(), dtype)


@lru_cache(maxsize=8)
def _axis(factor: bytes, dtype: str) -> Axis | None:
    weights = np.frombuffer(factor)
    total = weights.sum()
    if weights.min() < 0 or not total > 0:
        return None
    middle, sigma = _bell(weights / total)
    fineness, cut = _FINENESS[dtype]
    # Of what is no bell, a flat one or hardly more than one weight, none comes out that fits it.
    if not _STEPS[0] * fineness <= sigma <= len(weights):
        return None
    step = min(int(sigma / fineness), _STEPS[1])
    spread_sigma = sigma / math.sqrt(2)
    half = math.ceil(cut * spread_sigma)
    first = math.floor(middle) - half  # the first point of the grid that output 0 needs
    grid = min(max(1, int(_CELLS / (10 * sigma * step))), _GRID)
    gather = _gathering(grid, step, spread_sigma, half)
    outputs = grid * step
    count = -(-(outputs + 2 * half + 1) // step)
    at = first + step * np.arange(count)
    apart = at - (np.arange(outputs) + middle)[:, np.newaxis]
    # Cut, since numbers next to 0 take a processor very long.
    spread = np.exp(-((apart / spread_sigma) ** 2) / 2) * (np.abs(apart) <= half)
    spread *= total / spread.sum(axis=1, keepdims=True)
    # T − B·A on all that B·A or T look at, from `low` on.
    low = min(first - half, 0)
    width = max(at[-1] + half + 1, outputs + len(weights) - 1) - low
    rest = np.zeros((outputs, width))
    bell = gather[0, : 2 * half + 1]
    for column, point in enumerate(at):
        start = point - half - low
        rest[:, start : start + len(bell)] -= spread[:, column, np.newaxis] * bell
    for row in range(outputs):
        rest[row, row - low : row - low + len(weights)] += weights
    return Axis(
        band.toeplitz(weights, min(max(64, len(weights)), 512), dtype),
        Band(gather.astype(dtype), outputs, first - half),
        Band(spread.astype(dtype), grid),
        Band(rest.astype(dtype), outputs, low),
        float(np.abs(rest).sum(axis=1).max() / total),
    )


def _bell(weights: Weights) -> tuple[float, float]:
    """Return the mean of weights that add up to 1, and the sigma of a bell cut where they end."""
    places = np.arange(len(weights))
    middle = float(places @ weights)
    apart = (places - middle) ** 2
    variance = sought = max(float(apart @ weights), np.finfo(float).tiny)
    for _ in range(4):
        cut = np.exp(-apart / (2 * variance))
        variance *= sought * cut.sum() / float(apart @ cut) if apart @ cut else 1.0
    return middle, math.sqrt(variance)


def _gathering(grid: int, step: int, sigma: float, half: int) -> Weights:
    """Return the matrix that makes so many points of the grid: bells, each a step further."""
    bell = np.exp(-((np.arange(-half, half + 1) / sigma) ** 2) / 2)
    bell /= bell.sum()
    matrix = np.zeros((grid, (grid - 1) * step + len(bell)))
    for row in range(grid):
        matrix[row, row * step : row * step + len(bell)] = bell
    return matrix


def suits(taps: Taps) -> bool:
    """Tell whether both factors are wide bells."""
    if taps.factors is None:
        return False
    axes = [axis(factor, dtype) for factor in taps.factors for dtype in _FINENESS]
    return all(one is not None and one.missed <= _MOST_MISSED for one in axes)


def missed(taps: Taps) -> float:
    """Return the bound of the error in float32, relative to Σ|w| · max|I|, but for rounding."""
    axes = [axis(factor, "float32") for factor in taps.factors or ()]
    return math.prod(one.missed for one in axes if one is not None)


def run(padded: Array, taps: Taps) -> Array:
    """Return the (h, w, C) sums Σ weights · padded, in the dtype of the block (a float).

    Their error is within 7e-7 · Σ|w| · max|I| in float32, hundreds of times less in float64, and
    the rounding of the dtype.
    """
    assert taps.factors is not None
    down, across = (axis(factor, padded.dtype.name) for factor in taps.factors)
    assert down is not None and across is not None
    height, width = taps.output(padded)
    sums = borrow("multirate", (height, width, padded.shape[2]), padded.dtype)
    for channel in range(padded.shape[2]):
        plane = padded[..., channel]
        if padded.shape[2] == 1:
            _run(plane, down, across, sums[..., 0])
        else:
            lone = borrow("multirate plane", plane.shape, plane.dtype)
            lone[...] = plane
            out = borrow("multirate sums", (height, width), plane.dtype)
            sums[..., channel] = _run(lone, down, across, out)
    return sums


def _run(plane: Array, down: Axis, across: Axis, sums: Array) -> Array:
    """Put the sums of a (H, W) plane into `sums` (h, w)."""
    (height, width), dtype = sums.shape, sums.dtype

    def empty(name: str, *shape: int) -> Array:
        return borrow(f"multirate {name}", shape, dtype)

    columns, rows = across.points(width), down.points(height)
    few = across.gather.across(plane, empty("few columns", len(plane), columns))
    few = down.full.down(few, empty("few sums", height, columns))
    low = down.gather.down(plane, empty("few rows", rows, plane.shape[1]))
    low = across.rest.across(low, empty("few rests", rows, width))
    count = len(down.spread.matrix)
    for number, top in enumerate(range(0, height, count)):
        target = sums[top : top + count]
        across.spread.across(few[top : top + count], target)
        inputs, matrix = down.spread.block(number, rows, len(target))
        target += np.matmul(matrix, low[inputs], out=empty("part", len(target), width))
    return sums


def operations(taps: Taps) -> float:
    """Return the multiplications and additions of an output pixel."""
    fineness, cut = _FINENESS["float32"]
    steps = 2 * cut * fineness / math.sqrt(2)  # of the grid that a bell spans
    passes = 4 * (_GRID + steps) + 2 * (_GRID + 2 * steps)
    return 2 * passes
