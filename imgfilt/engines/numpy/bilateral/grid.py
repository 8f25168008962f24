"""The fast bilateral filter for grey: means for a few levels on cells, interpolated to each pixel.

For one level v, the mean of a pixel of that level is v + σ · N / D, where D and N are sums over the
disc of functions of the other pixels' levels q: g = exp(-(q - v)² / 2σ²), and g · (q - v) / σ. The
sums are smooth, so sums of cells of some pixels are enough. The means are found at the middle of
each cell for each of K levels, the nodes, half a sigma-color apart. A pixel between four cells and
two nodes gets a mean between their eight.

The 2 K functions of q are much alike: all of them are sums of Q of them, from a singular value
decomposition, so only Q planes are summed.

Example: cells of side 2 in a row, q = 0 0 0 10, sigma-color 20, the disc as wide as all of it. At
the node v = 0, D = 1 + 1 + 1 + 0.88 and N = 0.88 · 10 / 20, so the mean is 20 · 0.44 / 3.88 = 2.27.
At the node v = 10, D = 3.65 and N = 3 · 0.88 · -10 / 20, so the mean is 10 - 7.25 = 2.75. A pixel
of level 5, if there were one, would get 2.5.

Cells and interpolation widen the disc: a cell side s adds s² / 12 to the variance of a place along
an axis, twice, and the interpolation s² / 6. Weights -b, 1 + 2 b, -b of neighbouring cells narrow
it by 2 b s². b = 1/6 makes the variance right; 0.19 gave the least errors on photographs.

Sources: Paris & Durand, "A fast approximation of the bilateral filter using a signal processing
approach" (2006), for cells and nodes; Sugimoto, Breckon & Kamata, "Constant-time bilateral filter
using spectral decomposition" (2016), for the decomposition.
"""

from __future__ import annotations

import math
from functools import cached_property, lru_cache

import numpy as np

from ....dtypes import Array
from .. import convolution
from .direct import disc

_ACROSS = 8  # the least cells along a diameter: with 7, errors are 3 dB larger
_STEPS = 1.5  # the least cells along a sigma-space
_SHARPEN = 0.19  # b above
_NODE_STEP = 0.5  # between nodes, in sigma-color
_LEAST_NODES, _MOST_NODES = 4, 64
_LEAST_SIZE = 1e-3  # of a singular value, relative to the greatest
_LEAST_WEIGHT = 1e-4  # of D, in pixels of one cell: sharpened sums may be negative
_FLOAT_STEPS = 4096  # that floats are rounded to for the sums
_DECOMPOSED = 256  # of these steps, all that decide the functions
_BLOCK = 1 << 17  # pixels that are processed at once, so that they stay in the cache
_PRODUCT = 1 << 18  # multiplications; from Python, larger products would start threads of BLAS
_EXACT = 0.3  # nanoseconds of the exact filter for a pixel of the disc, by the fastest processors


@lru_cache(maxsize=16)
def find_grid(
    diameter: int, sigma_color: float, sigma_space: float, low: float, high: float, is_uint8: bool
) -> Grid | None:
    """Return the grid for a filter and a picture, or None if the exact filter may be faster.

    Parameters
    ----------
    diameter : int
        In pixels, odd.
    sigma_color, sigma_space : float
        In levels, and in pixels.
    low, high : float
        The range of the levels; levels outside it count as its ends.
    is_uint8 : bool
        Whether blocks are uint8, with the range 0 to 255.
    """
    side = max(1, min(diameter // _ACROSS, int(sigma_space / _STEPS)))
    if side == 1 or not (high - low) / (_NODE_STEP * sigma_color) < _MOST_NODES:
        return None
    grid = Grid(
        diameter, sigma_color, sigma_space, side, low, high, 256 if is_uint8 else _FLOAT_STEPS
    )
    return grid if grid.nanoseconds < _EXACT * np.count_nonzero(disc(diameter)) else None


class Grid:
    """The approximation for one filter and one range of levels.

    Attributes
    ----------
    side : int
        Of a cell, in pixels.
    kernel : (2 * reach + 1, 2 * reach + 1) array
        The weights of the sums of cells.
    nodes : (K,) array
        Levels.
    margin : int
        Rows and columns around an output pixel that its block must have.
    """

    def __init__(
        self,
        diameter: int,
        sigma_color: float,
        sigma_space: float,
        side: int,
        low: float,
        high: float,
        steps: int,
    ):
        self.sigma_color, self.side = sigma_color, side
        self.low, self.high, self._steps = low, high, steps
        self.kernel = _make_kernel(diameter, sigma_space, side)
        self._reach = len(self.kernel) // 2
        self.margin = self._reach * side + math.ceil(1.5 * side) - 1
        nodes = max(_LEAST_NODES, math.ceil((high - low) / (_NODE_STEP * sigma_color)) + 1)
        self.nodes = np.linspace(low, high, nodes)

    @cached_property
    def _functions(self) -> tuple[Array, Array]:
        """(Q, steps) functions of the level, and (Q, 2 K) shares of them in g, and in g · d."""
        levels = np.linspace(self.low, self.high, self._steps)
        distances = (levels - self.nodes[:, np.newaxis]) / self.sigma_color
        g = np.exp(-0.5 * distances**2)
        wanted = np.concatenate([g, g * distances])
        few = wanted[:, :: self._steps // _DECOMPOSED]
        squares, shares = np.linalg.eigh(np.einsum("ik,jk->ij", few, few))
        shares = shares[:, squares > _LEAST_SIZE**2 * squares[-1]]
        functions = _multiply(wanted.T, shares).T.astype(np.float32, order="C")
        return functions, np.ascontiguousarray(shares.T)

    @property
    def operations(self) -> float:
        """About how many operations an output pixel costs."""
        return 4 * self.nanoseconds

    @property
    def nanoseconds(self) -> float:
        """About the time for an output pixel, as measured on strips of 512 columns."""
        functions, nodes = len(self._functions[0]), len(self.nodes)
        padded = 1 + 2 * self.margin / max(256, 4 * self.margin)
        cell = functions * (18 + 0.2 * nodes) + 4 * nodes
        return padded * (1 + 1.6 * functions + cell / self.side**2) + 12 + nodes / self.side

    def run(self, padded: Array, place: tuple[int, int]) -> Array:
        """Return the approximate (h, w, 1) weighted means, in float32.

        Parameters
        ----------
        padded : (h + 2 * margin, w + 2 * margin, 1) array
        place : (int, int)
            Row and column of the first pixel of `padded` in the picture. Cells begin at multiples
            of their side, so they don't depend on the cut of the picture.
        """
        rows, columns = (
            _Axis(length, start, self.side, self.margin, self._reach)
            for length, start in zip(padded.shape, place, strict=False)
        )
        # How the last digits are rounded depends on the cut, so these sums are in float64.
        sums = self._sum_cells(padded[rows.cells, columns.cells, 0]).astype(np.float64)
        taps = convolution.taps.Taps(self.kernel)
        means = self._node_means(convolution.run(sums, taps))
        inner = slice(self.margin, -self.margin)
        return self._interpolate(means, rows, columns, padded[inner, inner, 0])[..., np.newaxis]

    def _sum_cells(self, levels: Array) -> Array:
        """Return the (rows, columns, Q) sums over cells of the functions of (h, w) levels."""
        functions, side = self._functions[0], self.side
        rows, columns = (length // side for length in levels.shape)
        sums = np.empty((rows, columns, len(functions)), np.float32)
        at_once = max(1, _BLOCK // (side * levels.shape[1]))
        for top in range(0, rows, at_once):
            steps = self._round(levels[top * side : (top + at_once) * side])
            targets = np.moveaxis(sums[top : top + at_once], 2, 0)
            for function, target in zip(functions, targets, strict=True):
                lines = function.take(steps).reshape(len(target), side, -1).sum(axis=1)
                # The fastest sum of few neighbours, and one without threads of BLAS.
                np.einsum("ijk->ij", lines.reshape(len(target), columns, side), out=target)
        return sums

    def _round(self, levels: Array) -> Array:
        """Return the places of levels in the functions."""
        if levels.dtype == np.uint8:
            return levels.astype(np.intp)
        places = (levels - self.low) * ((self._steps - 1) / (self.high - self.low))
        return np.clip(np.rint(places), 0, self._steps - 1).astype(np.intp)

    def _node_means(self, sums: Array) -> Array:
        """Return the (rows, columns, K) means for the nodes, from the sums over the disc."""
        totals = _multiply(sums.reshape(-1, sums.shape[2]), self._functions[1])
        weights, means = np.moveaxis(totals.reshape(*sums.shape[:2], 2, -1), 2, 0)
        means /= np.maximum(weights, _LEAST_WEIGHT * self.side**2)
        means *= self.sigma_color
        means += self.nodes
        return np.clip(means, self.low, self.high, dtype=np.float32)

    def _interpolate(self, means: Array, rows: _Axis, columns: _Axis, levels: Array) -> Array:
        """Return the (h, w) means for the levels of pixels."""
        found = np.empty(levels.shape, np.float32)
        last = len(self.nodes) - 1
        lines = means.reshape(len(means), -1)
        # The place of a pixel's first node in a line.
        starts = columns.before * len(self.nodes)
        at_once = max(1, _BLOCK // max(lines.shape[1], len(starts)))
        for top in range(0, len(found), at_once):
            band = slice(top, top + at_once)
            before = rows.before[band]
            near = _mix(lines[before], lines[before + 1], rows.shares[band, np.newaxis])
            heights = (levels[band] - self.low) * (last / (self.high - self.low))
            heights = np.clip(heights.astype(np.float32), 0, last)
            nodes = np.minimum(heights.astype(np.intp), last - 1)
            heights -= nodes
            nodes += starts + np.arange(0, near.size, near.shape[1])[:, np.newaxis]
            near = near.ravel()
            left, right = (
                _mix(near[first:].take(nodes), near[first + 1 :].take(nodes), heights)
                for first in (0, len(self.nodes))
            )
            found[band] = _mix(left, right, columns.shares)
        return found


class _Axis:
    """Cells along one axis of a padded block.

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
        places = (np.arange(margin, length - margin) - first + 0.5) / side - 0.5
        before = np.floor(places)
        self.before = before.astype(np.intp) - reach
        self.shares = (places - before).astype(np.float32)


def _mix(first: Array, second: Array, shares: Array) -> Array:
    """Return first + shares * (second - first), in the memory of the second."""
    second -= first
    second *= shares
    second += first
    return second


def _multiply(left: Array, right: Array) -> Array:
    """Return the product of matrices, in pieces so small that BLAS uses one thread."""
    rows = max(1, _PRODUCT // right.size)
    whole = len(left) // rows * rows
    product = np.empty((len(left), right.shape[1]), left.dtype)
    pieces = left[:whole].reshape(-1, rows, left.shape[1])
    np.matmul(pieces, right, out=product[:whole].reshape(-1, rows, right.shape[1]))
    np.matmul(left[whole:], right, out=product[whole:])
    return product


def _make_kernel(diameter: int, sigma_space: float, side: int) -> Array:
    """Return the weights of the disc, summed over cells and sharpened."""
    radius = diameter // 2
    steps = np.arange(-radius, radius + 1)
    bell = np.exp(-0.5 * (steps / sigma_space) ** 2)
    reach = -(-(radius + side // 2) // side) + 1  # a cell more, for the sharpening
    shares = np.zeros((2 * reach + 1, len(steps)))
    # The border between cells of an even side lies on pixels: each cell gets half of such a pixel.
    for shift in (0, (side + 1) % 2):
        np.add.at(shares, ((steps + (side - shift) // 2) // side + reach, steps + radius), 0.5)
    neighbours = np.eye(len(shares), k=1) + np.eye(len(shares), k=-1)
    shares += _SHARPEN * (2 * shares - neighbours @ shares)
    kernel: Array = shares @ (np.outer(bell, bell) * disc(diameter)) @ shares.T
    return kernel
