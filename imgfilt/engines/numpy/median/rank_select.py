"""Medians by rank and select on bit masks of the pixels around a tile, which are sorted once.

Take windows of three neighbours, a tile of two pixels, and 7 3 5 1 under its windows. In order of
size these are 1 3 5 7, of the columns 3 1 2 0. A mask has a bit for each of them, set if the window
holds it: 0111 for the first window, with the columns 0 to 2, and 1110 for the second one. The
median is the pixel of the second bit that is set: 5 and 3.

A window holds a pixel if it holds the pixel's row and column. So each row of windows has a mask
with a bit for each pixel in its rows, and each column of windows one for each pixel in its columns.
The bits that are set in both masks, counted word by word, lead to the word, then to the bit, of any
rank. The time hardly depends on the depth. Pixels that don't count get no bit.

Source: rank and select on bits (Jacobson, "Space-efficient static trees and graphs", 1989).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ....dtypes import Array
from ..convolution.box import sliding_sum
from . import narrowing
from .bit_masks import Keys, find_word, select_levels
from .execution import inner_shape

# Side of a tile by the smallest square for it: larger tiles sort less and count more for a pixel.
_SIDES = {1: 8, 12: 16, 30: 20, 48: 32, 160: 64}
_NARROWED = 61  # side of the smallest square at which `narrowing` saves time
_AT_ONCE = 3 << 14  # output pixels of a batch of tiles, whose words stay in the cache
_MOST_KEYS = 1 << 23  # pixels around the tiles of a batch


def run(padded: Array, sides: tuple[int, int], seen: NDArray[np.bool_] | None = None) -> Array:
    """Return the (h, w, C) medians, in the dtype of the block.

    Parameters
    ----------
    padded : (h + rows - 1, w + columns - 1, C) array
    sides : (int, int)
        Rows and columns of a window, odd.
    seen : (h + rows - 1, w + columns - 1) bool array, optional
        The pixels that count. An even number of pixels has the lower median. If no pixel of a
        window counts, the result is the pixel at its centre.
    """
    (rows, columns), (height, width) = sides, inner_shape(padded, sides)
    ranks = np.full((height, width), rows * columns // 2, np.int32)
    if seen is not None:
        counts = sliding_sum(sliding_sum(seen.astype(np.int32), rows, 0), columns, 1)
        ranks, is_empty = np.maximum(counts - 1, 0) // 2, counts == 0
    found = np.empty((height, width, padded.shape[2]), padded.dtype)
    for channel in range(padded.shape[2]):
        levels, values = _to_levels(padded[..., channel])
        found[..., channel] = values(_select_plane(levels, ranks, seen, sides))
    if seen is not None:
        centre = padded[rows // 2 :, columns // 2 :][:height, :width]
        np.copyto(found, centre, where=is_empty[..., np.newaxis])
    return found


def operations(sides: tuple[int, int]) -> float:
    """Return about how many operations an output value costs."""
    side = _tile_side(sides)
    pixels = math.prod(_around(sides, side))
    return 50.0 + 30 * pixels / side**2 + 5 * pixels / 64


def _tile_side(sides: tuple[int, int]) -> int:
    return next(_SIDES[least] for least in reversed(_SIDES) if math.prod(sides) >= least**2)


def _around(sides: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the rows and columns of the pixels under the windows of a tile."""
    return sides[0] + side - 1, sides[1] + side - 1


def _to_levels(plane: Array) -> tuple[Array, Callable[[Array], Array]]:
    """Return unsigned integers in the order of the values, and a function that converts back.

    The integers have at most 32 bits.
    """
    if plane.dtype.kind == "u":
        return plane, lambda levels: levels
    if plane.dtype == np.float64:
        values, levels = np.unique(plane, return_inverse=True)
        # If no pixel counts, the level is past all values.
        return levels.reshape(plane.shape).astype(np.uint32), partial(values.take, mode="clip")
    # Floats are ordered like their bits, except that negative ones are in reverse order.
    sign = np.uint32(1 << 31)
    bits = np.ascontiguousarray(plane).view(np.uint32)

    def back(levels: Array) -> Array:
        return np.where(levels & sign, levels ^ sign, ~levels).view(np.float32)

    return np.where(bits & sign, ~bits, bits | sign), back


def _select_plane(levels: Array, ranks: Array, seen: Array | None, sides: tuple[int, int]) -> Array:
    """Return the levels with the given ranks in the windows of a plane, in batches of tiles."""
    side = _tile_side(sides)
    height, width = ranks.shape
    most = max(1, min(_AT_ONCE // side**2, _MOST_KEYS // math.prod(_around(sides, side))))
    rows, columns = (-(-length // side) for length in ranks.shape)
    across = _even_size(columns, max(1, int(most**0.5)))
    down = _even_size(rows, most // across)
    found = np.empty((rows * side, columns * side), levels.dtype)
    more = [(0, rows * side - height), (0, columns * side - width)]
    levels, ranks = np.pad(levels, more, "edge"), np.pad(ranks, more, "edge")
    seen = None if seen is None else np.pad(seen, more, "edge")
    for top in range(0, len(found), down * side):
        for left in range(0, found.shape[1], across * side):
            within = np.s_[top : top + down * side, left : left + across * side]
            around = np.s_[: down * side + sides[0] - 1, : across * side + sides[1] - 1]
            shown = None if seen is None else seen[top:, left:][around]
            found[within] = _select_batch(levels[top:, left:][around], ranks[within], shown, sides)
    return found[:height, :width]


def _even_size(count: int, most: int) -> int:
    """Return the size of nearly equal parts of `count`, at most `most`."""
    return -(-count // -(-count // most))


def _select_batch(levels: Array, ranks: Array, seen: Array | None, sides: tuple[int, int]) -> Array:
    """Return the levels with the given ranks, for a batch of whole tiles."""
    side = _tile_side(sides)
    shown = None if seen is None else _view_windows(seen, side, sides)
    keys = Keys.of(_view_windows(levels, side, sides), shown)
    if math.prod(sides) >= _NARROWED**2:
        ends = narrowing.narrow_median_range(levels, ranks, seen, sides, side)
        keys, ranks = keys.select_between(ends.first, ends.last), ranks - ends.below
    rows, columns = keys.make_masks(side, sides)
    word, left = find_word(rows, columns, _split_tiles(ranks, side), math.prod(sides))
    found = select_levels(keys, rows, columns, word, left)
    down, across = (length // side for length in ranks.shape)
    cut = found.reshape(side, side, down, across).transpose(2, 0, 3, 1)
    return cut.reshape(ranks.shape)


def _view_windows(plane: Array, side: int, sides: tuple[int, int]) -> Array:
    """Return the pixels under the windows of each of b tiles: (b, down, across)."""
    around = _around(sides, side)
    view = np.lib.stride_tricks.sliding_window_view(plane, around)
    return view[::side, ::side].reshape(-1, *around)


def _split_tiles(plane: Array, side: int) -> Array:
    """Return a plane of whole tiles as (side, side, b)."""
    down, across = (length // side for length in plane.shape)
    return plane.reshape(down, side, across, side).transpose(1, 3, 0, 2).reshape(side, side, -1)
