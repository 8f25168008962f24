"""Explanation: of each input and filter, what a run would do; nothing is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..concurrency import cores
from ..errors import ImageError, ImgfiltError
from ..explain import Explanation, Pixel, assumed, explained, pixels_at
from ..image import Image
from ..pipeline.validation import check_mask
from .inputs import Source
from .job import Step, name_of
from .job_io import about, read
from .job_options import Settings
from .run_options import Conduct
from .runner import hands


class Explained(NamedTuple):
    """What a step would do with an input, or with a picture assumed where that is None."""

    source: str | None
    step: Step
    explanation: Explanation


def explain(
    sources: Sequence[Source], steps: Sequence[Step], settings: Settings, conduct: Conduct
) -> Iterator[Explained | ImgfiltError]:
    """Give what each step would do with the first picture of each input, or why it would fail."""
    _, threads = hands(conduct.workers or cores(), len(sources) or 1)
    inputs: Sequence[Source | None] = sources or [None]
    for source in inputs:
        path = None if source is None else source.path
        try:
            picture = None if source is None else _read(source, settings)
            for step in steps:
                yield Explained(path, step, _explanation(path, picture, step, settings, threads))
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
        return assumed(step.filter, options)
    with about(name_of(source)):
        check_mask(settings.mask, *picture.pixels.shape[:2])
        return explained(step.filter, picture.pixels, picture.alpha, options)


class Seen(NamedTuple):
    """What becomes of a pixel of an input, a channel each."""

    source: str
    step: Step
    pixels: list[Pixel]


def look(
    sources: Sequence[Source], steps: Sequence[Step], settings: Settings, place: tuple[int, int]
) -> Iterator[Seen | ImgfiltError]:
    """Give what each step makes of a (row, column) of each input, or why it would fail."""
    for source in sources:
        try:
            picture = _read(source, settings)
            for step in steps:
                with about(name_of(source.path)):
                    pixels, alpha = picture.pixels, picture.alpha
                    seen = pixels_at(step.filter, pixels, alpha, step.options, place)
                yield Seen(source.path, step, seen)
        except ImgfiltError as error:
            yield error
