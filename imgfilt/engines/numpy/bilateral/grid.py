"""The fast bilateral filter for grey: means for a few levels on cells, interpolated to each pixel.

For one level v, the mean of a pixel of that level is v + σ · N / D, where D and N are sums over the
disc of functions of the other pixels' levels q: g = exp(-(q - v)² / 2σ²), and g · (q - v) / σ. The
sums are smooth, so sums of cells of some pixels are enough. The means are found at the middle of
each cell for each of K levels, the nodes, half a sigma-color apart. A pixel between four cells and
two nodes gets a mean between their eight.

The 2 K functions of q are much alike: each is nearly a sum of the same Q functions, which the
method of Gram and Schmidt finds, each from what is left of the function that is least like those
before it. So only Q planes are summed: 16, 7 and 5 with sigma-color 25, 75 and 150, and
planes of zeros, which make them 16, 8 and 8.

Example: cells of side 2 in a row, q = 0 0 0 10, sigma-color 20, the disc as wide as all of it. At
the node v = 0, D = 1 + 1 + 1 + 0.88 and N = 0.88 · 10 / 20, so the mean is 20 · 0.44 / 3.88 = 2.27.
At the node v = 10, D = 3.65 and N = 3 · 0.88 · -10 / 20, so the mean is 10 - 7.26 = 2.74. A pixel
of level 5, if there were one, would get 2.5.

Sources: Paris & Durand, "A fast approximation of the bilateral filter using a signal processing
approach" (2006), for cells and nodes; Sugimoto, Breckon & Kamata, "Constant-time bilateral filter
using spectral decomposition" (2016), for few functions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ....dtypes import Array
from .. import convolution, products
from .cells import Axis, cell_side, make_kernel
from .direct import disc

_NODE_STEP = 0.5  # between nodes, in sigma-color
_LEAST_NODES, _MOST_NODES = 4, 64
_LEAST_SIDE = 3  # of a cell: smaller cells are so many that little time is saved
# What is no sum of the Q functions may be this share of the greatest g, and of the greatest g · d.
_LEAST_REST = 1.5e-3
# Least D, of the disc's pixels. A smaller D is arbitrary, for the Q functions leave something out:
# a lone bright pixel could become black. With a larger D, it stays near its own level.
_LEAST_WEIGHT = 1e-3
_FLOAT_STEPS = 4096  # that floats are rounded to for the sums
_BLOCK = 1 << 17  # values that are processed at once, so that they stay in the cache
_EXACT = 0.3  # nanoseconds of the exact filter for a pixel of the disc, by the fastest processors


@dataclass(frozen=True)
class Grid:
    """The approximation for one filter and one range of levels.

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

    diameter: int
    sigma_color: float
    sigma_space: float
    low: float
    high: float
    is_uint8: bool

    @cached_property
    def side(self) -> int:
        """Of a cell, in pixels."""
        return cell_side(self.diameter, self.sigma_space)

    @cached_property
    def kernel(self) -> Array:
        """(2 * reach + 1, 2 * reach + 1) weights of the sums of cells."""
        return make_kernel(self.diameter, self.sigma_space, self.side)

    @cached_property
    def _taps(self) -> convolution.taps.Taps:
        return convolution.taps.Taps(self.kernel)

    @property
    def _reach(self) -> int:
        return len(self.kernel) // 2

    @property
    def margin(self) -> int:
        """Rows and columns around an output pixel that its block must have."""
        return self._reach * self.side + math.ceil(1.5 * self.side) - 1

    @property
    def _node_count(self) -> float:
        return (self.high - self.low) / (_NODE_STEP * self.sigma_color) + 1

    @property
    def _steps(self) -> int:
        return 256 if self.is_uint8 else _FLOAT_STEPS

    @property
    def is_faster(self) -> bool:
        """Whether it is faster than the exact filter."""
        if self.side < _LEAST_SIDE or not self._node_count < _MOST_NODES:  # also NaN
            return False
        return self.nanoseconds < _EXACT * int(disc(self.diameter).sum())

    @cached_property
    def nodes(self) -> Array:
        """(K,) levels."""
        return np.linspace(
            self.low, self.high, max(_LEAST_NODES, math.ceil(self._node_count)), dtype=np.float32
        )

    @cached_property
    def _functions(self) -> tuple[Array, Array]:
        """(steps, Q) functions of the level, and (2, Q, K) shares of them in g, and in g · d.

        d is (q - v) / σ. Q is a multiple of 4, and some of the functions may be 0: it is faster to
        gather 16 bytes.
        """
        levels = np.linspace(self.low, self.high, self._steps)
        distances = (levels - self.nodes[:, np.newaxis]) / self.sigma_color
        g = np.exp(-0.5 * distances**2)
        rest = np.stack([g, g * distances])
        functions, shares_of_nodes = list[Array](), list[Array]()
        # g · d may be much smaller than g, and counts as much in the mean.
        least = _LEAST_REST**2 * np.square(rest).sum(axis=2).max(axis=1, keepdims=True)
        while ((sizes := np.square(rest).sum(axis=2)) > least).any():
            worst = np.unravel_index((sizes / least).argmax(), sizes.shape)
            functions.append(rest[worst] / math.sqrt(sizes[worst]))
            shares_of_nodes.append((rest * functions[-1]).sum(axis=2))
            rest -= shares_of_nodes[-1][..., np.newaxis] * functions[-1]
        zeros = -len(functions) % 4
        table = np.zeros((self._steps, len(functions) + zeros), np.float32)
        table[:, : len(functions)] = np.transpose(functions)
        shares = np.pad(np.stack(shares_of_nodes, axis=1), ((0, 0), (0, zeros), (0, 0)))
        return table, shares

    @property
    def nanoseconds(self) -> float:
        """About the time for an output pixel, as measured on strips of 512 columns."""
        functions, nodes = self._functions[0].shape[1], len(self.nodes)
        padded = 1 + 2 * self.margin / max(256, 4 * self.margin)
        cell = 18 * functions + 4 * nodes
        return float(padded * (1 + 0.6 * functions + cell / self.side**2) + 10 + 0.2 * nodes)

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
            Axis(length, start, self.side, self.margin, self._reach)
            for length, start in zip(padded.shape, place, strict=False)
        )
        # How the last digits are rounded depends on the cut, so these sums are in float64.
        sums = self._sum_cells(padded[rows.cells, columns.cells, 0]).astype(np.float64)
        means = self._node_means(convolution.run(sums, self._taps))
        inner = slice(self.margin, -self.margin)
        return self._interpolate(means, rows, columns, padded[inner, inner, 0])[..., np.newaxis]

    def _sum_cells(self, levels: Array) -> Array:
        """Return the (rows, columns, Q) sums over cells of the functions of (h, w) levels."""
        functions, side = self._functions[0], self.side
        rows, columns = (length // side for length in levels.shape)
        sums = np.empty((rows, columns, functions.shape[1]), np.float32)
        at_once = max(1, _BLOCK // (side * levels.shape[1] * functions.shape[1]))
        for top in range(0, rows, at_once):
            target = sums[top : top + at_once]
            steps = self._find_places(levels[top * side : (top + at_once) * side])
            values = functions.take(steps, axis=0)
            lines = values.reshape(len(target), side, -1).sum(axis=1)
            # The fastest sum of few neighbours.
            np.einsum("rcpq->rcq", lines.reshape(len(target), columns, side, -1), out=target)
        return sums

    def _find_places(self, levels: Array) -> Array:
        """Return the places of levels in the functions."""
        if levels.dtype == np.uint8:
            return levels.astype(np.intp)
        places = (levels - self.low) * ((self._steps - 1) / (self.high - self.low))
        return np.clip(np.rint(places), 0, self._steps - 1).astype(np.intp)

    def _node_means(self, sums: Array) -> Array:
        """Return the (rows, columns, K) means for the nodes, from the sums over the disc."""
        planes = sums.reshape(-1, sums.shape[2])
        totals = np.empty((2, len(planes), len(self.nodes)))
        products.multiply(planes, self._functions[1], totals)
        weights, means = totals.astype(np.float32)
        pixels = self.kernel.sum() * self.side**2
        means /= np.maximum(weights, _LEAST_WEIGHT * pixels, out=weights)
        means *= self.sigma_color
        means += self.nodes
        np.clip(means, self.low, self.high, out=means)
        return means.reshape(*sums.shape[:2], -1)

    def _interpolate(self, means: Array, rows: Axis, columns: Axis, levels: Array) -> Array:
        """Return the (h, w) means for the levels of pixels."""
        found = np.empty(levels.shape, np.float32)
        last = len(self.nodes) - 1
        lines = means.reshape(len(means), -1)
        starts = columns.before * len(self.nodes)  # of the pixels' first nodes in a line
        at_once = max(1, _BLOCK // max(lines.shape[1], len(starts)))
        for top in range(0, len(found), at_once):
            band = slice(top, top + at_once)
            before = rows.before[band]
            near = _mix(lines[before], lines[before + 1], rows.shares[band, np.newaxis])
            places = levels[band].astype(np.float32)  # among the nodes
            places -= self.low
            places *= last / (self.high - self.low)
            np.clip(places, 0, last, out=places)
            nodes = np.minimum(places.astype(np.intp), last - 1)
            places -= nodes
            nodes += starts + np.arange(0, near.size, near.shape[1])[:, np.newaxis]
            near = near.ravel()
            left, right = (
                _mix(near[first:].take(nodes), near[first + 1 :].take(nodes), places)
                for first in (0, len(self.nodes))
            )
            found[band] = _mix(left, right, columns.shares)
        return found


def _mix(first: Array, second: Array, shares: Array) -> Array:
    """Return first + shares * (second - first), in the memory of the second."""
    second -= first
    second *= shares
    second += first
    return second
