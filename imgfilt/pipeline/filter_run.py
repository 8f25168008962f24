"""Run a filter on one picture without extra channels: measure, filter the strips, report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from threading import Lock

import numpy as np

from .. import concurrency, engines
from ..border import pad
from ..dtypes import Array, white_level
from ..errors import ParameterError
from ..filters.base import Filter
from ..geometry import Rect
from .accuracy import ErrorSampler
from .blocks import CACHE_SIZED, CALL_SIZED, iter_blocks, iter_outside
from .clipping import Clipping
from .options import Options, Progress, output_dtype
from .output import OutputConverter
from .plan import Plan
from .prepare import prepare
from .strips import filter_blocks, filter_strip


class RunReport:
    """What is known of a run when its last pixel is computed.

    Attributes
    ----------
    plan : Plan
        If the picture has extra channels, the plan for its colour channels.
    clipping : Clipping
        How many values were clipped.
    notes : tuple of str
        Notes for the user on the filter and this picture.
    range_note : str, optional
        The note that warns of floats outside 0..1, which is also in `notes`; None if there is no
        such note.
    """

    def __init__(
        self, plan: Plan, clipping: Clipping, notes: tuple[str, ...], range_note: str | None
    ):
        self.plan, self.clipping = plan, clipping
        self.notes, self.range_note = notes, range_note

    @property
    def clipped(self) -> Clipping | None:
        """`clipping` if any value was clipped."""
        return self.clipping if self.clipping.count else None


class FilterRun:
    """One run without extra channels; for the parameters see `apply.run`.

    Attributes
    ----------
    plan : Plan
    dtype : dtype
        The output's.
    workers : int
        How many threads run at once.
    """

    def __init__(
        self,
        filt: Filter,
        pixels: Array,
        alpha: bool,
        options: Options,
        progress: Progress,
        mask: Array | None,
        kept: Array | None,
    ):
        self.pixels, self.options, self.mask = pixels, options, mask
        self.kept = pixels if kept is None else kept
        self.dtype = output_dtype(options.depth, pixels.dtype)
        if options.values == "raw" and self.dtype.kind != "f":
            message = "values: 'raw' needs a float output"
            hint = "depth float makes it one"
            raise ParameterError(message, parameters=("values", "depth"), hint=hint)
        self.plan, self.fill, self.range_note = prepare(filt, pixels, alpha, options, mask, kept)
        plan, self.stretches = self.plan, options.values == "stretch"
        channels = plan.shape[2]
        self.converter = OutputConverter(plan.working_space, channels, self.dtype, options.values)
        reports_error = options.verbose and plan.filter.exact_filter is not None
        self.sampler = ErrorSampler(plan.strips, plan.working_space) if reports_error else None
        self.workers = options.workers or concurrency.worker_limit()
        self.progress, self.steps = progress, (1 + self.stretches) * len(plan.strips)
        self.finished, self.lock = 0, Lock()

    def compute(self, spare: Array | None = None) -> Array:
        """Return the whole result: the strips, filtered, and the pixels outside the region."""
        plan = self.plan
        output = spare
        if output is None or output.shape != plan.shape or output.dtype != self.dtype:
            output = np.empty(plan.shape, self.dtype)

        def filter_into(strip: Rect) -> None:
            self.write_strip(strip, output[strip.slices])

        def copy_into(rect: Rect) -> None:
            self.copy_unfiltered(rect, output[rect.slices])

        self.measure()
        with self.engine_threads():
            if self.options.region:
                unfiltered = iter_outside(plan.region, plan.shape)
                concurrency.parallel_for(copy_into, unfiltered, self.workers)
            concurrency.parallel_for(filter_into, plan.strips, self.workers)
        return output

    def engine_threads(self) -> AbstractContextManager[None]:
        """Have OpenCV use one thread meanwhile, if it is the engine."""
        return engines.opencv.one_thread() if self.plan.engine == "opencv" else nullcontext()

    def measure(self) -> None:
        """Measure the range of the result if `values` is `stretch`, before the first strip."""
        if self.stretches:
            with self.engine_threads():
                concurrency.parallel_for(self._measure_range, self.plan.strips, self.workers)

    def _measure_range(self, strip: Rect) -> None:
        plan = self.plan
        for block, values in filter_blocks(plan, self.pixels, strip, self.fill):
            visible = self.converter.visible(values, *self._mask_arguments(block))
            if visible.any():
                rect = block.bounding_rect(visible)
                padded = pad(self.pixels, rect, plan.reach, plan.border, self.fill)
                self.converter.stretch.measure(values[visible], padded)
        self._advance()

    def copy_unfiltered(self, rect: Rect, target: Array) -> None:
        """Write the pixels of a rectangle outside the region into its part of the output."""
        self.converter.write_unfiltered(self.kept[rect.slices], target)

    def write_strip(self, strip: Rect, target: Array) -> None:
        """Write the result of a strip into its part of the output."""
        block_size = CALL_SIZED if self.mask is None else CACHE_SIZED
        for block, values in filter_blocks(self.plan, self.pixels, strip, self.fill):
            if self.sampler is not None:
                self.sampler.add(block, values)
            for rect in iter_blocks(block, self.plan.shape[2], block_size):
                part = values[rect.top - block.top : rect.bottom - block.top]
                rows = slice(rect.top - strip.top, rect.bottom - strip.top)
                self.converter.write(part, target[rows], *self._mask_arguments(rect))
        self._advance()

    def _mask_arguments(self, rect: Rect) -> tuple[Array, ...]:
        """Return the kept pixels of a rectangle and the mask there as a share; () without one."""
        if self.mask is None:
            return ()
        return self.kept[rect.slices], self.mask[rect.slices] / white_level(self.mask.dtype)

    def _advance(self) -> None:
        # The call is inside, so that shares are reported in order.
        with self.lock:
            self.finished += 1
            self.progress(self.finished / self.steps)

    def report(self) -> RunReport:
        """Return the report, after the last strip."""
        notes = tuple(filter(None, (*self._iter_notes(), self.range_note)))
        return RunReport(self.plan, self.converter.clipping, notes, self.range_note)

    def _iter_notes(self) -> Iterator[str | None]:
        """Give the filter's note, and a note on the error of an approximation if it is wanted."""
        filt = self.plan.filter
        # If the exact filter runs, its note is for -v only.
        if self.options.verbose or not filt.needs_samples:
            yield filt.note
        if self.sampler is not None:
            plan, pixels, fill = self.plan.exact_plan, self.pixels, self.fill
            yield self.sampler.describe_error(lambda rect: filter_strip(plan, pixels, rect, fill))
