"""The spatial weights of the fast bilateral filter on cells, and sums of cells with them."""

from __future__ import annotations

import numpy as np

from ....dtypes import Array
from .direct import disc

_ACROSS = 8  # the least cells along a diameter: with 7, errors in grey are 3 dB larger
_STEPS = 1.5  # the least cells along a sigma-space
_BLOCK = 1 << 16  # cells that are summed at once, so that their lines stay in the cache
_TOGETHER = 8  # planes that are summed at once


def cell_side(diameter: int, sigma_space: float) -> int:
    """Return the side of a cell in pixels; 1 means full resolution."""
    return max(1, min(diameter // _ACROSS, int(sigma_space / _STEPS)))


def make_quadrant(diameter: int, sigma_space: float, side: int) -> Array:
    """Return a quadrant of the disc's weights, summed over cells; the centre is the first cell.

    Parameters
    ----------
    diameter : int
        In pixels, odd.
    sigma_space : float
        In pixels.
    side : int
        Side of a cell, in pixels.
    """
    radius = diameter // 2
    steps = np.arange(-radius, radius + 1)
    kernel_1d = np.exp(-0.5 * (steps / sigma_space) ** 2)
    fine = np.outer(kernel_1d, kernel_1d) * disc(diameter)
    reach = -(-(radius + side // 2) // side)
    shares = np.zeros((2 * reach + 1, len(steps)))
    # The border between cells of an even side lies on pixels: each cell gets half of such a pixel.
    for shift in (0, (side + 1) % 2):
        cells = (steps + (side - shift) // 2) // side + reach
        np.add.at(shares, (cells, np.arange(len(steps))), 0.5)
    coarse: Array = (shares @ fine @ shares.T)[reach:, reach:].astype(np.float32)
    return coarse


def sum_of_quadrant(kernel: Array) -> float:
    """Return the sum of all weights from one quadrant."""
    both = np.where(np.arange(len(kernel)) == 0, 1, 2)
    return float(both @ kernel @ both)


def sum_over_disc(planes: Array, kernel: Array) -> None:
    """Sum (P, h, w) planes of cells over the disc, in place, with the border `replicate`."""
    for first in range(0, len(planes), _TOGETHER):
        _sum_over_disc(planes[first : first + _TOGETHER], kernel)


def _sum_over_disc(planes: Array, kernel: Array) -> None:
    reach = len(kernel) - 1
    count, height, width = planes.shape
    sides = (0, 0), (reach, reach), (reach, reach)
    wide = np.pad(planes, sides, "edge")
    rows = min(height, max(1, _BLOCK // (count * wide.shape[2])))
    lines, sums = np.empty((2, reach + 1, count * rows * wide.shape[2]), np.float32)
    for top in range(0, height, rows):
        out = planes[:, top : top + rows]
        size = count * out.shape[1] * wide.shape[2]
        pairs = lines[:, :size].reshape(reach + 1, count, out.shape[1], -1)
        middle = top + reach
        pairs[0] = wide[:, middle : middle + out.shape[1]]
        for step in range(1, reach + 1):
            above = wide[:, middle - step : middle - step + out.shape[1]]
            below = wide[:, middle + step : middle + step + out.shape[1]]
            np.add(above, below, out=pairs[step])
        np.matmul(kernel, lines[:, :size], out=sums[:, :size])
        found = sums[:, :size].reshape(pairs.shape)
        out[:] = found[0, ..., reach : reach + width]
        for step in range(1, reach + 1):
            out += found[step, ..., reach - step : reach - step + width]
            out += found[step, ..., reach + step : reach + step + width]
