"""Apply: a filter on a (H, W, C) array, strip by strip.

The narrow waist: command line, batches, figures and Python all pass through here.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .. import concurrency, engines
from ..border import BORDERS, pad
from ..dtypes import Array, white_level
from ..errors import ParameterError
from ..filters.base import Filter
from ..geometry import Rect
from .accuracy import Probes
from .options import Options, output_dtype
from .output import Clipped, Store
from .plan import Plan, make_plan
from .strips import values_of
from .tiles import FEW, MANY, Part, parts, parts_of, parts_outside, samples_of
from .validation import check_mask, check_pixels, fill_of, spans_of
from .working_space import Working

_LARGEST_IN_LEVELS = 1e36  # 255 times it is still float32
_ROUNDING = 1e-3  # of floats that were made to lie in 0..1


@dataclass(frozen=True)
class Result:
    """The pixels (H, W, C) that came out, the plan that made them, and what is worth knowing.

    `tally` counts what was clipped, `notes` says what the picture had to do with the filter.
    `beyond`, one of them, says that floats lie outside 0..1 and the filter has thresholds.
    """

    pixels: Array
    plan: Plan
    tally: Clipped
    notes: tuple[str, ...] = ()
    beyond: str | None = None

    @property
    def clipped(self) -> Clipped | None:
        """The tally if anything was clipped."""
        return self.tally if self.tally.outside else None


def run(
    filt: Filter,
    pixels: Array,
    alpha: bool,
    options: Options,
    progress: Callable[[float], None] = lambda share: None,
    mask: Array | None = None,
) -> Result:
    """Return a picture filtered, with the plan and what clipped.

    Parameters
    ----------
    filt : Filter
    pixels : (H, W, C) array
        Of the machine's byte order.
    alpha : bool
        The last channel is alpha.
    options : Options
    progress : callable
        Called with the share done (0 to 1) after each strip, by its worker.
    mask : (H, W) array, optional
        uint8, uint16 or float 0 to 1: takes the filtered pixel where it is full, the picture's
        where it is 0, and blends in between. It doesn't go with the border `valid`.
    """
    plan, fill = prepare(filt, pixels, alpha, options, mask is not None)
    check_mask(mask, *pixels.shape[:2])
    dtype = output_dtype(options.depth, pixels.dtype)
    if options.values == "raw" and dtype.kind != "f":
        raise ParameterError("values: 'raw' needs a float output; see --depth float")
    store = Store(plan.working, plan.shape[2], dtype, options.values)
    if pixels.dtype.kind == "f":
        fits = ", --values stretch makes them fit" if filt.leaves_range else ""
        store.clipped.hint = f"--depth float keeps them{fits}"
    at_once = MANY if mask is None else FEW
    count = options.workers or concurrency.worker_limit()
    passes = 2 if options.values == "stretch" else 1
    finished = iter(range(1, passes * len(plan.strips) + 1))
    out = np.empty(plan.shape, dtype)
    measured = options.measured and plan.filter.exact_filter is not None
    probes = Probes(plan.strips, plan.working) if measured else None

    def advance() -> None:
        progress(next(finished) / (passes * len(plan.strips)))

    def blend(part: Part) -> tuple[Array, ...]:
        return () if mask is None else (pixels[part], mask[part] / white_level(mask.dtype))

    def measure(strip: Rect) -> None:
        values = values_of(plan, pixels, strip, fill)
        shown = store.shown(values, *blend(strip.slices))
        if shown.any():
            padded = pad(pixels, strip.around(shown), plan.reach, plan.border, fill)
            store.stretch.measure(values[shown], padded)
        advance()

    def leave(part: Part) -> None:
        store.leave(pixels[part], out[part])

    def work(strip: Rect) -> None:
        values = values_of(plan, pixels, strip, fill)
        if probes is not None:
            probes.take(strip, values)
        for part in parts(strip, plan.shape[2], at_once):
            found = values[part[0].start - strip.top : part[0].stop - strip.top]
            store.keep(found, out[part], *blend(part))
        advance()

    with engines.opencv.one_thread() if plan.engine == "opencv" else nullcontext():
        if options.values == "stretch":
            concurrency.parallel_for(measure, plan.strips, count)
        if options.region:
            concurrency.parallel_for(leave, parts_outside(plan.region, plan.shape), count)
        concurrency.parallel_for(work, plan.strips, count)
    notes = []
    # That a look at the picture changed nothing is said to who asks.
    if plan.filter.note is not None and (options.measured or not plan.filter.needs_samples):
        notes.append(plan.filter.note)
    if probes is not None:
        exact = plan.exactly
        notes.append(probes.deviation(lambda span: values_of(exact, pixels, span, fill)))
    beyond = _beyond_levels(plan.filter, pixels, alpha)
    if beyond:
        notes.append(beyond)
    return Result(out, plan, store.clipped, tuple(notes), beyond)


def prepare(
    filt: Filter, pixels: Array, alpha: bool, options: Options, blended: bool = False
) -> tuple[Plan, Array]:
    """Return the plan for a picture, and the pixel that fills its border.

    Parameters
    ----------
    filt : Filter
    pixels : (H, W, C) array
    alpha : bool
        The last channel is alpha.
    options : Options
    blended : bool
        A mask will blend the result with the picture.
    """
    dtype = pixels.dtype
    check_pixels(pixels, alpha, options.linear)
    fill = fill_of(options, dtype, pixels.shape[2], alpha)
    opaque = not alpha or all(
        (rows[..., -1] == white_level(dtype)).all() for rows in parts_of(pixels)
    )
    if opaque and alpha and BORDERS[options.border].index is None and options.border != "valid":
        opaque = bool(fill[-1] == white_level(dtype)) or filt.identity
    output = output_dtype(options.depth, pixels.dtype)
    stretched = options.values == "stretch"
    wide = (stretched and filt.gain is not None) or _is_wide(filt, pixels, output, opaque)
    rounded = output == dtype and dtype.kind != "f" and options.values == "clip" and opaque
    rounded = rounded and not (blended or options.linear)
    tallied = options.tallied
    working = Working(
        filt, dtype, alpha, not opaque, options.linear, wide, rounded, tallied, output
    )
    if filt.needs_samples:
        with np.errstate(over="ignore", invalid="ignore"):
            samples = [working.shown(rows)[0] for rows in samples_of(pixels)]
        working = replace(working, filter=filt.resolve(samples, working.premultiplied))
    region = spans_of(options.region, *pixels.shape[:2])
    plan = make_plan(working, pixels.shape, options.border, options.engine, region)
    return plan, fill


def _is_wide(filt: Filter, pixels: Array, output: np.dtype[Any], opaque: bool) -> bool:
    """Return whether float32, and what cv2 makes of narrow pixels, would be too coarse."""
    if output.itemsize > pixels.dtype.itemsize:
        return not filt.is_rank
    if not (filt.in_8_bit_levels and opaque) or pixels.dtype != np.float32:
        return False
    return any(
        np.max(np.abs(rows), initial=0, where=np.isfinite(rows)) > _LARGEST_IN_LEVELS
        for rows in parts_of(pixels)
    )


def _beyond_levels(filt: Filter, pixels: Array, alpha: bool) -> str | None:
    """Return what to tell of floats outside 0..1 where a filter has thresholds, or None."""
    if not filt.in_8_bit_levels or filt.identity or pixels.dtype.kind != "f":
        return None
    for rows in parts_of(pixels):
        colours = rows[..., : rows.shape[2] - alpha]
        outside = (colours < -_ROUNDING) | (colours > 1 + _ROUNDING)
        if (outside & np.isfinite(colours) & (rows[..., -1:] > 0 if alpha else True)).any():
            return (
                f"the picture has values outside 0..1, and the thresholds of {filt.title} are in "
                "units of 1/255 of 1.0"
            )
    return None
