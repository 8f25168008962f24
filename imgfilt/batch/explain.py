"""Explain what a run would do with each input; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..errors import ImageError, ImgfiltError
from ..explain import Explanation, PixelTrace, assumed_picture, explain_chain, trace_pixels
from ..image import Image
from ..pipeline.exact import ExactGrid
from ..pipeline.validation import check_mask
from .grid_job import filter_numbers, with_numbers
from .inputs import Source
from .job import source_name
from .job_format import is_text_grid
from .job_io import error_context, read
from .options import JobOptions, RunOptions
from .recipe import Recipe
from .runner import split_workers


class RecipeExplanation(NamedTuple):
    """The explanations of a recipe's steps for an input; if `source` is None, one is assumed."""

    source: str | None
    recipe: Recipe
    explanations: list[Explanation]


class TracedPixel(NamedTuple):
    """How a recipe computes one pixel of an input."""

    source: str
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
            image = None if source is None else _read(source, job_options).drop_extra()
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
            trace = _trace_grid if is_text_grid(source.path) else _trace_picture
            image = _read(source, options)
            for recipe in recipes:
                with error_context(source_name(source.path)):
                    for pixel in trace(image, recipe, options, position, more):
                        yield TracedPixel(source.path, recipe, pixel)
        except ImgfiltError as error:
            yield error


def _trace_picture(
    image: Image, recipe: Recipe, options: JobOptions, position: tuple[int, int], more: int
) -> Iterator[PixelTrace]:
    (step,) = recipe.steps
    arguments = step.filter, image.pixels, image.alpha, step.options
    return trace_pixels(*arguments, position, more, image.extra)


def _trace_grid(
    image: Image, recipe: Recipe, options: JobOptions, position: tuple[int, int], more: int
) -> Iterator[PixelTrace]:
    """Give the pixels of a grid of numbers, from which a grid is made: nothing is rounded."""
    (step,) = map(with_numbers, recipe.steps)
    numbers, _ = filter_numbers(image, recipe.steps, options)
    floats = numbers.floats if isinstance(numbers, ExactGrid) else numbers
    pixels = image.pixels.astype(np.float64)
    for trace in trace_pixels(step.filter, pixels, False, step.options, position, more):
        stored = floats[trace.row, trace.column, 0]
        *others, section = trace.sections
        yield trace._replace(sections=[*others, section._replace(stored=stored)])


def _read(source: Source, options: JobOptions) -> Image:
    if source.obstacle is not None:
        raise ImageError(f"{source_name(source.path)}: {source.obstacle}")
    return read(source.path, options)


def _explain(
    source: str | None, image: Image | None, recipe: Recipe, job_options: JobOptions, workers: int
) -> list[Explanation]:
    if source is None or image is None:
        return explain_chain(recipe.steps, assumed_picture(), False, workers)
    with error_context(source_name(source)):
        check_mask(job_options.mask, *image.pixels.shape[:2])
        return explain_chain(recipe.steps, image.pixels, image.alpha, workers)
