"""One picture filtered into another, frame by frame; nothing is computed that can't be kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

from ..concurrency import rest
from ..errors import ImageError
from ..image import Format, Image, ImageHeader, check_colours, flatten, is_grey
from ..pipeline.channels import run_channels
from ..pipeline.options import output_dtype
from .job import Job, Step
from .job_io import (
    Complete,
    about,
    notes_of,
    output_format,
    read_frames,
    refuse,
    refuse_clipped,
    write,
)
from .job_options import Settings
from .progress import Progress, part_of


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

    def check_header(header: ImageHeader) -> None:
        # Whether all alpha is opaque isn't known before the picture is decoded.
        _check_representable(form, step, settings, header, lambda: True)

    number = -1
    # Not by enumerate, which would hold the input until the next.
    for picture in read_frames(source, settings, check_header):
        number += 1
        advance = part_of(progress, number, picture.frames)
        notes |= dict.fromkeys(notes_of(picture, job.name, options.measured))
        with about(job.name):
            pixels, alpha, extra = picture.pixels, picture.alpha, picture.extra
            _check_representable(form, step, settings, picture.header, picture.is_opaque)
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


def _check_representable(
    form: Format,
    step: Step,
    settings: Settings,
    header: ImageHeader,
    is_opaque: Callable[[], bool],
) -> None:
    """Raise ImageError if the format can't hold what will come of such a picture.

    `is_opaque` is called whether its alpha may be left out, where that is the only way.
    """
    header = header._replace(dtype=output_dtype(step.options.depth, header.dtype))
    height, width, channels = header.shape
    colours = channels - header.alpha - header.extra
    if header.alpha and settings.background is not None:
        check_colours(colours)
        grows = colours == 1 and not is_grey(settings.background)
        channels += 2 * grows - 1
        header = header._replace(shape=(height, width, channels), alpha=False)
    obstacle = form.supports(header)
    without_alpha = header._replace(shape=(height, width, channels - 1), alpha=False)
    if obstacle and header.alpha and form.supports(without_alpha) is None and is_opaque():
        return
    refuse(obstacle)


def _fitted(form: Format, picture: Image) -> Image:
    """Return a picture, without its alpha where only this fits; ImageError where it is needed."""
    obstacle = form.supports(picture.header)
    if obstacle is None:
        return picture
    if not picture.is_opaque():
        raise ImageError(obstacle)
    return picture.without_alpha()
