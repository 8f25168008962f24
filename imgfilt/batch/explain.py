"""Explain what a run would do with each input; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..errors import ImageError, ImgfiltError
from ..explain import ChannelTrace, Explanation, assumed_picture, explain_chain, trace_pixel
from ..image import Image
from ..pipeline.validation import check_mask
from .inputs import Source
from .job import source_name
from .job_io import error_context, read
from .options import JobOptions, RunOptions
from .recipe import Recipe
from .runner import split_workers


class RecipeExplanation(NamedTuple):
    """The explanations of a recipe's steps for an input; if `source` is None, one is assumed."""

    source: str | None
    recipe: Recipe
    explanations: list[Explanation]


class PixelTrace(NamedTuple):
    """How a recipe computes one pixel of an input, channel by channel."""

    source: str
    recipe: Recipe
    channels: list[ChannelTrace]


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
            image = None if source is None else _read(source, job_options, recipes[0])
            for recipe in recipes:
                explanations = _explain(path, image, recipe, job_options, workers)
                yield RecipeExplanation(path, recipe, explanations)
        except ImgfiltError as error:
            yield error


def trace_pixels(
    sources: Sequence[Source],
    recipes: Sequence[Recipe],
    options: JobOptions,
    position: tuple[int, int],
) -> Iterator[PixelTrace | ImgfiltError]:
    """Give how each recipe computes a pixel of each input, or why it would fail.

    Parameters
    ----------
    sources : sequence of Source
    recipes : sequence of Recipe
        Their filters are Convolve.
    options : JobOptions
    position : (row, column)
    """
    for source in sources:
        try:
            image = _read(source, options, recipes[0])
            for recipe in recipes:
                (step,) = recipe.steps
                with error_context(source_name(source.path)):
                    pixels, alpha = image.pixels, image.alpha
                    channels = trace_pixel(step.filter, pixels, alpha, step.options, position)
                yield PixelTrace(source.path, recipe, channels)
        except ImgfiltError as error:
            yield error


def _read(source: Source, options: JobOptions, recipe: Recipe) -> Image:
    if source.obstacle is not None:
        raise ImageError(f"{source_name(source.path)}: {source.obstacle}")
    image = read(source.path, options).drop_extra()
    is_grid = recipe.steps[0].options.numbers
    return replace(image, pixels=image.pixels.astype(np.float64)) if is_grid else image


def _explain(
    source: str | None, image: Image | None, recipe: Recipe, job_options: JobOptions, workers: int
) -> list[Explanation]:
    if source is None or image is None:
        return explain_chain(recipe.steps, assumed_picture(), False, workers)
    with error_context(source_name(source)):
        check_mask(job_options.mask, *image.pixels.shape[:2])
        return explain_chain(recipe.steps, image.pixels, image.alpha, workers)
