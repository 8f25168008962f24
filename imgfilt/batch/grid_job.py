"""Filter a grid of numbers and write a grid: exactly where that can be done, never rounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from ..dtypes import Array
from ..errors import ImageError
from ..image import Image
from ..image.codecs.text_grid import check_finite, format_rows
from ..numbers import format_exact, format_shortest
from ..pipeline.chain import Step, run_chain
from ..pipeline.exact import ExactGrid, parse_grid, run_exact_chain, why_not_exact
from ..pipeline.filter_run import RunReport
from ..pipeline.options import Progress
from . import job_io
from .job import Job, OnComplete
from .job_format import output_format
from .options import JobOptions

_LARGEST_WHOLE = 1e22  # a larger number is written with an exponent

Numbers: TypeAlias = "ExactGrid | Array"


def filter_grid(
    job: Job, options: JobOptions, progress: Progress, on_complete: OnComplete
) -> list[str]:
    """Do a job whose input and output are grids of numbers.

    Parameters
    ----------
    job : Job
    options : JobOptions
        With `exact`, the numbers are written as fractions.
    progress : callable
    on_complete : callable
        Called before the output takes its name.

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
    image = next(job_io.read_frames(job.sources[0], options))
    notes: list[str] = []
    with job_io.error_context(job.name):
        steps = recipe.with_numbers().steps
        numbers, reports = filter_numbers(image, steps, options, progress)
        if reports:
            notes += job_io.iter_run_notes(job.name, "", steps, reports, options.strict)
        check_finite(numbers.floats if isinstance(numbers, ExactGrid) else numbers, format)
        cells = list(_format_fractions(numbers) if options.exact else _format_decimals(numbers))
        content = format_rows(cells, format)
    job_io.write_content(job, content, options, on_complete)
    return notes


def filter_numbers(
    image: Image,
    steps: Sequence[Step],
    options: JobOptions,
    progress: Progress = lambda share: None,
) -> tuple[Numbers, list[RunReport]]:
    """Return the numbers of a filtered grid: exact, without reports, if that can be done.

    Parameters
    ----------
    image : Image
        A grid.
    steps : sequence of Step
        Of `Recipe.with_numbers`.
    options : JobOptions
    progress : callable
    """
    exact = _filter_exactly(image, steps, options)
    if exact is not None:
        return exact, []
    pixels = image.pixels.astype(np.float64)
    return run_chain(steps, pixels, False, progress, options.mask)


def _filter_exactly(image: Image, steps: Sequence[Step], options: JobOptions) -> ExactGrid | None:
    """Return the exact result; None if there is none, or, unless it is wanted, if it takes long."""
    has_fractions = not any(why_not_exact(step.filter, step.options) for step in steps)
    if options.mask is not None or not has_fractions or not image.metadata.words:
        return None
    grid = parse_grid(image.metadata.words, quick=not options.exact)
    return None if grid is None else run_exact_chain(steps, grid, quick=not options.exact)


def _format_fractions(numbers: Numbers) -> Iterator[list[str]]:
    """Give rows of numbers as fractions."""
    if not isinstance(numbers, ExactGrid):
        raise ImageError("too many numbers, or too long ones, for exact", parameters=("exact",))
    for row in numbers.fractions:
        texts = [format_exact(number) for number in row]
        if None in texts:
            raise ImageError("a result has too many digits to be written exactly")
        yield [text or "" for text in texts]


def _format_decimals(numbers: Numbers) -> Iterator[list[str]]:
    """Give rows of numbers as whole numbers, or as the shortest decimals that float64 reads."""
    if not isinstance(numbers, ExactGrid):
        yield from (list(map(format_shortest, row)) for row in numbers[..., 0].tolist())
        return
    divisor = numbers.denominator
    rows = zip(numbers.numerators[..., 0].tolist(), numbers.floats[..., 0].tolist(), strict=True)
    for row in rows:
        yield [
            # float64 may not hold a whole number of more than 15 digits.
            str(whole // divisor)
            if whole % divisor == 0 and abs(near) <= _LARGEST_WHOLE
            else format_shortest(near)
            for whole, near in zip(*row, strict=True)
        ]
