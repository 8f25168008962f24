"""Apply a filter to a picture.

Batches, figures and Python call `run`, which returns the result as a whole. For pictures that may
be larger than memory, batches call `run_by_rows`, which returns a RowSource that computes rows when
they are written. Both cut the picture alike and compute the strips with the same functions, so
their pixels are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from threading import Lock

import numpy as np

from ..dtypes import Array
from ..filters.base import Filter
from ..geometry import Rect
from ..row_source import RowSource, make_row_source
from .clipping import Clipping
from .filter_run import FilterRun, RunReport
from .options import Options, Progress
from .strip_rows import StripRows
from .validation import border_fill


class Result(RunReport):
    """A filtered picture, and the report of the run.

    Attributes
    ----------
    pixels : (H, W, C) array
        The result, in the dtype of the output.
    """

    def __init__(self, pixels: Array, report: RunReport):
        super().__init__(report.plan, report.clipping, report.notes, report.range_note)
        self.pixels = pixels


def run(
    filt: Filter,
    pixels: Array,
    alpha: bool,
    options: Options,
    progress: Progress = lambda share: None,
    mask: Array | None = None,
    extra: int = 0,
    kept: Array | None = None,
    spare: Array | None = None,
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
        the picture's pixel, and between 0 and white a blend. It can't go with `valid` and `full`.
    extra : int
        How many channels have no known meaning. Each is filtered as a grey picture: neither alpha
        nor linear light has an effect on it.
    kept : (H, W, C) array, optional
        The picture outside the region, and where the mask is black, in the dtype of `pixels`; by
        default `pixels`.
    spare : (H, W, C) array, optional
        Memory for the result, used if its shape and dtype fit; it may be `kept`.

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
    results = []
    for channels, group_run in iter_runs(filt, pixels, alpha, options, progress, mask, extra, kept):
        output = group_run.compute(None if extra else spare)
        results.append((channels, output, group_run.report()))
    report = _merge([report for _, _, report in results])
    first_output = results[0][1]
    if not extra:
        return Result(first_output, report)
    output = np.empty((*first_output.shape[:2], pixels.shape[2]), first_output.dtype)
    for channels, values, _ in results:
        output[..., channels] = values
    return Result(output, report)


def run_by_rows(
    filt: Filter,
    pixels: Array,
    alpha: bool,
    options: Options,
    progress: Progress = lambda share: None,
    mask: Array | None = None,
    extra: int = 0,
    on_end: Callable[[RunReport], None] = lambda report: None,
    kept: Array | None = None,
) -> RowSource:
    """Return a RowSource of a filtered picture, whose rows are read once, from top to bottom.

    Parameters
    ----------
    filt, pixels, alpha, options, progress, mask, extra, kept
        As in `run`; `pixels` may be a RowSource, and is read until `on_end` is called.
    on_end : callable
        Called with the report when the last row is computed, before it is given. It may raise an
        error.

    Returns
    -------
    RowSource
        Its first rows are computed already. Errors of reading `pixels` are raised when it is read.

    Raises
    ------
    ParameterError, EngineError, ImageError
        For the same reasons as `run`.
    """
    parts = [
        (channels, StripRows(group_run, 1 + extra))
        for channels, group_run in iter_runs(
            filt, pixels, alpha, options, progress, mask, extra, kept
        )
    ]
    (height, width, _), dtype = parts[0][1].run.plan.shape, parts[0][1].run.dtype

    def read(rect: Rect) -> Array:
        if extra:
            rows = np.empty((rect.height, width, pixels.shape[2]), dtype)
            for channels, part in parts:
                rows[..., channels] = part.read(rect.top, rect.bottom)
        else:
            rows = parts[0][1].read(rect.top, rect.bottom)
        if rect.bottom == height:
            on_end(_merge([part.run.report() for _, part in parts]))
        return rows[:, rect.left : rect.right]

    return RowSource((height, width, pixels.shape[2]), dtype, read)


def iter_runs(
    filt: Filter,
    pixels: Array,
    alpha: bool,
    options: Options,
    progress: Progress = lambda share: None,
    mask: Array | None = None,
    extra: int = 0,
    kept: Array | None = None,
) -> Iterator[tuple[list[int] | None, FilterRun]]:
    """Give the run of colours and alpha, and one for each extra channel, with their channels.

    Without extra channels, there is one run, and None in place of its channels: all of them.

    Parameters
    ----------
    filt, pixels, alpha, options, progress, mask, extra, kept
        As in `run`.
    """
    if not extra:
        yield None, FilterRun(filt, pixels, alpha, options, progress, mask, kept)
        return
    channels = pixels.shape[2]
    fill = border_fill(options, pixels.dtype, channels, alpha)
    extras = range(channels - alpha - extra, channels - alpha)
    picture = [channel for channel in range(channels) if channel not in extras]
    groups = [picture, *([channel] for channel in extras)]
    lock, shares = Lock(), [0.0] * len(groups)
    for number, group in enumerate(groups):
        is_picture = number == 0
        group_options = replace(
            options,
            linear=options.linear and is_picture,
            border_value=tuple(fill[group].tolist()),
        )
        advance = partial(_report_group, progress, lock, shares, number)
        group_pixels, group_alpha = _select_channels(pixels, group), alpha and is_picture
        group_kept = None if kept is None else _select_channels(kept, group)
        yield (
            group,
            FilterRun(filt, group_pixels, group_alpha, group_options, advance, mask, group_kept),
        )


def _select_channels(pixels: Array, channels: list[int]) -> Array:
    """Return a contiguous copy of channels; of a RowSource, a RowSource."""
    if not isinstance(pixels, RowSource):
        return np.ascontiguousarray(pixels[..., channels])
    source = pixels

    def read(rect: Rect) -> Array:
        return np.ascontiguousarray(source.read(rect)[..., channels])

    return make_row_source((*source.shape[:2], len(channels)), source.dtype, read)


def _report_group(
    progress: Progress, lock: Lock, shares: list[float], number: int, share: float
) -> None:
    """Report the share done of one group of channels as a share of all groups."""
    with lock:
        shares[number] = share
        progress(sum(shares) / len(shares))


def _merge(reports: Sequence[RunReport]) -> RunReport:
    """Return the report of a picture, given the reports of its groups of channels."""
    return RunReport(
        reports[0].plan,
        Clipping.merge([report.clipping for report in reports]),
        tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        next((report.range_note for report in reports if report.range_note), None),
    )
