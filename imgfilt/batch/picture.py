"""One picture filtered into another, frame by frame; nothing is computed that can't be kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy.typing as npt

from ..channels import run_channels
from ..errors import ImageError
from ..image import Format, Image, check_colours, flatten, is_grey
from ..options import output_dtype
from ..workers import rest
from .door import (
    Complete,
    about,
    another_format,
    notes_of,
    output_format,
    read_frames,
    refuse,
    refuse_clipped,
    write,
)
from .job import Job, Step
from .progress import Progress, part_of
from .settings import Settings

Shape = tuple[int, int, int]


def filter_picture(
    job: Job, settings: Settings, progress: Progress, complete: Complete
) -> list[str]:
    """Filter one picture into another; return what is worth knowing."""
    notes: dict[str, None] = {}
    lost = write(job, _filtered(job, settings, notes, progress), settings, complete)
    return [*notes, *lost]


def _filtered(
    job: Job, settings: Settings, notes: dict[str, None], progress: Progress
) -> Iterator[Image]:
    """Give the frames of a picture filtered; by then the pixels of the input are gone."""
    (source,), (step,) = job.sources, job.steps
    form = output_format(job)
    options = dataclasses.replace(step.options, workers=settings.threads)

    def asked(dtype: npt.DTypeLike, shape: Shape, alpha: bool, frames: int, extra: int) -> None:
        # Before it is decoded, nobody knows whether anything is seen through.
        _check_kept(form, step, settings, dtype, shape, alpha, frames, extra, lambda: True)

    number = -1
    # Not by enumerate, which would hold the input until the next.
    for picture in read_frames(source, settings, asked):
        number += 1
        advance = part_of(progress, number, picture.frames)
        if number == 0 and (renamed := another_format(job)):
            notes[renamed] = None
        notes |= dict.fromkeys(notes_of(picture, job.name, options.measured))
        with about(job.name):
            pixels, alpha, extra = picture.pixels, picture.alpha, picture.extra
            described = pixels.dtype, pixels.shape, alpha, picture.frames, extra
            _check_kept(form, step, settings, *described, opaque=picture.is_opaque)
            result = run_channels(
                step.filter, pixels, alpha, extra, options, advance, settings.mask
            )
            del pixels
            if number + 1 == picture.frames:
                rest()
            refuse_clipped(result, settings)
        if result.plan.fallback:
            notes[result.plan.fallback] = None
        where = f" frame {number}:" if picture.frames > 1 else ""
        for note in filter(None, (*result.notes, result.clipped)):
            # Of all frames together one of them says it.
            notes[f"{job.name}:{'' if note == result.beyond else where} {note}"] = None
        picture = dataclasses.replace(picture, pixels=result.pixels)
        del result
        if settings.background is not None:
            picture = flatten(picture, settings.background)
        elif picture.alpha:
            with about(job.name):
                picture = _fitted(form, picture)
        yield picture


def _check_kept(
    form: Format,
    step: Step,
    settings: Settings,
    dtype: npt.DTypeLike,
    shape: Shape,
    alpha: bool,
    frames: int,
    extra: int,
    opaque: Callable[[], bool],
) -> None:
    """Raise ImageError if the format can't hold what will come of such a picture.

    `opaque` is asked whether its alpha may be left out, where that is the only way.
    """
    depth = output_dtype(step.options.depth, dtype)
    height, width, channels = shape
    if alpha and settings.background is not None:
        check_colours(channels - extra - 1)
        grows = channels - extra == 2 and not is_grey(settings.background)
        alpha, channels = False, channels - 1 + 2 * grows
    obstacle = form.supports(depth, (height, width, channels), alpha, frames, extra)
    without = height, width, channels - 1
    if obstacle and alpha and form.supports(depth, without, False, frames, extra) is None:
        obstacle = None if opaque() else obstacle
    refuse(obstacle)


def _fitted(form: Format, picture: Image) -> Image:
    """Return a picture, without its alpha where only this fits; ImageError where it is needed."""
    pixels = picture.pixels
    obstacle = form.supports(pixels.dtype, pixels.shape, True, picture.frames, picture.extra)
    if obstacle is None:
        return picture
    if not picture.is_opaque():
        raise ImageError(obstacle)
    return picture.without_alpha()
