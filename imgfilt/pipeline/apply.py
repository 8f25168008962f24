"""Apply a filter to an array: command, batches, figures and Python all call `run`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from .. import concurrency, engines
from ..border import pad
from ..dtypes import Array, white_level
from ..errors import ParameterError
from ..filters.base import Filter
from ..geometry import Rect
from .accuracy import ErrorSampler
from .options import Options, output_dtype
from .output import Clipping, OutputConverter
from .plan import Plan
from .prepare import prepare
from .strips import CACHE_SIZED, CALL_SIZED, filter_strip, iter_blocks, iter_outside, iter_rows
from .validation import border_fill, check_mask

Progress = Callable[[float], None]

_FLOAT_TOLERANCE = 1e-3  # of floats that were scaled to 0..1


class Result(NamedTuple):
    """A filtered picture.

    Attributes
    ----------
    pixels : (H, W, C) array
        The result, in the dtype of the output.
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

    pixels: Array
    plan: Plan
    clipping: Clipping
    notes: tuple[str, ...] = ()
    range_note: str | None = None

    @property
    def clipped(self) -> Clipping | None:
        """`clipping` if any value was clipped."""
        return self.clipping if self.clipping.count else None


def run(
    filt: Filter,
    pixels: Array,
    alpha: bool,
    options: Options,
    progress: Progress = lambda share: None,
    mask: Array | None = None,
    extra: int = 0,
) -> Result:
    """Return a picture filtered.

    Parameters
    ----------
    filt : Filter
    pixels : (H, W, C) array
        Colours, then extra channels, then alpha; uint8, uint16, float32 or float64 in the byte
        order of the machine.
    alpha : bool
        Whether the last channel is alpha.
    options : Options
    progress : callable
        Called with the share done (0 to 1) after each strip, by the thread that computed it.
    mask : (H, W) array, optional
        uint8, uint16 or float 0 to 1: at the white level the output has the filtered pixel, at 0
        the picture's pixel, and between 0 and white a blend. It can't go with the border `valid`.
    extra : int
        How many channels have no known meaning. Each is filtered as a grey picture: neither alpha
        nor linear light has an effect on it.

    Returns
    -------
    Result

    Raises
    ------
    ParameterError
        If the array, the border value, the region or the depth can't be used.
    EngineError
        If `opencv` was asked for and can't do it.
    ImageError
        If the mask has another size, `valid` leaves no pixel, or the run would need too much memory
        or time.
    """
    if not extra:
        return _Run(filt, pixels, alpha, options, progress, mask).execute()
    channels = pixels.shape[2]
    fill = border_fill(options, pixels.dtype, channels, alpha)
    extras = range(channels - alpha - extra, channels - alpha)
    picture = [channel for channel in range(channels) if channel not in extras]
    groups = [picture, *([channel] for channel in extras)]
    results: list[Result] = []
    for number, group in enumerate(groups):
        is_picture = number == 0
        group_options = replace(
            options,
            linear=options.linear and is_picture,
            border_value=tuple(fill[group].tolist()),
        )
        group_pixels = np.ascontiguousarray(pixels[..., group])
        advance = partial(_report_group, progress, number, len(groups))
        group_run = _Run(filt, group_pixels, alpha and is_picture, group_options, advance, mask)
        results.append(group_run.execute())
    output = np.empty((*results[0].pixels.shape[:2], channels), results[0].pixels.dtype)
    for group, result in zip(groups, results, strict=True):
        output[..., group] = result.pixels
    return results[0]._replace(
        pixels=output,
        clipping=Clipping.merge([result.clipping for result in results]),
        notes=tuple(dict.fromkeys(note for result in results for note in result.notes)),
        range_note=next((result.range_note for result in results if result.range_note), None),
    )


def _report_group(progress: Progress, number: int, count: int, share: float) -> None:
    """Report the share done of one group of channels as a share of all groups."""
    progress((number + share) / count)


class _Run:
    """One run without extra channels; for the parameters see `run`."""

    def __init__(
        self,
        filt: Filter,
        pixels: Array,
        alpha: bool,
        options: Options,
        progress: Progress,
        mask: Array | None,
    ):
        self.pixels, self.alpha, self.options, self.mask = pixels, alpha, options, mask
        self.plan, self.fill = prepare(filt, pixels, alpha, options, mask is not None)
        check_mask(mask, *pixels.shape[:2])
        dtype = output_dtype(options.depth, pixels.dtype)
        if options.values == "raw" and dtype.kind != "f":
            message = "values: 'raw' needs a float output"
            raise ParameterError(message, parameters=("depth",), hint="see depth float")
        plan, self.stretches = self.plan, options.values == "stretch"
        self.converter = OutputConverter(plan.working_space, plan.shape[2], dtype, options.values)
        self.output = np.empty(plan.shape, dtype)
        reports_error = options.verbose and plan.filter.exact_filter is not None
        self.sampler = ErrorSampler(plan.strips, plan.working_space) if reports_error else None
        self.workers = options.workers or concurrency.worker_limit()
        self.progress, self.steps = progress, (1 + self.stretches) * len(plan.strips)
        self.finished = iter(range(1, self.steps + 1))  # threads may share it: next is atomic

    def execute(self) -> Result:
        """Filter the strips, copy the pixels outside the region, and return the Result."""
        plan = self.plan
        with engines.opencv.one_thread() if plan.engine == "opencv" else nullcontext():
            if self.stretches:
                concurrency.parallel_for(self._measure_range, plan.strips, self.workers)
            if self.options.region:
                unfiltered = iter_outside(plan.region, plan.shape)
                concurrency.parallel_for(self._copy_unfiltered, unfiltered, self.workers)
            concurrency.parallel_for(self._filter_strip, plan.strips, self.workers)
        range_note = _describe_range(plan.filter, self.pixels, self.alpha)
        notes = tuple(filter(None, (*self._iter_notes(), range_note)))
        return Result(self.output, plan, self.converter.clipping, notes, range_note)

    def _measure_range(self, strip: Rect) -> None:
        values = filter_strip(self.plan, self.pixels, strip, self.fill)
        visible = self.converter.visible(values, *self._mask_arguments(strip))
        if visible.any():
            rect, plan = strip.bounding_rect(visible), self.plan
            padded = pad(self.pixels, rect, plan.reach, plan.border, self.fill)
            self.converter.stretch.measure(values[visible], padded)
        self._advance()

    def _copy_unfiltered(self, rect: Rect) -> None:
        self.converter.write_unfiltered(self.pixels[rect.slices], self.output[rect.slices])

    def _filter_strip(self, strip: Rect) -> None:
        values = filter_strip(self.plan, self.pixels, strip, self.fill)
        if self.sampler is not None:
            self.sampler.add(strip, values)
        block_size = CALL_SIZED if self.mask is None else CACHE_SIZED
        for rect in iter_blocks(strip, self.plan.shape[2], block_size):
            block, target = values[rect.top - strip.top : rect.bottom - strip.top], rect.slices
            self.converter.write(block, self.output[target], *self._mask_arguments(rect))
        self._advance()

    def _mask_arguments(self, rect: Rect) -> tuple[Array, ...]:
        """Return the pixels of a rectangle and the mask there as a share, or () without a mask."""
        if self.mask is None:
            return ()
        return self.pixels[rect.slices], self.mask[rect.slices] / white_level(self.mask.dtype)

    def _advance(self) -> None:
        self.progress(next(self.finished) / self.steps)

    def _iter_notes(self) -> Iterator[str | None]:
        """Give the filter's note, and a note on the error of an approximation if it is wanted."""
        filt = self.plan.filter
        # If `resolve` didn't change the filter, its note is a detail.
        if self.options.verbose or not filt.needs_samples:
            yield filt.note
        if self.sampler is not None:
            plan, pixels, fill = self.plan.exact_plan, self.pixels, self.fill
            yield self.sampler.describe_error(lambda rect: filter_strip(plan, pixels, rect, fill))


def _describe_range(filt: Filter, pixels: Array, alpha: bool) -> str | None:
    """Return a note if floats lie outside 0..1 and the filter has thresholds, or None."""
    if not filt.in_8_bit_levels or filt.identity or pixels.dtype.kind != "f":
        return None
    for rows in iter_rows(pixels):
        colours = rows[..., : rows.shape[2] - alpha]
        outside = (colours < -_FLOAT_TOLERANCE) | (colours > 1 + _FLOAT_TOLERANCE)
        if (outside & np.isfinite(colours) & (rows[..., -1:] > 0 if alpha else True)).any():
            return (
                f"the picture has values outside 0..1, and the thresholds of {filt.title} are in "
                "units of 1/255 of 1.0"
            )
    return None
