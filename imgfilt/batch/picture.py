"""One picture filtered into another; nothing is computed that can't be kept."""

from __future__ import annotations

import dataclasses

from ..apply import run
from ..image import Format, Image, flatten
from ..options import DEPTHS
from .door import about, output_format, read, refuse, write
from .job import Job, Step
from .settings import Settings


def filter_picture(job: Job, settings: Settings) -> list[str]:
    """Filter one picture into another; return what is worth knowing."""
    (source,), (step,) = job.sources, job.steps
    picture = read(source, settings)
    form = output_format(job)
    with about(job.name):
        _check_kept(form, picture, step, settings)
        result = run(step.filter, picture.pixels, picture.alpha, step.options)
    notes = [result.plan.fallback] if result.plan.fallback else []
    if result.clipped:
        notes.append(f"{job.name}: {result.clipped}")
    filtered = dataclasses.replace(picture, pixels=result.pixels)
    if filtered.alpha and not form.alpha and settings.background is not None:
        filtered = flatten(filtered, settings.background)
    return notes + write(job, filtered, settings)


def _check_kept(form: Format, picture: Image, step: Step, settings: Settings) -> None:
    """Raise ImageError if the format can't hold what will come out."""
    depth = DEPTHS[step.options.depth] if step.options.depth else picture.pixels.dtype.name
    height, width, channels = picture.pixels.shape
    flattened = picture.alpha and not form.alpha and settings.background is not None
    shape = height, width, channels - flattened
    refuse(form.supports(depth, shape, picture.alpha and not flattened))
