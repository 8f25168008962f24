"""Explain what a run would do with each input; nothing is written."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

import numpy as np

from ..errors import ImgfiltError
from ..explain import Explanation, PixelTrace, assumed_picture, explain_chain, trace_pixels
from ..files import source_name
from ..image import Image
from ..pipeline.exact import plan_exactly
from ..pipeline.validation import check_mask
from .grid_job import filter_numbers, find_exact_grid
from .inputs import Source
from .job import Job
from .job_format import is_text_grid, keeps_numbers
from .job_io import error_context, raise_if, read_frames
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
    jobs: Sequence[Job],
    job_options: JobOptions,
    run_options: RunOptions,
) -> Iterator[RecipeExplanation | ImgfiltError]:
    """Give what each recipe would do with the first frame of each input, or why it would fail.

    Parameters
    ----------
    sources : sequence of Source
        Without any, an image is assumed.
    recipes : sequence of Recipe
    jobs : sequence of Job
        What would be done; they say which grids become grids. Without any, all do.
    job_options : JobOptions
    run_options : RunOptions
    """
    _, workers = split_workers(run_options.workers, len(sources) or 1)
    pictures = _list_pictures(jobs)
    inputs: Sequence[Source | None] = sources or [None]
    for source in inputs:
        path = None if source is None else source.path
        try:
            image = None if source is None else _read(source, pictures, job_options)
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
            given = _read(source, (), options)
            frame = 0 if given.image.frames > 1 else options.frame
            for recipe in recipes:
                with error_context(source_name(source.path)):
                    for pixel in _trace(given, recipe, options, position, more):
                        yield TracedPixel(source.path, frame, recipe, pixel)
        except ImgfiltError as error:
            yield error


class _Input(NamedTuple):
    """An input that was read.

    Attributes
    ----------
    image : Image
    is_grid : bool
        Whether it is a grid that becomes a grid; then its pixels are float64.
    """

    image: Image
    is_grid: bool


def _list_pictures(jobs: Sequence[Job]) -> set[str]:
    """Return the inputs that don't become grids of numbers."""
    return {source for job in jobs if not keeps_numbers(job) for source in job.sources}


def _read(source: Source, pictures: Container[str], options: JobOptions) -> _Input:
    with error_context(source_name(source.path)):
        raise_if(source.obstacle)
    is_grid = source.path not in pictures and is_text_grid(source.path)
    image = next(read_frames(source.path, options, words=is_grid))
    if is_grid:
        image = replace(image, pixels=image.pixels.astype(np.float64))
    return _Input(image, is_grid)


def _explain(
    source: str | None, given: _Input | None, recipe: Recipe, job_options: JobOptions, workers: int
) -> list[Explanation]:
    if source is None or given is None:
        assumed = assumed_picture(recipe.steps[0].options.may_miss)
        return explain_chain(recipe.steps, assumed, False, workers)
    image = given.image.drop_extra()
    steps = recipe.with_numbers().steps if given.is_grid else recipe.steps
    with error_context(source_name(source)):
        check_mask(job_options.mask, *image.pixels.shape[:2])
        explanations = explain_chain(steps, image.pixels, image.alpha, workers)
        if not given.is_grid or find_exact_grid(image, steps, job_options) is None:
            return explanations
    return [replace(each, plan=plan_exactly(each.plan, each.filter)) for each in explanations]


def _trace(
    given: _Input, recipe: Recipe, options: JobOptions, position: tuple[int, int], more: int
) -> Iterator[PixelTrace]:
    image, (step,) = given.image, recipe.steps
    if given.is_grid:
        (step,) = recipe.with_numbers().steps
    traces = trace_pixels(
        step.filter, image.pixels, image.alpha, step.options, position, more, image.extra
    )
    if not given.is_grid:
        yield from traces
        return
    first = next(traces)  # before all is filtered: there may be no such pixel
    floats = filter_numbers(image, [step], options).floats
    for trace in chain([first], traces):
        *others, section = trace.sections
        stored = floats[trace.row, trace.column, 0]
        yield trace._replace(sections=[*others, section._replace(stored=stored)])
