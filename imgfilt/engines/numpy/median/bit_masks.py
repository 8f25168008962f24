"""Pixels as sortable keys that hold level and position, and bit masks of rows and columns.

With 8 bits for a row and 8 for a column, a pixel of level 5 in row 2 and column 3 has the key
5 · 2¹⁶ + 2 · 2⁸ + 3: keys are ordered by level, and each still says where its pixel lies.

Source: Vigna, "Broadword implementation of rank/select queries" (2008), for the search in a word.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....dtypes import Array

BitWords = NDArray[np.uint64]

_BYTES = np.uint64(0x0101010101010101)
_BITS = np.arange(8, dtype=np.uint8)
# For each byte and n: the position of the n-th set bit.
_NTH = np.array(
    [[*np.flatnonzero(byte >> _BITS & 1), *[0] * 8][:8] for byte in range(256)], np.uint8
).ravel()


class Keys(NamedTuple):
    """The pixels around b tiles as sortable numbers.

    Attributes
    ----------
    numbers : (b, n) array of uint32 or uint64
        Level, row and column of a pixel, from the highest bits to the lowest; n is a multiple of
        64.
    half : int
        How many bits a row or a column has.
    """

    numbers: Array
    half: int

    @classmethod
    def of(cls, levels: Array, seen: Array | None) -> Keys:
        """Return the keys of each tile in ascending order.

        Parameters
        ----------
        levels : (b, down, across) array
            Unsigned integers of at most 32 bits.
        seen : (b, down, across) bool array, optional
            The pixels that count. Other pixels get keys that are last and in no window.
        """
        tiles, down, across = levels.shape
        half = 8 if max(down, across) < 1 << 8 else 16
        narrow = levels.itemsize <= 2 and half == 8
        kind: type[np.unsignedinteger[Any]] = np.uint32 if narrow else np.uint64
        numbers = _make_sentinels((tiles, -(-(down * across) // 64) * 64), kind)
        made = np.left_shift(levels, kind(2 * half), dtype=kind)
        row = np.arange(down, dtype=kind)[:, np.newaxis]
        made |= row << kind(half) | np.arange(across, dtype=kind)
        cells = numbers[:, : down * across].reshape(levels.shape)
        np.copyto(cells, made, where=True if seen is None else seen)
        numbers.sort(axis=1)
        return cls(numbers, half)

    def select_between(self, first: Array, last: Array) -> Keys:
        """Return the keys of each tile with levels from `first` (b,) to before `last` (b,)."""
        kind = self.numbers.dtype.type
        parts = []
        for numbers, low, high in zip(self.numbers, first.tolist(), last.tolist(), strict=True):
            beyond = min(high << 2 * self.half, int(np.iinfo(kind).max))
            ends = np.array([low << 2 * self.half, beyond], kind)
            start, end = np.searchsorted(numbers, ends)
            parts.append(numbers[start:end])
        kept = _make_sentinels((len(parts), -(-max(map(len, parts)) // 64) * 64), kind)
        for place, part in zip(kept, parts, strict=True):
            place[: len(part)] = part
        return Keys(kept, self.half)

    def make_masks(self, side: int, sides: tuple[int, int]) -> tuple[BitWords, BitWords]:
        """Return two (words, side, b) arrays of bit masks.

        The first has the pixels in the rows of each of `side` windows below each other; the second
        has the pixels in the columns of each of `side` windows next to each other. A window has
        `sides` (rows, columns).
        """
        rows, columns = sides
        return self._make_bit_words(self.half, side, rows), self._make_bit_words(0, side, columns)

    def _make_bit_words(self, shift: int, side: int, size: int) -> BitWords:
        kind = np.uint8 if self.half == 8 else np.uint16
        at = (self.numbers >> self.numbers.dtype.type(shift)).astype(kind)
        tiles, pixels = at.shape
        words = np.empty((pixels // 64, side, tiles), np.uint64)
        inside = np.empty(at.shape, bool)
        for number in range(side):
            np.less(at, kind(size), out=inside)
            words[:, number] = np.packbits(inside, axis=1, bitorder="little").view("<u8").T
            at -= kind(1)  # before the window's start it wraps around to more than the size
        return words


def _make_sentinels(shape: tuple[int, int], kind: type[Any]) -> Array:
    """Return keys of the highest level, in a row and column of no window."""
    return np.full(shape, np.iinfo(kind).max, kind)


def find_word(rows: BitWords, columns: BitWords, rank: Array, area: int) -> tuple[Array, Array]:
    """Return the word that holds the pixel of each window's rank, and that pixel's number in it.

    The number counts the set bits before the pixel in its word.

    Parameters
    ----------
    rows, columns : (words, side, b) arrays
        The bit masks that Keys.make_masks returns.
    rank : (side, side, b) array
        The rank in each window, from 0.
    area : int
        The pixels of a window.
    """
    kind = np.uint16 if area < 1 << 16 else np.uint32
    left = rank.astype(kind)
    least, word = left.copy(), np.zeros(rank.shape, np.uint16 if len(rows) < 1 << 16 else np.uint32)
    common, count = np.empty(rank.shape, np.uint64), np.empty(rank.shape, np.uint8)
    before = np.empty(rank.shape, bool)
    for of_rows, of_columns in zip(rows[:-1], columns[:-1], strict=True):
        np.bitwise_and(of_rows[:, np.newaxis], of_columns, out=common)
        np.bitwise_count(common, out=count)
        # In the words after the rank's word, `left` wraps around below 0, to more than any rank.
        np.subtract(left, count, out=left)
        np.less_equal(left, kind(area // 2), out=before)
        if not before.any():
            break
        np.minimum(least, left, out=least)
        np.add(word, before, out=word)
    return word.astype(np.intp), least.astype(np.uint8)


def select_levels(keys: Keys, rows: BitWords, columns: BitWords, word: Array, left: Array) -> Array:
    """Return the levels (side, side, b) of the ranks.

    Parameters
    ----------
    keys : Keys
    rows, columns : (words, side, b) arrays
        The bit masks that Keys.make_masks returns.
    word, left : (side, side, b) arrays
        The arrays that find_word returns.
    """
    _, side, tiles = rows.shape
    row, column, tile = np.ogrid[:side, :side, :tiles]
    start = word * (side * tiles) + tile
    bits = rows.ravel()[start + row * tiles] & columns.ravel()[start + column * tiles]
    at = tile * keys.numbers.shape[1] + 64 * word + select_bit(bits, left)
    found: Array = keys.numbers.ravel()[at] >> keys.numbers.dtype.type(2 * keys.half)
    return found


def select_bit(bits: BitWords, number: Array) -> Array:
    """Return the position of the set bit `number` (uint8), counted from 0."""
    # Byte i of a sum counts the set bits of the bytes 0 to i.
    counts = np.bitwise_count(bits.view(np.uint8)).view(np.uint64)
    sums = counts * _BYTES
    passed = sums.view(np.uint8).reshape(*bits.shape, 8) <= number[..., np.newaxis]
    byte = (passed.view(np.uint64)[..., 0] * _BYTES >> np.uint64(56)).clip(max=7) << np.uint64(3)
    before = (sums << np.uint64(8) >> byte).astype(np.uint8)
    left = (number - before) & np.uint8(7)
    within = (bits >> byte).astype(np.uint8)
    place: Array = byte.astype(np.intp) + _NTH[within.astype(np.intp) << 3 | left]
    return place
