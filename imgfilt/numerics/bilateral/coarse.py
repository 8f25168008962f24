"""The lower resolution of the fast bilateral filter: cells, and sums of them over a disc."""

from __future__ import annotations

import numpy as np

from ..taps import Array
from .disc import disc

# Cells of a disc: fewer would cost grey 4 dB; for colours the centres matter more.
_ACROSS_GREY, _ACROSS_COLOUR = 9, 7
_STEPS = 1.5  # cells of a sigma-space
_BLOCK = 1 << 14  # cells at once: all lines of them stay in the cache


def cell(diameter: int, sigma_space: float, channels: int) -> int:
    """Return how many pixels a cell is wide; 1 where that is no lower resolution."""
    across = _ACROSS_GREY if channels == 1 else _ACROSS_COLOUR
    return max(1, min(diameter // across, int(sigma_space / _STEPS)))


def quarter(diameter: int, sigma_space: float, side: int) -> Array:
    """Return a quarter of the disc's weights, the middle first, summed over cells of a side."""
    radius = diameter // 2
    steps = np.arange(-radius, radius + 1)
    bell = np.exp(-0.5 * (steps / sigma_space) ** 2)
    fine = np.outer(bell, bell) * disc(diameter)
    reach = -(-(radius + side // 2) // side)
    shares = np.zeros((2 * reach + 1, len(steps)))
    # The border between cells of an even side lies at whole steps: half of those go either way.
    for shift in (0, (side + 1) % 2):
        cells = (steps + (side - shift) // 2) // side + reach
        np.add.at(shares, (cells, np.arange(len(steps))), 0.5)
    coarse: Array = (shares @ fine @ shares.T)[reach:, reach:].astype(np.float32)
    return coarse


def total(kernel: Array) -> float:
    """Return the sum of the weights of which a quarter is given."""
    both = np.where(np.arange(len(kernel)) == 0, 1, 2)
    return float(both @ kernel @ both)


def spread(plane: Array, kernel: Array) -> None:
    """Sum a (h, w) plane of cells over the disc, in place; what lies beyond is like the edge."""
    reach = len(kernel) - 1
    height, width = plane.shape
    wide = np.pad(plane, reach, "edge")
    rows = max(2 * reach, _BLOCK // width)
    for top in range(0, height, rows):
        part = wide[top : min(top + rows, height) + 2 * reach]
        lines = np.empty((reach + 1, len(part), width), np.float32)
        lines[0] = part[:, reach : reach + width]
        for step in range(1, reach + 1):
            left, right = reach - step, reach + step
            np.add(part[:, left : left + width], part[:, right : right + width], out=lines[step])
        sums = (kernel @ lines.reshape(reach + 1, -1)).reshape(lines.shape)
        count = len(part) - 2 * reach
        out = plane[top : top + count]
        out[:] = sums[0, reach : reach + count]
        for step in range(1, reach + 1):
            out += sums[step, reach - step : reach - step + count]
            out += sums[step, reach + step : reach + step + count]


def between(planes: Array, top: int, bottom: int, side: int) -> Array:
    """Return the rows of (P, h, w) cells where pixel rows lie, and a cell more at either end."""
    at = ((np.arange(top, bottom) + 0.5) / side - 0.5).clip(0, planes.shape[1] - 1)
    first = np.minimum(at.astype(int), max(planes.shape[1] - 2, 0))
    share = (at - first).astype(np.float32)[:, np.newaxis]
    low, high = int(first.min()), int(first.max()) + 1
    steps = np.diff(planes[:, low : high + 1], axis=1, append=planes[:, high : high + 1, :][:, :1])
    found = np.empty((len(planes), bottom - top, planes.shape[2] + 2), np.float32)
    inner = found[..., 1:-1]
    np.multiply(steps[:, first - low], share, out=inner)
    inner += planes[:, first]
    found[..., 0], found[..., -1] = found[..., 1], found[..., -2]
    return found
