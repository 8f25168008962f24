"""The cells of the bilateral grid: squares of pixels, and the weights of the disc on them.

Cells and interpolation widen the disc: a cell side s adds s² / 12 to the variance of a place along
an axis, twice, and the interpolation s² / 6. Weights -b, 1 + 2 b, -b of neighbouring cells narrow
it by 2 b s². b = 1/6 makes the variance right; 0.19 gave the least errors on photographs.

Example: side 4, diameter 35, no weights by distance: along an axis the disc has the variance 72.
Its weights on cells have 4² / 12 = 1.33 more, the pixels of a cell another 1.33, and a straight
line between the middles of two cells 4² / 6 = 2.67. Without b its variance would seem 7 % larger.
"""

from __future__ import annotations

import numpy as np

from ....dtypes import Array
from .direct import disc

_ACROSS = 8  # the least cells along a diameter: with 7, errors are 3 dB larger
_STEPS = 1.5  # the least cells along a sigma-space
_SHARPEN = 0.19  # b above


def cell_side(diameter: int, sigma_space: float) -> int:
    """Return the side of a cell for a disc, in pixels; 1 means full resolution."""
    return max(1, min(diameter // _ACROSS, int(sigma_space / _STEPS)))


def make_kernel(diameter: int, sigma_space: float, side: int) -> Array:
    """Return the (2 * reach + 1, 2 * reach + 1) weights of the disc on cells, sharpened.

    Parameters
    ----------
    diameter : int
        In pixels, odd.
    sigma_space : float
        In pixels.
    side : int
        Of a cell, in pixels.
    """
    radius = diameter // 2
    steps = np.arange(-radius, radius + 1)
    bell = np.exp(-0.5 * (steps / sigma_space) ** 2)
    reach = (radius + side // 2) // side + 1  # a cell more, for the sharpening
    shares = np.zeros((2 * reach + 1, len(steps)))
    # The border between cells of an even side lies on pixels: each cell gets half of such a pixel.
    for shift in (0, (side + 1) % 2):
        np.add.at(shares, ((steps + (side - shift) // 2) // side + reach, steps + radius), 0.5)
    neighbours = np.eye(len(shares), k=1) + np.eye(len(shares), k=-1)
    shares += _SHARPEN * (2 * shares - neighbours @ shares)
    lines = np.einsum("ci,ij->cj", shares, np.outer(bell, bell) * disc(diameter))
    kernel: Array = np.einsum("cj,dj->cd", lines, shares)
    return kernel


class Axis:
    """Cells along one axis of a padded block.

    Parameters
    ----------
    length : int
        Of the block, in pixels.
    start : int
        The place of its first pixel in the picture, where cells begin at multiples of `side`.
    side : int
        Of a cell, in pixels.
    margin : int
        Pixels of the block before and after the output pixels.
    reach : int
        Cells before and after a cell that its sum needs.

    Attributes
    ----------
    cells : slice
        The pixels of whole cells.
    before : (n,) array of int
        The last cell whose middle isn't after an output pixel, among the cells with a sum.
    shares : (n,) array
        How far the pixel is from its middle to the middle of the next cell.
    """

    def __init__(self, length: int, start: int, side: int, margin: int, reach: int):
        first = -start % side
        self.cells = slice(first, first + (length - first) // side * side)
        # In halves of a pixel from the middle of the first cell: whole numbers.
        before, after = np.divmod(
            2 * (np.arange(margin, length - margin) - first) + 1 - side, 2 * side
        )
        self.before = before - reach
        self.shares = (after / (2 * side)).astype(np.float32)
