"""Bilateral: a mean of the pixels nearby, weighted by distance and by likeness.

Source: Tomasi & Manduchi, "Bilateral filtering for gray and color images" (1998), with a disc for
a window and the sum of absolute differences over the channels for likeness, as OpenCV has it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .taps import Array

_BLOCK = 1 << 15  # pixels: some ten float planes of these stay in the cache


def disc(diameter: int) -> NDArray[np.bool_]:
    """Return the (diameter, diameter) window: the cells within diameter // 2 of the centre."""
    radius = diameter // 2
    steps = np.arange(-radius, radius + 1) ** 2
    return steps[:, np.newaxis] + steps <= radius * radius


def run(
    padded: Array,
    diameter: int,
    sigma_color: float,
    sigma_space: float,
    weight: Array | None = None,
) -> Array:
    """Return the (h, w, C) weighted means; with a weight plane a channel more, its own mean.

    Parameters
    ----------
    padded : (h + diameter - 1, w + diameter - 1, C) array
        In 8-bit levels; uint8 is computed in float32, all else in float64.
    sigma_color : float
        In levels, of the sum over the channels.
    sigma_space : float
        In pixels.
    weight : (h + diameter - 1, w + diameter - 1) array, optional
        What each pixel counts.
    """
    kind = np.float32 if padded.dtype == np.uint8 and weight is None else np.float64
    radius = diameter // 2
    height, width = (side - 2 * radius for side in padded.shape[:2])
    offsets = [(int(r), int(c)) for r, c in np.argwhere(disc(diameter))]
    extra = 0 if weight is None else 1
    means = np.empty((height, width, padded.shape[2] + extra), kind)
    step = max(1, _BLOCK // width)
    for top in range(0, height, step):
        count = min(step, height - top)
        rows = slice(top, top + count + 2 * radius)
        planes = np.ascontiguousarray(np.moveaxis(padded[rows], 2, 0), kind)
        share = None if weight is None else weight[rows].astype(kind)
        block = _Block(planes, share, radius, sigma_color)
        for row, column in offsets:
            squared = (row - radius) ** 2 + (column - radius) ** 2
            block.add(row, column, math.exp(-0.5 * squared / sigma_space**2))
        means[top : top + count] = block.means()
    return means


class _Block:
    """The sums of one block: planes (C, h, w) of differences to the centre, and of weights."""

    def __init__(self, planes: Array, share: Array | None, radius: int, sigma_color: float):
        self.planes, self.share = planes, share
        self.height, self.width = (side - 2 * radius for side in planes.shape[1:])
        self.centre = planes[:, radius : radius + self.height, radius : radius + self.width]
        # A larger one would be infinite in float32, and NaN where the difference is 0.
        self.falloff = max(-0.5 / sigma_color**2, -1e30)
        # Differences are summed, not values: what is lost to rounding is as small as they are.
        self.sums = np.zeros_like(self.centre)
        self.weights = np.zeros_like(self.centre[0])
        self.likenesses = np.zeros_like(self.weights)
        self.difference = np.empty_like(self.centre)
        self.likeness = np.empty_like(self.weights)
        self.scratch = np.empty_like(self.centre)

    def add(self, row: int, column: int, nearness: float) -> None:
        """Add the neighbour whose plane starts at a row and column of the padded block."""
        window = (slice(row, row + self.height), slice(column, column + self.width))
        likeness = self.likeness
        np.subtract(self.planes[(slice(None), *window)], self.centre, out=self.difference)
        np.abs(self.difference, out=self.scratch)
        np.sum(self.scratch, axis=0, out=likeness)
        np.multiply(likeness, likeness, out=likeness)
        np.multiply(likeness, self.falloff, out=likeness)
        np.exp(likeness, out=likeness)
        np.multiply(likeness, nearness, out=likeness)
        if self.share is not None:
            self.likenesses += likeness
            likeness *= self.share[window]
        self.weights += likeness
        np.multiply(self.difference, likeness, out=self.scratch)
        self.sums += self.scratch

    def means(self) -> Array:
        """Return the (h, w, C) means, and the mean of the weight plane where there is one."""
        with np.errstate(invalid="ignore", divide="ignore"):
            means = self.centre + self.sums / self.weights
        if self.share is None:
            return np.moveaxis(means, 0, 2)
        means = np.where(self.weights > 0, means, self.centre)
        return np.moveaxis(np.concatenate([means, [self.weights / self.likenesses]]), 0, 2)


def operations(diameter: int, channels: int) -> float:
    """Return the operations of an output pixel."""
    return float(np.count_nonzero(disc(diameter)) * (6 + 5 * channels))
