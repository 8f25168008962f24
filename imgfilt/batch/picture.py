"""One picture filtered into another, frame by frame; nothing is computed that can't be kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy.typing as npt

from ..channels import run_channels
from ..image import Format, Image, flatten
from ..options import output_dtype
from ..workers import rest
from .door import Complete, about, output_format, read_frames, refuse, refuse_clipped, write
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
        _check_kept(form, step, settings, dtype, shape, alpha, frames, extra)

    number = -1
    # Not by enumerate, which would hold the input until the next.
    for picture in read_frames(source, settings, asked):
        number += 1
        advance = part_of(progress, number, picture.frames)
        notes |= dict.fromkeys(picture.metadata.notes)
        if options.measured:
            notes |= dict.fromkeys(f"{job.name}: {words}" for words in picture.metadata.details)
        with about(job.name):
            # Only now is it known of an animation whether anything is seen through.
            pixels, alpha, extra = picture.pixels, picture.alpha, picture.extra
            asked(pixels.dtype, pixels.shape, alpha, picture.frames, extra)
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
        if picture.alpha and not form.alpha and settings.background is not None:
            picture = flatten(picture, settings.background)
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
) -> None:
    """Raise ImageError if the format can't hold what will come of such a picture."""
    depth = output_dtype(step.options.depth, dtype)
    height, width, channels = shape
    flattened = alpha and not form.alpha and settings.background is not None
    kept = height, width, channels - flattened
    refuse(form.supports(depth, kept, alpha and not flattened, frames, extra))
