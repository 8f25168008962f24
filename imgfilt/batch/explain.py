"""Explain what a run would do with each input; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..errors import ImageError, ImgfiltError
from ..explain import Explanation, PixelTrace, assumed_picture, explain_chain, trace_pixels
from ..image import Image
from ..pipeline.exact import ExactGrid
from ..pipeline.validation import check_mask
from .grid_job import filter_numbers
from .inputs import Source
from .job import source_name
from .job_io import error_context, read_frames
from .options import JobOptions, RunOptions
from .recipe import Recipe
from .runner import split_workers


class RecipeExplanation(NamedTuple):
    """The explanations of a recipe's steps for an input; if `source` is None, one is assumed."""

    source: str | None
    recipe: Recipe
    explanations: list[Explanation]


class TracedPixel(NamedTuple):
    """How a recipe computes one pixel of an input; `frame` is None if the input has one frame."""

    source: str
    frame: int | None
    recipe: Recipe
    trace: PixelTrace


def explain_recipes(
    sources: Sequence[Source],
    recipes: Sequence[Recipe],
    job_options: JobOptions,
    run_options: RunOptions,
) -> Iterator[RecipeExplanation | ImgfiltError]:
    """Give what each recipe would do with the first frame of each input, or why it would fail.

    Parameters
    ----------
    sources : sequence of Source
        Without any, an image is assumed.
    recipes : sequence of Recipe
    job_options : JobOptions
    run_options : RunOptions
    """
    _, workers = split_workers(run_options.workers, len(sources) or 1)
    inputs: Sequence[Source | None] = sources or [None]
    for source in inputs:
        path = None if source is None else source.path
        try:
            image = None if source is None else _read(source, job_options, recipes[0]).drop_extra()
            for recipe in recipes:
                explanations = _explain(path, image, recipe, job_options, workers)
                yield RecipeExplanation(path, recipe, explanations)
        except ImgfiltError as error:
            yield error


def trace_inputs(
    sources: Sequence[Source],
    recipes: Sequence[Recipe],
    options: JobOptions,
    position: tuple[int, int],
    more: int,
) -> Iterator[TracedPixel | ImgfiltError]:
    """Give how each recipe computes a pixel of each input and the next ones, or why it would fail.

    Parameters
    ----------
    sources : sequence of Source
    recipes : sequence of Recipe
        With one step.
    options : JobOptions
    position : (row, column)
    more : int
        How many pixels follow, row by row.
    """
    for source in sources:
        try:
            image = _read(source, options, recipes[0])
            frame = 0 if image.frames > 1 else options.frame
            for recipe in recipes:
                with error_context(source_name(source.path)):
                    for pixel in _trace(image, recipe, options, position, more):
                        yield TracedPixel(source.path, frame, recipe, pixel)
        except ImgfiltError as error:
            yield error


def _trace(
    image: Image, recipe: Recipe, options: JobOptions, position: tuple[int, int], more: int
) -> Iterator[PixelTrace]:
    (step,) = recipe.steps
    arguments = step.filter, image.pixels, image.alpha, step.options
    traces = trace_pixels(*arguments, position, more, image.extra)
    if not step.options.numbers:
        yield from traces
        return
    numbers, _ = filter_numbers(image, recipe.steps, options)
    floats = numbers.floats if isinstance(numbers, ExactGrid) else numbers
    for trace in traces:
        stored = floats[trace.row, trace.column, 0]
        *others, section = trace.sections
        yield trace._replace(sections=[*others, section._replace(stored=stored)])


def _read(source: Source, options: JobOptions, recipe: Recipe) -> Image:
    if source.obstacle is not None:
        raise ImageError(f"{source_name(source.path)}: {source.obstacle}")
    image, is_grid = next(read_frames(source.path, options)), recipe.steps[0].options.numbers
    return replace(image, pixels=image.pixels.astype(np.float64)) if is_grid else image


def _explain(
    source: str | None, image: Image | None, recipe: Recipe, job_options: JobOptions, workers: int
) -> list[Explanation]:
    if source is None or image is None:
        assumed = assumed_picture(recipe.steps[0].options.may_miss)
        return explain_chain(recipe.steps, assumed, False, workers)
    with error_context(source_name(source)):
        check_mask(job_options.mask, *image.pixels.shape[:2])
        return explain_chain(recipe.steps, image.pixels, image.alpha, workers)
