"""Strips: filter one strip of a picture, and cut pictures into blocks of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from ..border import pad, to_picture
from ..buffers import borrow
from ..dtypes import Array
from ..engines.numpy.block_info import is_finite
from ..filters.weights import Weights
from ..geometry import Rect, Unpadded, rects_outside, row_blocks, surround
from .plan import Plan

# Values in a block.
CACHE_SIZED = 3 << 17  # their float64 copies stay in the cache
CALL_SIZED = 1 << 21  # for steps that copy little: with shorter calls, threads wait for each other

_MAX_SAMPLES, _SAMPLE_VALUES = 16, 1 << 16


def filter_strip(plan: Plan, pixels: Array, strip: Rect, fill: Array) -> Array:
    """Return the values of a strip in levels of the picture, not rounded.

    Parameters
    ----------
    plan : Plan
    pixels : (H, W, C) array
        The whole picture.
    strip : Rect
        Output rows and columns.
    fill : (C,) array
        The pixel beyond the edge with the borders `zero` and `constant`.

    Returns
    -------
    (h, w, C) array
        It may be a view of the picture, or scratch memory that the next strip overwrites.
    """
    filt, reach, margin, unpadded = plan.filter, plan.reach, plan.margin, None
    padded: Array
    if plan.engine_extends:
        padded, inner = surround(pixels, strip, reach)
        unpadded = Unpadded(plan.border, inner)
    else:
        padded = pad(pixels, strip, reach, plan.border, fill, partial(borrow, "padded"), margin)
        inner = Rect(0, 0, strip.height, strip.width).moved(margin.top, margin.left)
    original = padded[inner.slices]
    rect = to_picture(plan.border, strip, reach)
    place = rect.top - inner.top, rect.left - inner.left
    if filt.identity:
        return original
    with np.errstate(over="ignore", invalid="ignore"):
        block, weights = plan.working_space.to_working(padded)
        if block.dtype.kind != "f" or is_finite(block):
            values = filt.run(plan.engine, plan.method, block, weights, unpadded, place)
        elif plan.engine_extends:
            # `nonfinite_result` needs a padded block.
            return filter_strip(plan._replace(engine_extends=False), pixels, strip, fill)
        else:
            values = _run_with_nonfinite(plan, block, weights, place)
        del block  # Frees memory, because from_working needs as much.
        return plan.working_space.from_working(values, original)


def _run_with_nonfinite(
    plan: Plan, block: Array, weights: Weights | None, place: tuple[int, int]
) -> Array:
    """Return the filter's values of a block in which NaN and infinity are replaced by 0.

    The values that depend on them are set to NaN or infinity afterwards.
    """
    filt = plan.filter
    # Before the filter runs, because it may return scratch memory that nonfinite_result overwrites.
    nonfinite = filt.nonfinite_result(block)
    usable = ~np.isnan(block) if filt.is_rank else np.isfinite(block)
    replaced = np.where(usable, block, block.dtype.type(0))
    values = filt.run(plan.engine, plan.method, replaced, weights, place=place)
    values = values.astype(np.result_type(values, np.float32))
    colours = block.shape[2] - plan.working_space.weight_channels
    nonfinite[..., colours:] = 0  # weights are always finite
    values[..., : nonfinite.shape[2]] += nonfinite
    return values


def iter_blocks(rect: Rect, channels: int, values: int = CACHE_SIZED) -> Iterator[Rect]:
    """Cut a rectangle into blocks of rows, from top to bottom.

    Parameters
    ----------
    rect : Rect
    channels : int
    values : int
        About how many values a block has.
    """
    for rows in row_blocks(rect.height, rect.width * channels, values):
        yield Rect(rect.top + rows.start, rect.left, rect.top + rows.stop, rect.right)


def iter_rows(pixels: Array) -> Iterator[Array]:
    """Give a (H, W, C) picture in blocks of rows that fit into the cache."""
    height, width, channels = pixels.shape
    return (pixels[rows] for rows in row_blocks(height, width * channels, CACHE_SIZED))


def iter_outside(region: Sequence[Rect], shape: tuple[int, int, int]) -> Iterator[Rect]:
    """Cut the pixels of a (H, W, C) picture that are outside a region into blocks of rows."""
    height, width, channels = shape
    for rect in rects_outside(region, height, width):
        yield from iter_blocks(rect, channels)


def sample_rows(pixels: Array, least_rows: int) -> Iterator[Array]:
    """Give blocks of rows at equal distances from top to bottom; of a small picture, all rows.

    Parameters
    ----------
    pixels : (H, W, C) array
    least_rows : int
        A block has at least so many rows, if the picture has.
    """
    height, width, channels = pixels.shape
    rows = max(least_rows, _SAMPLE_VALUES // (width * channels))
    count = min(_MAX_SAMPLES, -(-height // rows))
    edges = [number * height // count for number in range(count + 1)]
    for top, bottom in pairwise(edges):
        top += max(0, bottom - top - rows) // 2
        yield pixels[top : min(top + rows, bottom)]
