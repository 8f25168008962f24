"""Weighted means over pairs of pixels, each pair compared once and used for both pixels.

The bilateral filter and non-local means share this: the planes of a block, the sums over its pairs,
and the means. Two pixels of 10 and 16 whose pair has the weight 1/2 differ by 6: the first gets
+6 · 1/2 and the second -6 · 1/2, both divided by the weights 1 + 1/2 of the pixel and of the pair.
So the means are 10 + 2 and 16 - 2.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from ...dtypes import Array

_COLUMNS = 512  # of a block: a wider block has fewer rows, and more pairs with one end outside
_SUMMED = 64  # offsets that are summed separately, so that a large sum doesn't lose small weights

FloatType = type[np.floating[Any]]


def pair_slices(
    rows: int, columns: int, margin: int, down: int, across: int
) -> tuple[slice, slice]:
    """Return the slices of the first and of the second pixels of pairs with one offset.

    Pixels are counted row by row. If the end of a row is paired with the beginning of the next row,
    both pixels lie in the margin, and the caller drops the result.

    Parameters
    ----------
    rows, columns : int
        Sides of the block, margin included.
    margin : int
        Rows and columns on each side that get no mean.
    down, across : int
        Rows down and columns right from the first pixel to the second.
    """
    offset = down * columns + across
    inside = margin * (columns + 1)
    start, stop = inside - offset, rows * columns - inside
    return slice(start, stop), slice(start + offset, stop + offset)


class PairSums:
    """The sums over the pairs of pixels of a block; its memory is reused for the next block.

    A plane counts pixels row by row, so that a neighbour is an offset, and each operation runs over
    one long row of numbers.

    Attributes
    ----------
    rows, columns, margin : int
        Sides of the block, and rows and columns on each side that get no mean.
    planes : (C, rows * columns) array
        The block, channel by channel.
    """

    def __init__(self, rows: int, columns: int, channels: int, margin: int, kind: FloatType):
        self.rows, self.columns, self.margin = rows, columns, margin
        size = rows * columns
        # Differences are summed, not values: small terms have small rounding errors.
        self.planes, self.difference = np.empty((2, channels, size), kind)
        # The last plane holds the weights.
        self.sums, self.totals = np.empty((2, channels + 1, size), kind)
        self.counted = 0

    def load(self, padded: Array) -> None:
        """Start with another block of pixels."""
        self.planes[:] = padded.reshape(-1, padded.shape[2]).T
        self.sums[:], self.totals[:], self.counted = 0, 0, 0

    def pair_slices(self, down: int, across: int) -> tuple[slice, slice]:
        """Return the slices of the first and of the second pixels of pairs with one offset."""
        return pair_slices(self.rows, self.columns, self.margin, down, across)

    def differences(self, firsts: slice, seconds: slice) -> Array:
        """Return the (C, n) differences, second minus first pixels of pairs."""
        difference: Array = self.difference[:, firsts]
        return np.subtract(self.planes[:, seconds], self.planes[:, firsts], out=difference)

    def add_pairs(
        self, firsts: slice, seconds: slice, difference: Array, pair_weights: Array
    ) -> None:
        """Add each pair's weight and weighted difference to the sums of both its pixels.

        Parameters
        ----------
        firsts, seconds : slice
        difference : (C, n) array
            As `differences` returns it; changed in place.
        pair_weights : (n,) array
        """
        # In place: half the time of a product that is written elsewhere.
        np.multiply(difference, pair_weights, out=difference)
        for pixels, sign in ((firsts, np.add), (seconds, np.subtract)):
            weights, sums = self.sums[-1, pixels], self.sums[:-1, pixels]
            np.add(weights, pair_weights, out=weights)
            sign(sums, difference, out=sums)
        self.counted += 1
        if self.counted % _SUMMED == 0:
            self._collect()

    def _collect(self) -> None:
        self.totals += self.sums
        self.sums[:] = 0

    def write_means(self, out: Array) -> None:
        """Write the (h, w, C) means."""
        self._collect()
        weights, sums = self.totals[-1], self.totals[:-1]
        weights += 1  # of the pixel itself
        sums /= weights
        sums += self.planes
        out[:] = np.moveaxis(self._crop_margin(sums), 0, 2)

    def _crop_margin(self, planes: Array) -> Array:
        """Return planes by rows and columns, without the margin."""
        shaped = planes.reshape(*planes.shape[:-1], self.rows, self.columns)
        inside = slice(self.margin, self.rows - self.margin)
        return shaped[..., inside, self.margin : self.columns - self.margin]


def weighted_means(
    padded: Array,
    margin: int,
    kind: FloatType,
    pixels: int,
    accumulate_pairs: Callable[[PairSums], None],
) -> Array:
    """Return each pixel's mean over its window, weighted pair by pair: (h, w, C).

    Parameters
    ----------
    padded : (h + 2 * margin, w + 2 * margin, C) array
    margin : int
    kind : type
        The dtype of all sums.
    pixels : int
        About how many pixels a block has.
    accumulate_pairs : callable
        Adds the weighted levels and the weights of all pixel pairs of a block to its sums.
    """
    height, width = (side - 2 * margin for side in padded.shape[:2])
    means = np.empty((height, width, padded.shape[2]), kind)
    corners, (down, across) = cut_blocks(height, width, margin, pixels)
    sums = PairSums(down + 2 * margin, across + 2 * margin, padded.shape[2], margin, kind)
    for top, left in corners:
        block = slice(top, top + down + 2 * margin), slice(left, left + across + 2 * margin)
        sums.load(padded[block])
        accumulate_pairs(sums)
        sums.write_means(means[top : top + down, left : left + across])
    return means


def cut_blocks(
    height: int, width: int, margin: int, pixels: int
) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """Return the (top, left) corners of blocks, and the (rows, columns) that all of them have.

    The last blocks may overlap those before them.

    Parameters
    ----------
    height, width : int
        Sides of the result.
    margin : int
        Rows and columns that a block has in addition on each side.
    pixels : int
        About how many pixels a block has, margin included.
    """
    lefts, across = _cut_length(width, max(2 * margin, _COLUMNS))
    tops, down = _cut_length(height, max(2 * margin, pixels // (across + 2 * margin), 1))
    return list(product(tops, lefts)), (down, across)


def _cut_length(length: int, size: int) -> tuple[list[int], int]:
    """Return the starts of equal parts that cover a length, and the size of a part."""
    count = -(-length // size)
    step = -(-length // count)
    return [min(number * step, length - step) for number in range(count)], step
