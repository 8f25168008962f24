"""Strip: what a filter makes of one, from the picture's pixels to values in stored levels."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from ..border import pad
from ..buffers import borrow
from ..dtypes import Array
from ..engines.numpy.block_info import is_finite
from ..geometry import Rect
from .plan import Plan


def values_of(plan: Plan, pixels: Array, strip: Rect, fill: Array) -> Array:
    """Return the (h, w, C) values of a strip of a (H, W, C) picture, in stored levels, unrounded.

    `fill` is the pixel (C,) of a border that has no other. The values may lie in scratch memory.
    """
    filt, reach = plan.filter, plan.reach
    if plan.sides is not None:
        reach = reach._replace(left=0, right=0)
    padded = pad(pixels, strip, reach, plan.border, fill, partial(borrow, "padded"))
    rows, columns = strip.height, strip.width
    centre = padded[reach.top : reach.top + rows, reach.left : reach.left + columns]
    if filt.identity:
        return centre
    with np.errstate(over="ignore", invalid="ignore"):
        block, weight = plan.working.shown(padded)
        if block.dtype.kind != "f" or is_finite(block):
            values = filt.run(plan.engine, plan.method, block, weight, plan.sides)
        elif plan.sides is not None:
            # What NaN and infinity reach is told of blocks that are padded on all sides.
            return values_of(replace(plan, sides=None), pixels, strip, fill)
        else:
            values = _marked(plan, block, weight)
        # Gone when the result is brought back, which takes as much memory.
        del block
        return plan.working.stored(values, centre)


def _marked(plan: Plan, block: Array, weight: Array | None) -> Array:
    """Return what the engine makes of a block, with NaN and infinity kept where they belong."""
    filt = plan.filter
    # First, since values may lie in memory that finding the marks uses again.
    marks = filt.nonfinite_result(block)
    kept = ~np.isnan(block) if filt.is_rank else np.isfinite(block)
    given = np.where(kept, block, block.dtype.type(0))
    values = filt.run(plan.engine, plan.method, given, weight)
    values = values.astype(np.result_type(values, np.float32))
    if plan.working.premultiplied:
        marks[..., -1] = 0  # alpha is always a number
    values[..., : marks.shape[2]] += marks
    return values
