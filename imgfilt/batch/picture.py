"""One picture filtered into another, frame by frame; nothing is computed that can't be kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ..apply import run
from ..image import Format, Image, flatten
from ..options import DEPTHS
from .door import about, output_format, read_frames, refuse, write
from .job import Job, Step
from .progress import Progress, part_of
from .settings import Settings


def filter_picture(job: Job, settings: Settings, progress: Progress) -> list[str]:
    """Filter one picture into another; return what is worth knowing."""
    notes: dict[str, None] = {}
    lost = write(job, _filtered(job, settings, notes, progress), settings)
    return [*notes, *lost]


def _filtered(
    job: Job, settings: Settings, notes: dict[str, None], progress: Progress
) -> Iterator[Image]:
    """Give the frames of a picture filtered; by then the pixels of the input are gone."""
    (source,), (step,) = job.sources, job.steps
    form = output_format(job)
    number = -1
    # Not by enumerate, which would hold the input until the next.
    for picture in read_frames(source, settings):
        number += 1
        advance = part_of(progress, number, picture.frames)
        with about(job.name):
            _check_kept(form, picture, step, settings)
            pixels, alpha = picture.pixels, picture.alpha
            result = run(step.filter, pixels, alpha, step.options, advance, settings.mask)
            del pixels
        if result.plan.fallback:
            notes[result.plan.fallback] = None
        if result.clipped:
            where = f" frame {number}:" if picture.frames > 1 else ""
            notes[f"{job.name}:{where} {result.clipped}"] = None
        picture = dataclasses.replace(picture, pixels=result.pixels)
        del result
        if picture.alpha and not form.alpha and settings.background is not None:
            picture = flatten(picture, settings.background)
        yield picture


def _check_kept(form: Format, picture: Image, step: Step, settings: Settings) -> None:
    """Raise ImageError if the format can't hold what will come out."""
    depth = DEPTHS[step.options.depth] if step.options.depth else picture.pixels.dtype.name
    height, width, channels = picture.pixels.shape
    flattened = picture.alpha and not form.alpha and settings.background is not None
    shape = height, width, channels - flattened
    refuse(form.supports(depth, shape, picture.alpha and not flattened, picture.frames))
