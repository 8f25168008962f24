"""Read, filter and write one image; an animation frame by frame."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import cache, partial

from ..concurrency import shutdown_threads
from ..image import (
    Format,
    Image,
    ImageHeader,
    Pixels,
    check_colours,
    flatten,
    is_grey,
    why_unsupported,
)
from ..image.metadata.tags import scale_nodata
from ..pipeline.chain import run_chain, run_chain_by_rows, step_context
from ..pipeline.filter_run import RunReport
from ..pipeline.missing import depth_factor
from ..pipeline.options import Progress, output_dtype, progress_of_part
from ..pipeline.plan import output_size
from ..row_source import RowSource
from . import job_io
from .job import Job, OnComplete
from .job_facts import JobFacts
from .job_format import output_format, renamed_format_note
from .options import JobOptions
from .run_notes import describe_animation, input_notes, iter_run_notes


def filter_image(
    job: Job, options: JobOptions, progress: Progress, on_complete: OnComplete, facts: JobFacts
) -> list[str]:
    """Do a job that filters one image.

    Parameters
    ----------
    job, options, progress, on_complete, facts
        As `JobRunner` gives them.

    Returns
    -------
    list of str
        Notes for the user.

    Raises
    ------
    ImgfiltError
        When the image can't be read, filtered or written. It isn't filtered if its header shows
        that the output's format can't hold the result.
    """
    format = output_format(job)
    frame_filter = _FrameFilter(job, format, options, facts)
    by_rows = format.by_rows and options.background is None
    frames = job_io.read_frames(job.sources[0], options, frame_filter.check_header, by_rows)
    image = next(frames)
    frame_filter.add_notes(renamed_format_note(job, format))
    if image.frames == 1:
        # The generator `frames` refers to the input; closing it frees the input.
        image = frame_filter.filter_frame(image, progress, release=frames.close)
        image = frame_filter.fit_alpha(image)
        lost = job_io.write(job, [image], format, options, on_complete)
    else:
        frame_filter.add_notes(describe_animation(job, image, format))
        filtered = _filter_frames(frame_filter, image, frames, progress)
        del image  # It refers to the input, too.
        lost = job_io.write(job, filtered, format, options, on_complete)
    return [*frame_filter.notes, *lost]


def _filter_frames(
    frame_filter: _FrameFilter, image: Image | None, frames: Iterator[Image], progress: Progress
) -> Iterator[Image]:
    """Give the first image and the other frames, filtered.

    An input that isn't read by rows is freed before its result is encoded.
    """
    frame_number = 0
    while image is not None:
        part = progress_of_part(progress, frame_number, image.frames)
        image = frame_filter.filter_frame(image, part, frame_number)
        image = frame_filter.fit_alpha(image)
        yield image
        image = next(frames, None)
        frame_number += 1


class _FrameFilter:
    """Filters the frames of one job; each result fits the output's format.

    Attributes
    ----------
    notes : dict
        Its keys are notes for the user, each once, in order.
    """

    def __init__(self, job: Job, format: Format, options: JobOptions, facts: JobFacts):
        (recipe,) = job.recipes
        self._steps, self._depth = recipe.steps, recipe.depth
        self._job, self._options, self._facts = job, options, facts
        self._why_unsupported = cache(partial(why_unsupported, format))
        self.notes: dict[str, None] = {}
        self._warned: set[str] = set()

    def check_header(self, header: ImageHeader) -> None:
        """Raise ImageError if the format can't hold the result, whether or not alpha is opaque."""
        self._check(header, is_opaque=lambda: True)

    def filter_frame(
        self,
        image: Image,
        progress: Progress,
        frame_number: int = 0,
        release: Callable[[], None] = lambda: None,
    ) -> Image:
        """Return a frame filtered, with alpha as it was.

        Parameters
        ----------
        image : Image
            If its pixels are a RowSource, the result's are one, too: then the errors and notes that
            follow from the result come with its last row.
        progress : callable
        frame_number : int
            The frame's, 0-based.
        release : callable
            Called when the file that the image was read from isn't needed any more.

        Raises
        ------
        ImgfiltError
            When the format can't hold the result, or it would be clipped and must not be.
        """
        name = self._job.name
        self._facts.add_picture(image)
        self.add_notes(*input_notes(image, name, self._steps[0].options))
        with job_io.error_context(name):
            fits_with_alpha = self._check(image.header, image.is_opaque)
            if isinstance(image.pixels, RowSource) and fits_with_alpha:
                return self._filter_by_rows(image, progress, frame_number, release)
            pixels = image.pixels[:]  # The rows of a RowSource are read now.
            release()
            how = image.alpha, progress, self._options.mask, image.extra
            reuse = bool(pixels.flags.writeable)
            pixels, reports = run_chain(self._steps, pixels, *how, reuse=reuse)
            self._finish(reports, frame_number, image.frames)
        return self._with_result(image, pixels)

    def _with_result(self, image: Image, pixels: Pixels) -> Image:
        """Return the image with other pixels, and with the level of missing ones in their depth."""
        factor = depth_factor(self._steps[0].options, image.pixels.dtype, pixels.dtype)
        tags = scale_nodata(image.metadata.tags, factor)
        metadata = image.metadata._replace(tags=tags)
        return dataclasses.replace(image, pixels=pixels, metadata=metadata)

    def _filter_by_rows(
        self, image: Image, progress: Progress, frame_number: int, release: Callable[[], None]
    ) -> Image:
        """Return a frame that is filtered when its rows are read, once, from top to bottom."""

        def on_end(reports: list[RunReport]) -> None:
            release()
            self._finish(reports, frame_number, image.frames)

        filtered = run_chain_by_rows(
            self._steps,
            image.pixels,
            image.alpha,
            progress,
            self._options.mask,
            image.extra,
            on_end,
        )
        pixels = filtered.with_context(lambda: job_io.error_context(self._job.name))
        return self._with_result(image, pixels)

    def _finish(self, reports: list[RunReport], frame_number: int, frames: int) -> None:
        """Free what the run of a frame took, check its clipping, and add its notes."""
        if frame_number + 1 == frames:
            shutdown_threads()  # Their memory is freed before the output is encoded.
        self._facts.add_run(reports)
        frame = f"frame {frame_number}" if frames > 1 else ""
        name, strict = self._job.name, self._options.strict
        self.add_notes(*iter_run_notes(name, frame, self._steps, reports, strict, self._warned))

    def fit_alpha(self, image: Image) -> Image:
        """Return a frame flattened onto the background, or without alpha if the format has none.

        Raises
        ------
        ImageError
            When the format has no alpha and the frame isn't opaque.
        """
        if self._options.background is not None:
            return flatten(image, self._options.background)
        if not image.alpha or (reason := self._why_unsupported(image.header)) is None:
            return image
        if not image.is_opaque():
            reason.add_prefix(self._job.name)
            raise reason
        return image.drop_alpha()

    def add_notes(self, *notes: str | None) -> None:
        """Add notes that aren't None."""
        self.notes |= dict.fromkeys(filter(None, notes))

    def _check(self, header: ImageHeader, is_opaque: Callable[[], bool]) -> bool:
        """Return whether the format can hold the result of filtering such a frame with its alpha.

        Parameters
        ----------
        header : ImageHeader
            The input's.
        is_opaque : callable
            Returns whether alpha can be left out; called if the format can't hold alpha.

        Raises
        ------
        ImageError
            When the format can't hold the result, with or without alpha.
        """
        header = header._replace(dtype=output_dtype(self._depth, header.dtype))
        height, width, channels = header.shape
        for number, step in enumerate(self._steps):
            with step_context(self._steps, number):
                height, width = output_size(step.filter, step.options.border, height, width)
        header = header._replace(shape=(height, width, channels))
        background = self._options.background
        if header.alpha and background is not None:
            colours = channels - 1 - header.extra
            check_colours(colours)
            becomes_rgb = colours == 1 and not is_grey(background)
            channels += 2 * becomes_rgb - 1
            header = header._replace(shape=(height, width, channels), alpha=False)
        reason = self._why_unsupported(header)
        if reason and header.alpha:
            opaque = header._replace(shape=(height, width, channels - 1), alpha=False)
            if self._why_unsupported(opaque) is None and is_opaque():
                return False
        if reason is not None:
            raise reason
        return True
