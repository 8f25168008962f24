"""Explain what a run would do with each input; nothing is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..errors import ImageError, ImgfiltError
from ..explain import Explanation, PixelTrace, explain_assumed, explain_run, trace_pixels
from ..image import Image
from ..pipeline.validation import check_mask
from .inputs import Source
from .job import Step, source_name
from .job_io import error_context, read
from .options import JobOptions, RunOptions
from .runner import split_workers


class StepExplanation(NamedTuple):
    """The explanation of a step for an input, or for an assumed image if `source` is None."""

    source: str | None
    step: Step
    explanation: Explanation


class TracedPixel(NamedTuple):
    """How a step computes one pixel of an input."""

    source: str
    step: Step
    trace: PixelTrace


def explain_steps(
    sources: Sequence[Source],
    steps: Sequence[Step],
    job_options: JobOptions,
    run_options: RunOptions,
) -> Iterator[StepExplanation | ImgfiltError]:
    """Give what each step would do with the first frame of each input, or why it would fail.

    Parameters
    ----------
    sources : sequence of Source
        Without any, an image is assumed.
    steps : sequence of Step
    job_options : JobOptions
    run_options : RunOptions
    """
    _, workers = split_workers(run_options.workers, len(sources) or 1)
    inputs: Sequence[Source | None] = sources or [None]
    for source in inputs:
        path = None if source is None else source.path
        try:
            image = None if source is None else _read(source, job_options).drop_extra()
            for step in steps:
                explanation = _explain(path, image, step, job_options, workers)
                yield StepExplanation(path, step, explanation)
        except ImgfiltError as error:
            yield error


def trace_inputs(
    sources: Sequence[Source],
    steps: Sequence[Step],
    options: JobOptions,
    position: tuple[int, int],
    more: int,
) -> Iterator[TracedPixel | ImgfiltError]:
    """Give how each step computes a pixel of each input and the next ones, or why it would fail.

    Parameters
    ----------
    sources : sequence of Source
    steps : sequence of Step
    options : JobOptions
    position : (row, column)
    more : int
        How many pixels follow, row by row.
    """
    for source in sources:
        try:
            image = _read(source, options)
            for step in steps:
                with error_context(source_name(source.path)):
                    arguments = step.filter, image.pixels, image.alpha, step.options
                    for trace in trace_pixels(*arguments, position, more, image.extra):
                        yield TracedPixel(source.path, step, trace)
        except ImgfiltError as error:
            yield error


def _read(source: Source, options: JobOptions) -> Image:
    if source.obstacle is not None:
        raise ImageError(f"{source_name(source.path)}: {source.obstacle}")
    return read(source.path, options)


def _explain(
    source: str | None, image: Image | None, step: Step, job_options: JobOptions, workers: int
) -> Explanation:
    options = dataclasses.replace(step.options, workers=workers)
    if source is None or image is None:
        return explain_assumed(step.filter, options)
    with error_context(source_name(source)):
        check_mask(job_options.mask, *image.pixels.shape[:2])
        return explain_run(step.filter, image.pixels, image.alpha, options)
