"""Prepare a run: check the arguments against the picture, resolve the filter, make the plan."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..border import BORDERS
from ..concurrency import threads
from ..dtypes import Array, white_level
from ..filters.base import Filter
from .options import Options, output_dtype
from .plan import Plan, make_plan
from .strips import iter_rows, sample_rows
from .validation import border_fill, check_pixels, region_rects
from .working_space import WorkingSpace

_LARGEST_IN_FLOAT32 = 1e36  # 255 times as much is still finite

# The arguments of `make_plan`, and the plan, of a worker's last picture: a folder often holds
# pictures of one size, and to plan takes longer than to filter an icon.
_last: tuple[tuple[Any, ...], Plan] | None = None


def prepare(
    filt: Filter, pixels: Array, alpha: bool, options: Options, has_mask: bool = False
) -> tuple[Plan, Array]:
    """Return the plan for a picture, and the pixel that fills its border.

    Parameters
    ----------
    filt : Filter
    pixels : (H, W, C) array
        uint8, uint16, float32 or float64.
    alpha : bool
        Whether the last channel is alpha.
    options : Options
    has_mask : bool
        Whether a mask will blend the result with the picture.

    Returns
    -------
    plan : Plan
    fill : (C,) array
        In the dtype of the picture.

    Raises
    ------
    ParameterError
        If the array, the border value or the region can't be used.
    EngineError
        If `opencv` was asked for and can't do it.
    ImageError
        If `valid` leaves no pixel, or the run would need too much memory or time.
    """
    dtype = pixels.dtype
    check_pixels(pixels, alpha, options.linear)
    fill = border_fill(options, dtype, pixels.shape[2], alpha)
    opaque = not alpha or _is_opaque(filt, pixels, options.border, fill)
    output = output_dtype(options.depth, dtype)
    changes_levels = output != dtype or options.values != "clip" or has_mask or options.linear
    working_space = WorkingSpace(
        filt,
        dtype,
        alpha=alpha,
        transparent=not opaque,
        linear_light=options.linear,
        needs_float64=_needs_float64(filt, pixels, output, opaque, options.values),
        rounded=opaque and dtype.kind != "f" and not changes_levels,
        count_clipped=options.count_clipped,
        output=output,
    )
    if filt.needs_samples:
        with np.errstate(over="ignore", invalid="ignore"):
            samples = [working_space.to_working(rows)[0] for rows in sample_rows(pixels)]
        filt = filt.resolve(samples, working_space.premultiplied)
        working_space = working_space._replace(filter=filt)
    region = region_rects(options.region, *pixels.shape[:2])
    return _plan(working_space, pixels.shape, options.border, options.engine, region), fill


def _plan(*arguments: Any) -> Plan:
    """Return the result of `make_plan`; in a pool's worker the last one, if it is for the same."""
    global _last
    if not threads.in_pool_worker:
        return make_plan(*arguments)
    # Equal filters may name different files, or a file that has changed since.
    if _last is None or _last[0][0].filter is not arguments[0].filter or _last[0] != arguments:
        _last = arguments, make_plan(*arguments)
    return _last[1]


def _is_opaque(filt: Filter, pixels: Array, border: str, fill: Array) -> bool:
    """Return whether alpha is at the white level everywhere in the picture and its border."""
    white = white_level(pixels.dtype)
    if not all((rows[..., -1] == white).all() for rows in iter_rows(pixels)):
        return False
    uses_fill = BORDERS[border].indices is None and border != "valid"
    return not uses_fill or filt.identity or bool(fill[-1] == white)


def _needs_float64(
    filt: Filter, pixels: Array, output: np.dtype[Any], opaque: bool, values: str
) -> bool:
    """Return whether float32, or OpenCV's integer methods, would be too coarse for the output."""
    if values == "stretch" and filt.gain is not None:
        return True
    if output.itemsize > pixels.dtype.itemsize:
        return not filt.is_rank
    if not (filt.in_8_bit_levels and opaque) or pixels.dtype != np.float32:
        return False
    return any(
        np.max(np.abs(rows), initial=0, where=np.isfinite(rows)) > _LARGEST_IN_FLOAT32
        for rows in iter_rows(pixels)
    )
