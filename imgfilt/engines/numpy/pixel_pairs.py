"""Pairs: weighted means of pixels by how alike they are, each pair compared once and used by both.

What bilateral and non-local means share: planes of a block, the sums over its pairs, the means.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from ...dtypes import Array

_COLUMNS = 512  # of a block: in a wider one, of fewer rows, more pairs have one end outside
_SUMMED = 64  # pairs that are summed by themselves, so that no small weight is lost to a large sum

Kind = type[np.floating[Any]]


def ends(rows: int, columns: int, margin: int, down: int, across: int) -> tuple[slice, slice]:
    """Return where the pixels of those pairs lie that are so far apart and not all margin.

    Pixels are counted row by row. Where the end of a row is paired with the beginning of the next,
    both lie in the margin, and what comes of it is to be left out.
    """
    offset = down * columns + across
    inside = margin * (columns + 1)
    start, stop = inside - offset, rows * columns - inside
    return slice(start, stop), slice(start + offset, stop + offset)


class PairSums:
    """The sums over the pairs of one block after the other.

    A plane counts pixels row by row, so that a neighbour is an offset, and each operation runs over
    one long row of numbers.

    Attributes
    ----------
    rows, columns, margin : int
        The block's sides, and how much of them each way has neighbours that are missing.
    planes : (C, rows * columns) array
        The block, channel by channel.
    """

    def __init__(self, rows: int, columns: int, channels: int, margin: int, kind: Kind):
        self.rows, self.columns, self.margin = rows, columns, margin
        size = rows * columns
        # Differences are summed, not values: what is lost to rounding is as small as they are.
        self.planes, self.difference = np.empty((2, channels, size), kind)
        # The last plane is that of the weights.
        self.sums, self.totals = np.empty((2, channels + 1, size), kind)
        self.counted = 0

    def begin(self, padded: Array) -> None:
        """Forget what was summed, and take a block of pixels."""
        self.planes[:] = padded.reshape(-1, padded.shape[2]).T
        self.sums[:], self.totals[:], self.counted = 0, 0, 0

    def ends(self, down: int, across: int) -> tuple[slice, slice]:
        """Return where the pixels of the pairs lie that are so far apart."""
        return ends(self.rows, self.columns, self.margin, down, across)

    def compared(self, firsts: slice, seconds: slice) -> Array:
        """Return the (C, n) differences of the second pixels of pairs to the first."""
        difference: Array = self.difference[:, firsts]
        return np.subtract(self.planes[:, seconds], self.planes[:, firsts], out=difference)

    def give(self, firsts: slice, seconds: slice, difference: Array, likeness: Array) -> None:
        """Add each pair's weight and weighted difference to both its pixels."""
        # In place: half the time of a product that is written elsewhere.
        np.multiply(difference, likeness, out=difference)
        for ends, sign in ((firsts, np.add), (seconds, np.subtract)):
            weights, sums = self.sums[-1, ends], self.sums[:-1, ends]
            np.add(weights, likeness, out=weights)
            sign(sums, difference, out=sums)
        self.counted += 1
        if self.counted % _SUMMED == 0:
            self._collect()

    def _collect(self) -> None:
        self.totals += self.sums
        self.sums[:] = 0

    def means(self, out: Array) -> None:
        """Write the (h, w, C) means."""
        self._collect()
        weights, sums = self.totals[-1], self.totals[:-1]
        weights += 1
        sums /= weights
        sums += self.planes
        out[:] = np.moveaxis(self._inside(sums), 0, 2)

    def _inside(self, planes: Array) -> Array:
        """Return planes by rows and columns, without the margin."""
        shaped = planes.reshape(*planes.shape[:-1], self.rows, self.columns)
        inside = slice(self.margin, self.rows - self.margin)
        return shaped[..., inside, self.margin : self.columns - self.margin]


def means(
    padded: Array, margin: int, kind: Kind, pixels: int, compare: Callable[[PairSums], None]
) -> Array:
    """Return the (h, w, C) means.

    Parameters
    ----------
    padded : (h + 2 * margin, w + 2 * margin, C) array
    kind : type
        Of all sums.
    pixels : int
        About how many make a block.
    compare : callable
        Gives the sums of a block its pairs.
    """
    height, width = (side - 2 * margin for side in padded.shape[:2])
    found = np.empty((height, width, padded.shape[2]), kind)
    places, (down, across) = blocks(height, width, margin, pixels)
    sums = PairSums(down + 2 * margin, across + 2 * margin, padded.shape[2], margin, kind)
    for top, left in places:
        block = slice(top, top + down + 2 * margin), slice(left, left + across + 2 * margin)
        sums.begin(padded[block])
        compare(sums)
        sums.means(found[top : top + down, left : left + across])
    return found


def blocks(
    height: int, width: int, margin: int, pixels: int
) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """Return the first rows and columns of blocks, and how many rows and columns each has.

    With their margin they are of about so many pixels; those at the end may begin in others.
    """
    lefts, across = _parts(width, max(2 * margin, _COLUMNS))
    tops, down = _parts(height, max(2 * margin, pixels // (across + 2 * margin), 1))
    return list(product(tops, lefts)), (down, across)


def _parts(length: int, size: int) -> tuple[list[int], int]:
    """Return where parts of a length begin, of about a size, and the size of each."""
    count = -(-length // size)
    step = -(-length // count)
    return [min(number * step, length - step) for number in range(count)], step
