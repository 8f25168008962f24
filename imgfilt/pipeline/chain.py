"""Apply several filters, one after the other.

Each step reads the result of the step before it, in the depth of that result: the pixels are those
of one command after the other. Region and mask hold for the chain as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

from ..dtypes import Array
from ..errors import ImgfiltError
from ..filters.base import Filter
from ..geometry import Reach
from ..row_source import RowSource
from .apply import run, run_by_rows
from .filter_run import RunReport
from .missing import depth_factor
from .options import Options, Progress, output_dtype, progress_of_part
from .validation import check_mask, region_rects


class Step(NamedTuple):
    """One filter of a chain.

    Attributes
    ----------
    filter : Filter
    options : Options
        In a chain of several steps the first one has the depth, and the last one the region.
    caption, heading : str
        The filter's name in reports and messages, and its caption in a figure.
    """

    filter: Filter
    options: Options
    caption: str
    heading: str = ""


def run_chain(
    steps: Sequence[Step],
    pixels: Array,
    alpha: bool,
    progress: Progress = lambda share: None,
    mask: Array | None = None,
    extra: int = 0,
    reuse: bool = False,
) -> tuple[Array, list[RunReport]]:
    """Return a picture filtered by all steps, and a report for each step.

    Parameters
    ----------
    steps : sequence of Step
    pixels, alpha, progress, mask, extra
        As in `apply.run`.
    reuse : bool
        Whether the memory of `pixels` may be used for results; then the picture is lost.

    Raises
    ------
    ParameterError, EngineError, ImageError
        For the reasons of `apply.run`; of several steps, the message names the one that fails.
    """
    last = _run_before_last(steps, pixels, alpha, progress, mask, extra, reuse)
    with step_context(steps, len(steps) - 1):
        result = run(
            last.step.filter,
            last.pixels,
            alpha,
            last.step.options,
            last.progress,
            mask,
            extra,
            kept=last.kept,
            spare=last.spare,
        )
    return result.pixels, [*last.reports, result]


def run_chain_by_rows(
    steps: Sequence[Step],
    pixels: Array,
    alpha: bool,
    progress: Progress = lambda share: None,
    mask: Array | None = None,
    extra: int = 0,
    on_end: Callable[[list[RunReport]], None] = lambda reports: None,
) -> RowSource:
    """Return a RowSource of a picture filtered by all steps.

    The results of all steps but the last one are in memory, one at a time.

    Parameters
    ----------
    steps, pixels, alpha, progress, mask, extra
        As in `run_chain`; `pixels` may be a RowSource.
    on_end : callable
        Called with the reports of the steps; see `apply.run_by_rows`.

    Raises
    ------
    ParameterError, EngineError, ImageError
        As `run_chain`.
    """
    last = _run_before_last(steps, pixels, alpha, progress, mask, extra)
    with step_context(steps, len(steps) - 1):
        return run_by_rows(
            last.step.filter,
            last.pixels,
            alpha,
            last.step.options,
            last.progress,
            mask,
            extra,
            on_end=lambda report: on_end([*last.reports, report]),
            kept=last.kept,
        )


class _LastStep(NamedTuple):
    """What the last step needs, and the reports of the steps before it.

    Attributes
    ----------
    step : Step
    progress : callable
    pixels : (H, W, C) array
        The picture that it filters.
    kept : (H, W, C) array or None
        The chain's input in the depth of `pixels`, if a mask or a region keeps some of it.
    spare : (H, W, C) array or None
        Memory that the result may be written into.
    """

    step: Step
    progress: Progress
    pixels: Array
    kept: Array | None
    spare: Array | None
    reports: list[RunReport]


def _run_before_last(
    steps: Sequence[Step],
    pixels: Array,
    alpha: bool,
    progress: Progress,
    mask: Array | None,
    extra: int,
    reuse: bool = False,
) -> _LastStep:
    """Run all steps but the last one; for the parameters see `run_chain`."""
    *before, last = with_nodata_levels(steps, pixels.dtype)
    kept, spare, reports = None, None, list[RunReport]()
    if before:
        *before, last = with_regions([*before, last], *pixels.shape[:2])
    if before and (mask is not None or last.options.region):
        check_mask(mask, *pixels.shape[:2])
        kept = _convert_depth(pixels, alpha, before[0].options, extra)
    for number, step in enumerate(before):
        part = progress_of_part(progress, number, len(steps))
        with step_context(steps, number):
            result = run(step.filter, pixels, alpha, step.options, part, extra=extra, spare=spare)
        # The picture that this step has read isn't needed any more.
        spare = pixels if number or (reuse and kept is not pixels) else None
        pixels = result.pixels
        reports.append(RunReport(result.plan, result.clipping, result.notes, result.range_note))
    part = progress_of_part(progress, len(before), len(steps))
    spare = kept if reuse and kept is not None else spare
    return _LastStep(last, part, pixels, kept, spare, reports)


def with_regions(steps: Sequence[Step], height: int, width: int) -> list[Step]:
    """Return the steps with the region that each must filter, so that the last has its own.

    Parameters
    ----------
    steps : sequence of Step
    height, width : int
        The picture's.

    Raises
    ------
    ParameterError
        If the region doesn't lie inside the picture.
    """
    region = steps[-1].options.region
    region_rects(region, height, width)
    result = [steps[-1]]
    for step, later in reversed(list(pairwise(steps))):
        if later.filter.needs_samples or later.options.border == "wrap":
            region = ()
        region = tuple(_grow(rect, later.filter.reach, height, width) for rect in region)
        if step.options.values == "stretch":
            region = ()
        result.insert(0, step._replace(options=replace(step.options, region=region)))
    return result


def with_nodata_levels(steps: Sequence[Step], dtype: Any) -> list[Step]:
    """Return the steps for a picture of a dtype, with `nodata` in the levels that each reads."""
    first, *later = steps
    nodata, depth = first.options.nodata, output_dtype(first.options.depth, dtype)
    if nodata is None or depth == dtype:
        return list(steps)
    level = nodata * depth_factor(first.options, dtype, depth)
    return [first, *(step._replace(options=replace(step.options, nodata=level)) for step in later)]


def _grow(
    rect: tuple[int, int, int, int], reach: Reach, height: int, width: int
) -> tuple[int, int, int, int]:
    """Return the part of the picture that a filter reads for a rectangle of its result."""
    # A border mirrors what lies above the picture to below its edge.
    rows, columns = max(reach.top, reach.bottom), max(reach.left, reach.right)
    left, top = max(0, rect[0] - columns), max(0, rect[1] - rows)
    right = min(width, rect[0] + rect[2] + columns)
    return left, top, right - left, min(height, rect[1] + rect[3] + rows) - top


def _convert_depth(pixels: Array, alpha: bool, options: Options, extra: int) -> Array:
    """Return a picture in the depth of the first step's result."""
    if output_dtype(options.depth, pixels.dtype) == pixels.dtype:
        return pixels
    from ..filters.blur import Blur  # few runs need it

    values = "raw" if options.values == "raw" else "clip"
    same_levels = Options(depth=options.depth, values=values, is_grid=options.is_grid)
    return run(Blur(1), pixels, alpha, same_levels, extra=extra).pixels


@contextmanager
def step_context(steps: Sequence[Step], number: int) -> Iterator[None]:
    """Put the name of a step before the messages of errors, if there are several steps."""
    try:
        yield
    except ImgfiltError as error:
        if len(steps) > 1:
            error.add_prefix(step_name(steps, number))
        raise


def step_name(steps: Sequence[Step], number: int) -> str:
    """Return a step's name in messages: `step 2, 5 x 5 Gaussian`; "" if it is the only one."""
    return f"step {number + 1}, {steps[number].caption}" if len(steps) > 1 else ""
