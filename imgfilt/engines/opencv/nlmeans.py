"""Non-local means of uint8 by cv2's operations on whole planes, faster than its own.

Two patches are compared once for all their pixels, as numerics.nlmeans does; distances are 16-bit
integers whose sums stay at the greatest instead of overflowing, which only those do that have no
weight, and the weight of each is looked up.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from ...dtypes import Array
from ..numpy.nlmeans import SMALLEST_WEIGHT, halved
from ..numpy.pixel_pairs import blocks, ends
from .module import crop, cv2, raises_memory_error

_BLOCK = 1 << 18  # pixels: long enough for the calls, and what they touch stays in the cache
_GREATEST = 65535
_FINE = 32  # strength² over the step that squares are rounded to, where they have to be


@raises_memory_error
def run(padded: Array, strength: float, patch: int, search: int) -> Array:
    """Return the (h, w, C) means of a uint8 block; see engines.numpy.nlmeans.run."""
    if looks_up_16_bits() and fits_16_bits(strength, patch, padded.shape[2]):
        return patch_means(padded, strength, patch, search)
    means = cv2().fastNlMeansDenoising(padded, None, strength, patch, search)
    return crop(means.reshape(padded.shape), patch // 2 + search // 2)


@cache
def looks_up_16_bits() -> bool:
    """Return whether cv2's tables may have 65536 entries, as they may from OpenCV 5 on."""
    numbers = np.arange(_GREATEST + 1, dtype=np.uint16)
    try:
        return bool((cv2().LUT(numbers, numbers).ravel() == numbers).all())
    except cv2().error:
        return False


def _shift(strength: float, count: int) -> int:
    """Return how many bits of a square to drop, so that what has a weight is less than 65535."""
    farthest = -math.log(SMALLEST_WEIGHT) * strength**2 * count
    return max(0, math.frexp(farthest / _GREATEST)[1])


def fits_16_bits(strength: float, patch: int, channels: int) -> bool:
    """Return whether 16 bits hold the distances that count, but for what changes no level."""
    shift = _shift(strength, channels * patch**2)
    return shift == 0 or (shift <= 8 and 2.0**shift <= strength**2 / _FINE)


def patch_means(padded: Array, strength: float, patch: int, search: int) -> Array:
    """Return the (h, w, C) float32 means of a uint8 block; see numerics.nlmeans.run."""
    margin = patch // 2 + search // 2
    height, width = (side - 2 * margin for side in padded.shape[:2])
    count = patch**2 * padded.shape[2]
    shift = _shift(strength, count)
    distance = np.arange(_GREATEST + 1) * 2.0**shift / (strength**2 * count)
    table = np.exp(-distance)
    table[(distance > -math.log(SMALLEST_WEIGHT)) | (np.arange(len(table)) == _GREATEST)] = 0
    means = np.empty((height, width, padded.shape[2]), np.float32)
    places, (down, across) = blocks(height, width, margin, _BLOCK)
    for top, left in places:
        part = padded[top : top + down + 2 * margin, left : left + across + 2 * margin]
        block = _Block(part, margin, patch, shift, table.astype(np.float32))
        for offset in halved(search):
            block.add(*offset)
        means[top : top + down, left : left + across] = block.means()
    return means


def _add(one: Array, other: Array, out: Array) -> None:
    """Sum; what would overflow stays at the greatest."""
    # As rows of a matrix: up to four numbers by themselves would be the channels of one.
    cv2().add(one[np.newaxis], other[np.newaxis], out[np.newaxis])


class _Block:
    """The sums of one block; a plane counts its pixels row by row."""

    def __init__(self, padded: Array, margin: int, patch: int, shift: int, table: Array):
        self.rows, self.columns, channels = padded.shape
        self.margin, self.patch, self.shift, self.table = margin, patch, shift, table
        planes = np.ascontiguousarray(padded.reshape(-1, channels).T)
        self.planes, self.signed = planes.astype(np.float32), planes.astype(np.int16)
        size = planes.shape[1]
        self.sums, self.weights = self.planes.copy(), np.ones(size, np.float32)
        self.likeness, self.buffers = np.empty(size, np.float32), np.zeros((3, size), np.uint16)

    def add(self, down: int, across: int) -> None:
        """Add the pairs of pixels that lie so far apart."""
        firsts, seconds = ends(self.rows, self.columns, self.margin, down, across)
        likeness = self.likeness[firsts]
        cv2().LUT(self._distances(firsts, seconds), self.table, likeness)
        for here, there in ((firsts, seconds), (seconds, firsts)):
            cv2().accumulate(likeness, self.weights[here])
            for plane, sums in zip(self.planes, self.sums, strict=True):
                cv2().accumulateProduct(likeness, plane[there], sums[here])

    def _distances(self, firsts: slice, seconds: slice) -> Array:
        """Return the sums of the squared differences of patches, the channels' together."""
        # What is compared reaches half a patch further than what is used of it.
        corner = self.patch // 2 * (self.columns + 1)
        wide, far = (slice(end.start - corner, end.stop + corner) for end in (firsts, seconds))
        squares, part, sums = self.buffers
        for channel, plane in enumerate(self.signed):
            target = (part if channel else squares)[wide]
            np.subtract(plane[far], plane[wide], out=target.view(np.int16))
            # The product of two negatives, too, is right in its lowest 16 bits.
            np.multiply(target, target, out=target)
            if self.shift:
                np.add(target, 1 << self.shift - 1, out=target)
                np.right_shift(target, self.shift, out=target)
            if channel:
                _add(squares[wide], target, squares[wide])
        shape = self.rows, self.columns
        # In 16 bits, too, what would overflow stays at the greatest.
        cv2().boxFilter(
            squares.reshape(shape),
            cv2().CV_16U,
            (self.patch, self.patch),
            sums.reshape(shape),
            normalize=False,
            borderType=cv2().BORDER_CONSTANT,
        )
        return sums[firsts]

    def means(self) -> Array:
        """Return the (h, w, C) means."""
        found = (self.sums / self.weights).reshape(-1, self.rows, self.columns)
        rows, columns = (slice(self.margin, side - self.margin) for side in found.shape[1:])
        return np.moveaxis(found[:, rows, columns], 0, 2)
