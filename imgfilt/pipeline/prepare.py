"""Prepare a run: check the arguments against the picture, resolve the filter, make the plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..border import BORDERS
from ..concurrency import threads
from ..dtypes import Array, white_level
from ..errors import Note
from ..filters.base import Filter
from ..filters.samples import Samples
from ..numbers import format_shortest
from ..parameters import LARGEST_THRESHOLD
from .blocks import sample_rows
from .missing import check_mean, missing_of
from .options import Options, output_dtype
from .plan import Plan, make_plan
from .scan import Scan, scan_pixels
from .validation import border_fill, check_border, check_mask, check_pixels, region_rects
from .working_space import WorkingSpace

_LARGEST_IN_FLOAT32 = 1e36  # 255 times as much is still finite
_FLOAT_TOLERANCE = 1e-3  # of floats that were scaled to 0..1

# By the id of a filter: the arguments of `make_plan`, and the plan, of a worker's last picture. A
# folder often holds pictures of one size, and to plan takes longer than to filter an icon.
_MOST_PLANS = 400
_last: dict[int, tuple[tuple[Any, ...], Plan]] = {}


def prepare(
    filt: Filter,
    pixels: Array,
    alpha: bool,
    options: Options,
    mask: Array | None = None,
    kept: Array | None = None,
) -> tuple[Plan, Array, Note | None]:
    """Return the plan for a picture, the pixel that fills its border, and a note on its range.

    Parameters
    ----------
    filt : Filter
    pixels : (H, W, C) array
        uint8, uint16, float32 or float64.
    alpha : bool
        Whether the last channel is alpha.
    options : Options
    mask : (H, W) array, optional
        It will blend the result with the picture.
    kept : (H, W, C) array, optional
        The picture that it is blended with, if that isn't `pixels`.

    Returns
    -------
    plan : Plan
    fill : (C,) array
        In the dtype of the picture.
    range_note : Note or None
        A warning of floats outside 0..1 if the filter has thresholds.

    Raises
    ------
    ParameterError
        If the array, its alpha, the border, its value or the region can't be used.
    EngineError
        If `opencv` was asked for and can't do it.
    ImageError
        If the mask has another size, `valid` leaves no pixel, or the run would need too much memory
        or time.
    """
    dtype = pixels.dtype
    check_border(options.border, filt)
    check_pixels(pixels, alpha, options.linear)
    check_mask(mask, *pixels.shape[:2])
    fill = border_fill(options, dtype, pixels.shape[2], alpha)
    region = region_rects(options.region, *pixels.shape[:2])
    output = output_dtype(options.depth, dtype)
    check_mean(filt, options)
    missing = missing_of(options, dtype, output)
    scan = scan_pixels(pixels, alpha, bool(filt.level_parameter), missing)
    if kept is not None and (missing is not None or scan.opaque):
        of_kept = scan_pixels(kept, alpha, False, missing)
        scan = scan._replace(
            opaque=scan.opaque and of_kept.opaque,
            has_missing=scan.has_missing or of_kept.has_missing,
        )
    # The pixels beyond the edge, unless they are pixels of the picture.
    beyond = fill if BORDERS[options.border].uses_fill and not filt.identity else None
    opaque = not alpha or (scan.opaque and (beyond is None or beyond[-1] == white_level(dtype)))
    if missing is not None and not scan.has_missing:
        is_found = beyond is not None and missing.find(beyond[: len(beyond) - alpha])
        missing = missing if is_found else None
    keeps_levels = output == dtype and options.values == "clip" and not options.linear
    working_space = WorkingSpace(
        filt,
        dtype,
        alpha=alpha,
        transparent=not opaque,
        missing=missing,
        linear_light=options.linear,
        needs_float64=_needs_float64(filt, dtype, scan, output, opaque, options.values),
        may_round=opaque
        and missing is None
        and dtype.kind != "f"
        and keeps_levels
        and mask is None,
        count_clipped=options.count_clipped,
        output=output,
        is_grid=options.is_grid,
    )
    if was_resolved := filt.needs_samples:
        with np.errstate(over="ignore", invalid="ignore"):
            filt = filt.resolve(_make_samples(working_space, pixels, scan, beyond))
        working_space = working_space._replace(filter=filt)
    plan = _plan(working_space, pixels.shape, options.border, options.engine, region)
    fits = options.is_grid or was_resolved  # to the levels that the picture has
    return plan, fill, None if fits else _describe_range(plan.filter, scan)


def _make_samples(
    working_space: WorkingSpace, pixels: Array, scan: Scan, beyond: Array | None
) -> Samples:
    """Return what a filter may see; `beyond` is the pixel beyond the edge, if there is one."""
    colours = pixels.shape[2] - working_space.alpha
    ends = [scan.least, scan.greatest] if pixels.dtype.kind == "f" else [0, working_space.white]
    if beyond is not None:
        ends += [level for level in beyond[:colours] if np.isfinite(level)]
    levels = working_space.to_levels(np.array(ends, pixels.dtype).reshape(-1, 1, 1))

    def read_blocks(least_rows: int) -> Iterator[Array]:
        return (working_space.to_working(rows)[0] for rows in sample_rows(pixels, least_rows))

    return Samples(
        working_space.block_info(colours),
        working_space.weight_channels,
        pixels.shape[0] * pixels.shape[1],
        float(levels.min()),
        float(levels.max()),
        read_blocks,
    )


def _plan(*arguments: Any) -> Plan:
    """Return the result of `make_plan`; in a pool's worker the filter's last one, if it suits."""
    if not threads.in_pool_worker:
        return make_plan(*arguments)
    # By id, because equal filters may name different files, or a file that has changed since. The
    # arguments hold the filter, so that no other one gets its id.
    key = id(arguments[0].filter)
    if key not in _last or _last[key][0] != arguments:
        if len(_last) == _MOST_PLANS:
            _last.clear()
        _last[key] = arguments, make_plan(*arguments)
    return _last[key][1]


def _needs_float64(
    filt: Filter,
    dtype: np.dtype[Any],
    scan: Scan,
    output: np.dtype[Any],
    opaque: bool,
    values: str,
) -> bool:
    """Return whether float32, or OpenCV's integer methods, would be too coarse for the output."""
    if values == "stretch" and filt.gain is not None:
        return True
    if output.itemsize > dtype.itemsize:
        return not filt.is_rank
    if not (filt.level_parameter and opaque) or dtype != np.float32:
        return False
    return max(-scan.least, scan.greatest) > _LARGEST_IN_FLOAT32


def _describe_range(filt: Filter, scan: Scan) -> Note | None:
    """Return a note if floats lie outside 0..1 and the filter has a threshold for 0..1, or None."""
    top, name = max(-scan.least, scan.greatest), filt.level_parameter
    if top <= 1 + _FLOAT_TOLERANCE or not name or filt.identity:
        return None
    threshold = getattr(filt, name)
    if threshold > 255:  # more than any difference in 0..1, so it was chosen for these values
        return None
    fitting = format_shortest(float(f"{min(threshold * top, LARGEST_THRESHOLD):.3g}"))
    return Note(
        "the picture has values outside 0..1, and thresholds are in units of 1/255 of 1.0; for "
        f"levels up to {top:.6g}, {format_shortest(threshold)} of 255 would be {name} {fitting}",
        (name,),
    )
