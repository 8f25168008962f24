"""What a run would do with each input and filter, and how one pixel comes about."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..concurrency import cores
from ..errors import ImageError, ImgfiltError
from ..explain import ChannelTrace, Explanation, explain_assumed, explain_run, trace_pixel
from ..image import Image
from ..pipeline.validation import check_mask
from .inputs import Source
from .job import Step, name_of
from .job_io import about, read
from .job_options import Settings
from .run_options import Conduct
from .runner import hands


class StepExplanation(NamedTuple):
    """What a step would do with an input, or with an assumed picture if `source` is None."""

    source: str | None
    step: Step
    explanation: Explanation


def explain_steps(
    sources: Sequence[Source], steps: Sequence[Step], settings: Settings, conduct: Conduct
) -> Iterator[StepExplanation | ImgfiltError]:
    """Yield what each step would do with the first picture of an input, or why the input fails."""
    _, threads = hands(conduct.workers or cores(), len(sources) or 1)
    inputs: Sequence[Source | None] = sources or [None]
    for source in inputs:
        path = None if source is None else source.path
        try:
            picture = None if source is None else _read(source, settings)
            for step in steps:
                yield StepExplanation(
                    path, step, _explanation(path, picture, step, settings, threads)
                )
        except ImgfiltError as error:
            yield error


def _read(source: Source, settings: Settings) -> Image:
    if source.obstacle is not None:
        raise ImageError(f"{name_of(source.path)}: {source.obstacle}")
    return read(source.path, settings).without_extra()


def _explanation(
    source: str | None, picture: Image | None, step: Step, settings: Settings, threads: int
) -> Explanation:
    options = dataclasses.replace(step.options, workers=threads)
    if source is None or picture is None:
        return explain_assumed(step.filter, options)
    with about(name_of(source)):
        check_mask(settings.mask, *picture.pixels.shape[:2])
        return explain_run(step.filter, picture.pixels, picture.alpha, options)


class PixelTrace(NamedTuple):
    """How one output pixel of a step comes about, channel by channel."""

    source: str
    step: Step
    channels: list[ChannelTrace]


def trace_pixels(
    sources: Sequence[Source], steps: Sequence[Step], settings: Settings, at: tuple[int, int]
) -> Iterator[PixelTrace | ImgfiltError]:
    """Yield the trace of a (row, column) for each input and step, or why the input fails."""
    for source in sources:
        try:
            picture = _read(source, settings)
            for step in steps:
                with about(name_of(source.path)):
                    pixels, alpha = picture.pixels, picture.alpha
                    channels = trace_pixel(step.filter, pixels, alpha, step.options, at)
                yield PixelTrace(source.path, step, channels)
        except ImgfiltError as error:
            yield error
