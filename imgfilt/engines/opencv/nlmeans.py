"""Non-local means of uint8 by cv2's operations on whole planes.

They take less time than cv2's function for non-local means.

Two patches are compared once for all their pixels, as in engines.numpy.nlmeans. Distances are
16-bit integers. A sum that would overflow stays at 65535; such patches have the weight 0. The
weight of a distance is looked up in a table.

Example: grey, patches of 3 x 3, strength 10. Patches whose levels differ by 2 everywhere have the
distance 9 · 2² = 36, and the table has exp(-36 / (9 · 10²)) = 0.96 at 36. If they differ by 100,
the sum 9 · 100² = 90 000 stays at 65535, where the table has 0.

Source: as of engines.numpy.nlmeans.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from ...dtypes import Array
from ..numpy.nlmeans import SMALLEST_WEIGHT, iter_half_window
from ..numpy.pixel_pairs import cut_blocks, pair_slices
from .module import crop, cv2, raises_memory_error

_BLOCK = 1 << 18  # pixels: long enough for the calls, and what they touch stays in the cache
_GREATEST = 65535
_FINE = 32  # the least strength² over the step to which squares are rounded, if they are rounded


@raises_memory_error
def run(padded: Array, strength: float, patch: int, search: int) -> Array:
    """Return the (h, w, C) weighted means.

    Parameters
    ----------
    padded : (h + search + patch - 2, w + search + patch - 2, C) uint8 array
    strength : float
        h in exp(-D / h²), in levels; see engines.numpy.nlmeans.
    patch, search : int
        Odd sides in pixels.
    """
    if looks_up_16_bits() and fits_16_bits(strength, patch, padded.shape[2]):
        return patch_means(padded, strength, patch, search)
    means = cv2().fastNlMeansDenoising(padded, None, strength, patch, search)
    return crop(means.reshape(padded.shape), patch // 2 + search // 2)


@cache
def looks_up_16_bits() -> bool:
    """Return whether this cv2 takes tables with 65536 entries, as OpenCV 5 and later do."""
    numbers = np.arange(_GREATEST + 1, dtype=np.uint16)
    try:
        return bool((cv2().LUT(numbers, numbers).ravel() == numbers).all())
    except cv2().error:
        return False


def _count_dropped_bits(strength: float, count: int) -> int:
    """Return how many bits of a square to drop, so that distances with a weight are below 65535."""
    farthest = -math.log(SMALLEST_WEIGHT) * strength**2 * count
    return max(0, math.frexp(farthest / _GREATEST)[1])


def fits_16_bits(strength: float, patch: int, channels: int) -> bool:
    """Return whether distances of 16 bits are fine enough to leave the levels as they are.

    Parameters
    ----------
    strength : float
        In levels.
    patch : int
        Side in pixels.
    channels : int
    """
    shift = _count_dropped_bits(strength, channels * patch**2)
    return shift == 0 or (shift <= 8 and 2.0**shift <= strength**2 / _FINE)


def patch_means(padded: Array, strength: float, patch: int, search: int) -> Array:
    """Return the (h, w, C) float32 means by operations on whole planes; see run for Parameters.

    Parameters
    ----------
    padded : (h + search + patch - 2, w + search + patch - 2, C) array of uint8
    strength : float
        h in exp(-D / h²), in levels.
    patch, search : int
        Odd sides in pixels.

    Returns
    -------
    (h, w, C) array of float32
        Not rounded.
    """
    margin = patch // 2 + search // 2
    height, width = (side - 2 * margin for side in padded.shape[:2])
    count = patch**2 * padded.shape[2]
    shift = _count_dropped_bits(strength, count)
    distance = np.arange(_GREATEST + 1) * 2.0**shift / (strength**2 * count)
    table = np.exp(-distance)
    table[(distance > -math.log(SMALLEST_WEIGHT)) | (np.arange(len(table)) == _GREATEST)] = 0
    means = np.empty((height, width, padded.shape[2]), np.float32)
    places, (down, across) = cut_blocks(height, width, margin, _BLOCK)
    for top, left in places:
        part = padded[top : top + down + 2 * margin, left : left + across + 2 * margin]
        block = _Block(part, margin, patch, shift, table.astype(np.float32))
        for offset in iter_half_window(search):
            block.add(*offset)
        means[top : top + down, left : left + across] = block.compute_means()
    return means


def _add(one: Array, other: Array, out: Array) -> None:
    """Write the sums of two uint16 arrays; a sum that would overflow stays at 65535."""
    # As rows of a matrix: cv2 would take up to four numbers for the channels of one.
    cv2().add(one[np.newaxis], other[np.newaxis], out[np.newaxis])


class _Block:
    """The sums of one block, with planes that count pixels row by row."""

    def __init__(self, padded: Array, margin: int, patch: int, shift: int, table: Array):
        self.rows, self.columns, channels = padded.shape
        self.margin, self.patch, self.shift, self.table = margin, patch, shift, table
        planes = np.ascontiguousarray(padded.reshape(-1, channels).T)
        self.planes, self.signed = planes.astype(np.float32), planes.astype(np.int16)
        size = planes.shape[1]
        self.sums, self.weights = self.planes.copy(), np.ones(size, np.float32)
        self.pair_weights, self.buffers = np.empty(size, np.float32), np.zeros((3, size), np.uint16)

    def add(self, down: int, across: int) -> None:
        """Add the pairs of pixels with one offset."""
        firsts, seconds = pair_slices(self.rows, self.columns, self.margin, down, across)
        pair_weights = self.pair_weights[firsts]
        cv2().LUT(self._sum_distances(firsts, seconds), self.table, pair_weights)
        for here, there in ((firsts, seconds), (seconds, firsts)):
            cv2().accumulate(pair_weights, self.weights[here])
            for plane, sums in zip(self.planes, self.sums, strict=True):
                cv2().accumulateProduct(pair_weights, plane[there], sums[here])

    def _sum_distances(self, firsts: slice, seconds: slice) -> Array:
        """Return the sums of squared differences of patches over all channels."""
        # Half a patch more is compared than pairs are added.
        corner = self.patch // 2 * (self.columns + 1)
        wide, far = (slice(end.start - corner, end.stop + corner) for end in (firsts, seconds))
        squares, part, sums = self.buffers
        for channel, plane in enumerate(self.signed):
            target = (part if channel else squares)[wide]
            np.subtract(plane[far], plane[wide], out=target.view(np.int16))
            # The lowest 16 bits are right for the product of two negatives, too.
            np.multiply(target, target, out=target)
            if self.shift:
                np.add(target, 1 << self.shift - 1, out=target)
                np.right_shift(target, self.shift, out=target)
            if channel:
                _add(squares[wide], target, squares[wide])
        shape = self.rows, self.columns
        # A sum that would overflow stays at 65535.
        cv2().boxFilter(
            squares.reshape(shape),
            cv2().CV_16U,
            (self.patch, self.patch),
            sums.reshape(shape),
            normalize=False,
            borderType=cv2().BORDER_CONSTANT,
        )
        return sums[firsts]

    def compute_means(self) -> Array:
        """Return the (h, w, C) means."""
        found = (self.sums / self.weights).reshape(-1, self.rows, self.columns)
        rows, columns = (slice(self.margin, side - self.margin) for side in found.shape[1:])
        return np.moveaxis(found[:, rows, columns], 0, 2)
