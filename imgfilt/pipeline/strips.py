"""Filter one strip of a picture, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from ..border import pad, to_picture
from ..buffers import borrow
from ..dtypes import Array
from ..engines.numpy.block_info import is_finite
from ..filters.block import Block
from ..geometry import EngineBorder, Rect, row_blocks, view_around
from .plan import Plan

_MIN_ROWS_PER_PADDING = 2  # of a block, for each row above and below it


def filter_strip(plan: Plan, pixels: Array, strip: Rect, fill: Array) -> Array:
    """Return the values of a strip in levels of the picture, rounded only if the method does that.

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
    not_rounded = plan.working_space._replace(may_round=False)
    plan = plan._replace(block=0, working_space=not_rounded)
    ((_, values),) = filter_blocks(plan, pixels, strip, fill)
    return values


def filter_blocks(
    plan: Plan, pixels: Array, strip: Rect, fill: Array
) -> Iterator[tuple[Rect, Array]]:
    """Give the blocks of rows of a strip, each with its values in levels of the picture.

    They may be rounded if the working space allows that, and lie in scratch memory that the next
    block overwrites.

    Parameters
    ----------
    plan, pixels, strip, fill
        As for `filter_strip`.
    """
    reach, margin = plan.reach, plan.margin
    if plan.engine_extends:
        view, inner = view_around(pixels, strip, reach)
        place = strip.top - inner.top, strip.left - inner.left
        block = Block(view, engine_border=EngineBorder(plan.border, inner), place=place)
        values = _filter_block(plan, block, inner)
        if values is not None:
            yield strip, values
            return
    padded = pad(pixels, strip, reach, plan.border, fill, partial(borrow, "padded"), margin)
    row, more_rows = strip.width * plan.shape[2], margin.top + margin.bottom
    # Of very few rows, most of the time would go into the padding.
    size = (
        max(plan.block, _MIN_ROWS_PER_PADDING * more_rows * row)
        if plan.block
        else row * strip.height
    )
    for rows in row_blocks(strip.height, row, size):
        rect = Rect(strip.top + rows.start, strip.left, strip.top + rows.stop, strip.right)
        inner = rect.moved(margin.top - rect.top, margin.left - rect.left)
        first = to_picture(plan.border, rect, reach)
        place = first.top - margin.top, first.left - margin.left
        block = Block(padded[rows.start : rows.stop + more_rows], place=place)
        values = _filter_block(plan, block, inner)
        assert values is not None
        yield rect, values


def _filter_block(plan: Plan, given: Block, inner: Rect) -> Array | None:
    """Return the values of the inner pixels of a block in the picture's dtype.

    None if the block isn't padded, but holds NaN or infinity: `nonfinite_result` needs the padding.
    """
    filt, space, original = plan.filter, plan.working_space, given.pixels[inner.slices]
    if filt.identity:
        return original
    with np.errstate(over="ignore", invalid="ignore"):
        pixels, weights = space.to_working(given.pixels)
        block = given._replace(pixels=pixels, weights=weights, may_round=space.may_round)
        if pixels.dtype.kind != "f" or is_finite(pixels):
            values = filt.run(plan.engine, plan.method, block)
        elif block.engine_border is not None:
            return None
        else:
            values = _run_with_nonfinite(plan, block)
        del pixels, block  # Frees memory, because from_working needs as much.
        return space.from_working(values, original)


def _run_with_nonfinite(plan: Plan, block: Block) -> Array:
    """Return the filter's values of a block in which NaN and infinity are replaced by 0.

    The values that depend on them are set to NaN or infinity afterwards.
    """
    filt, pixels = plan.filter, block.pixels
    # Before the filter runs, because it may return scratch memory that nonfinite_result overwrites.
    nonfinite = filt.nonfinite_result(pixels)
    usable = ~np.isnan(pixels) if filt.is_rank else np.isfinite(pixels)
    replaced = np.where(usable, pixels, pixels.dtype.type(0))
    values = filt.run(plan.engine, plan.method, block._replace(pixels=replaced, may_round=False))
    values = values.astype(np.result_type(values, np.float32))
    colours = pixels.shape[2] - plan.working_space.weight_channels
    nonfinite[..., colours:] = 0  # weights are always finite
    values[..., : nonfinite.shape[2]] += nonfinite
    return values
