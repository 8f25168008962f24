"""Filter a grid of numbers and write a grid: exactly where that can be done, never rounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..dtypes import Array
from ..errors import ImageError
from ..image import Image
from ..image.codecs.text_grid import MOST_EXACT, check_finite, format_rows
from ..numbers import format_exact, format_shortest
from ..pipeline.chain import Step, run_chain
from ..pipeline.exact import (
    ExactGrid,
    NotExactError,
    check_time,
    parse_grid,
    run_exact_chain,
    why_not_exact,
)
from ..pipeline.filter_run import RunReport
from ..pipeline.options import Progress
from . import job_io
from .job import Job, OnComplete
from .job_facts import JobFacts
from .job_format import output_format
from .options import JobOptions
from .run_notes import iter_run_notes


class FilteredGrid(NamedTuple):
    """The result of a grid of numbers.

    Attributes
    ----------
    floats : (H, W, 1) float64 array
    exact : ExactGrid or None
        The numbers before they became floats; None if all was computed with floats.
    reports : list of RunReport
        One for each step; empty if the numbers are exact.
    """

    floats: Array
    exact: ExactGrid | None
    reports: list[RunReport]


def filter_grid(
    job: Job, options: JobOptions, progress: Progress, on_complete: OnComplete, facts: JobFacts
) -> list[str]:
    """Do a job whose input and output are grids of numbers.

    Parameters
    ----------
    job, options, progress, on_complete, facts
        As `JobRunner` gives them. With `options.exact`, the numbers are written as fractions.

    Returns
    -------
    list of str
        Notes for the user.

    Raises
    ------
    ImgfiltError
        When the grid can't be read, filtered or written.
    """
    format, (recipe,) = output_format(job), job.recipes
    image = next(job_io.read_frames(job.sources[0], options, words=True))
    notes: list[str] = []
    with job_io.error_context(job.name):
        facts.add_picture(image)
        steps = recipe.with_numbers().steps
        result = filter_numbers(image, steps, options, progress)
        facts.add_run(result.reports)
        if result.exact is not None:
            facts.add_engine("exact")
        if result.reports:
            notes += iter_run_notes(job.name, "", steps, result.reports, options.strict, set())
        check_finite(result.floats, format)
        cells = list(_format_fractions(result) if options.exact else _format_decimals(result))
        content = format_rows(cells, format)
    job_io.write_content(job, content, options, on_complete)
    return notes


def filter_numbers(
    image: Image,
    steps: Sequence[Step],
    options: JobOptions,
    progress: Progress = lambda share: None,
) -> FilteredGrid:
    """Return the numbers of a filtered grid: exact if that can be done.

    Parameters
    ----------
    image : Image
        A grid, read with its words.
    steps : sequence of Step
        Of `Recipe.with_numbers`.
    options : JobOptions
    progress : callable
    """
    grid = find_exact_grid(image, steps, options)
    if grid is not None:
        exact = run_exact_chain(steps, grid)
        return FilteredGrid(exact.floats, exact, [])
    pixels = image.pixels.astype(np.float64)
    floats, reports = run_chain(steps, pixels, False, progress, options.mask)
    return FilteredGrid(floats, None, reports)


def find_exact_grid(image: Image, steps: Sequence[Step], options: JobOptions) -> ExactGrid | None:
    """Return the numbers of a grid for exact filters; None if it is filtered with floats.

    Parameters
    ----------
    image, steps, options
        As for `filter_numbers`.

    Raises
    ------
    NotExactError
        With `options.exact`, where the result would otherwise be None.
    """
    try:
        if options.mask is not None:
            raise NotExactError("a mask blends with floats")
        for reason in (why_not_exact(step.filter, step.options) for step in steps):
            if reason is not None:
                raise NotExactError(reason)
        if not image.metadata.words:
            raise NotExactError(f"more than {MOST_EXACT} numbers")
        grid = parse_grid(image.metadata.words, quick=not options.exact)
        check_time(steps, grid, quick=not options.exact)
    except NotExactError:
        if options.exact:
            raise
        return None
    return grid


def _format_fractions(result: FilteredGrid) -> Iterator[list[str]]:
    """Give rows of numbers as fractions."""
    assert result.exact is not None  # as `find_exact_grid` says
    for row in result.exact.fractions:
        texts = [format_exact(number) for number in row]
        if None in texts:
            raise ImageError("a result has too many digits to be written exactly")
        yield [text or "" for text in texts]


def _format_decimals(result: FilteredGrid) -> Iterator[list[str]]:
    """Give rows of numbers as whole numbers, or as the shortest decimals that float64 reads."""
    floats = result.floats[..., 0].tolist()
    if result.exact is None:
        yield from ([format_shortest(number) for number in row] for row in floats)
        return
    divisor = result.exact.denominator
    for row in zip(result.exact.numerators[..., 0].tolist(), floats, strict=True):
        yield [
            # float64 may not hold a whole number of more than 15 digits.
            format_shortest(near if numerator % divisor else numerator // divisor)
            for numerator, near in zip(*row, strict=True)
        ]
