"""Apply: a filter on an array, strip by strip.

The narrow waist: command line, batches, figures and Python all pass through here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import workers as pools
from .border import BORDERS, Span
from .errors import ParameterError
from .filters.filter import Filter
from .filters.linear import Linear
from .fitting import check_mask, check_pixels, fill_of, spans_of
from .options import Options, output_dtype
from .part import FEW, MANY, Part, parts, parts_beside, parts_of, samples_of
from .plan import Plan, make_plan
from .probe import Probes
from .store import Clipped, Store
from .strip import values_of
from .working import Array, Working, peak

_LARGEST_IN_LEVELS = 1e36  # 255 times it is still float32


@dataclass(frozen=True)
class Result:
    """The pixels (H, W, C) that came out, the plan that made them, and what is worth knowing.

    `tally` counts what was clipped, `notes` says what the picture had to do with the filter.
    """

    pixels: Array
    plan: Plan
    tally: Clipped
    notes: tuple[str, ...] = ()

    @property
    def clipped(self) -> Clipped | None:
        """The tally if anything was clipped."""
        return self.tally if self.tally.outside else None


def apply(
    filter: Filter,
    pixels: Array,
    engine: str = "auto",
    border: str = "reflect",
    border_value: float | Sequence[float] = 0,
    values: str = "clip",
    alpha: bool = False,
    workers: int | None = None,
) -> Array:
    """Return a picture filtered.

    Parameters
    ----------
    filter : Filter
        Such as Gaussian(sigma=1.5).
    pixels : (H, W) or (H, W, C) array
        uint8, uint16, float32 or float64, of any strides and byte order; left untouched.
    engine : {"auto", "numpy", "opencv"}
    border : {"zero", "constant", "replicate", "reflect", "symmetric", "wrap", "valid"}
        With `valid` the result is smaller.
    border_value : number, or a sequence of one a channel
        For `constant`, in stored levels.
    values : {"clip", "abs", "offset", "stretch", "raw"}
        What becomes of values below 0 and above the range; floats are never clipped.
    alpha : bool
        The last channel is alpha.
    workers : int, optional
        Threads; the cores by default. They never change the result.

    Returns
    -------
    (H, W) or (H, W, C) array
        In the dtype and layout of `pixels`.

    Raises
    ------
    ParameterError
        If the array has no pixels or another dtype or shape, or an option is unknown.
    EngineError
        If `opencv` was asked for and can't do it.
    ImageError
        If `valid` leaves no pixel.

    Examples
    --------
    >>> from imgfilt import Convolve, apply
    >>> apply(Convolve("1 2 1; 2 4 2; 1 2 1", scale="1/16"), np.full((2, 3), 7, np.uint8))
    array([[7, 7, 7],
           [7, 7, 7]], dtype=uint8)
    """
    if not isinstance(filter, Filter):
        raise ParameterError(f"filter: {filter!r} is no filter; wanted such as Gaussian(size=5)")
    pixels = np.asarray(pixels)
    grey = pixels.ndim == 2
    native = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
    if grey:
        native = native[..., np.newaxis]
    options = Options(engine, border, border_value, values, workers=workers, tallied=False)
    done = run(filter, native, alpha, options).pixels
    done = done[..., 0] if grey else done
    return done.astype(pixels.dtype, copy=False)


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
    at_once = MANY if mask is None else FEW
    count = options.workers or pools.cores()
    passes = 2 if options.values == "stretch" else 1
    finished = iter(range(1, passes * len(plan.strips) + 1))
    out = np.empty(plan.shape, dtype)
    measured = options.measured and plan.filter.exactly is not None
    probes = Probes(plan.strips, peak(pixels.dtype)) if measured else None

    def advance() -> None:
        progress(next(finished) / (passes * len(plan.strips)))

    def measure(strip: Span) -> None:
        store.measure(values_of(plan, pixels, strip, fill))
        advance()

    def keep(part: Part) -> None:
        out[part] = store.converted(pixels[part])

    def work(strip: Span) -> None:
        values = values_of(plan, pixels, strip, fill)
        if probes is not None:
            probes.take(strip, values)
        for part in parts(strip, plan.shape[2], at_once):
            found = values[part[0].start - strip.top : part[0].stop - strip.top]
            if mask is None:
                store.keep(found, out[part])
            else:
                store.keep(found, out[part], pixels[part], mask[part] / peak(mask.dtype))
        advance()

    if options.values == "stretch":
        pools.each(measure, plan.strips, count)
    if options.region:
        pools.each(keep, parts_beside(plan.region, plan.shape), count)
    pools.each(work, plan.strips, count)
    notes = []
    # That a look at the picture changed nothing is said to who asks.
    if plan.filter.remark is not None and (options.measured or not plan.filter.adapts):
        notes.append(plan.filter.remark)
    if probes is not None:
        exact = plan.exactly
        notes.append(probes.deviation(lambda span: values_of(exact, pixels, span, fill)))
    return Result(out, plan, store.clipped, tuple(notes))


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
    opaque = not alpha or all((rows[..., -1] == peak(dtype)).all() for rows in parts_of(pixels))
    if opaque and alpha and BORDERS[options.border].index is None and options.border != "valid":
        opaque = bool(fill[-1] == peak(dtype)) or filt.identity
    output = output_dtype(options.depth, pixels.dtype)
    wide = _is_wide(filt, pixels, output)
    rounded = output == dtype and dtype.kind != "f" and options.values == "clip" and opaque
    rounded = rounded and not (blended or options.linear)
    tallied = options.tallied
    working = Working(filt, dtype, alpha, not opaque, options.linear, wide, rounded, tallied)
    if filt.adapts:
        samples = [working.shown(rows)[0] for rows in samples_of(pixels)]
        working = replace(working, filter=filt.adapted(samples))
    region = spans_of(options.region, *pixels.shape[:2])
    plan = make_plan(working, pixels.shape, options.border, options.engine, region)
    return plan, fill


def _is_wide(filt: Filter, pixels: Array, output: np.dtype[Any]) -> bool:
    """Return whether float32, and what cv2 makes of narrow pixels, would be too coarse."""
    if output.itemsize > pixels.dtype.itemsize:
        return isinstance(filt, Linear) or filt.levels
    if not filt.levels or pixels.dtype != np.float32:
        return False
    return any(
        np.max(np.abs(rows), initial=0, where=np.isfinite(rows)) > _LARGEST_IN_LEVELS
        for rows in parts_of(pixels)
    )
