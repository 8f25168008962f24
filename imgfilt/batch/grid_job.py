"""Filter a grid of numbers and write a grid: exactly where that can be done, never rounded."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np

from ..dtypes import Array
from ..errors import ImageError
from ..image.codecs.text_grid import check_finite, format_rows
from ..numbers import format_exact, format_shortest
from ..pipeline.apply import run
from ..pipeline.exact import ExactGrid, parse_grid, run_exact, takes_long, why_not_exact
from ..pipeline.options import Progress
from . import job_io
from .job import Job, OnComplete, Step
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
    format = output_format(job)
    image = next(job_io.read_frames(job.sources[0], options))
    notes: dict[str, None] = {}
    with job_io.error_context(job.name):
        words = image.metadata.words
        exact = parse_grid(words, quick=not options.exact) if words else None
        numbers: Numbers = image.pixels if exact is None else exact
        for step in job.steps:
            numbers = _filter_numbers(numbers, step, options, progress, notes)
        check_finite(numbers.floats if isinstance(numbers, ExactGrid) else numbers, format)
        cells = list(_format_fractions(numbers) if options.exact else _format_decimals(numbers))
        content = format_rows(cells, format)
    job_io.write_content(job, content, options, on_complete)
    return list(notes)


def _filter_numbers(
    numbers: Numbers, step: Step, options: JobOptions, progress: Progress, notes: dict[str, None]
) -> Numbers:
    """Return a grid filtered: exactly if that is possible and quick, else in float64."""
    is_possible = options.mask is None and why_not_exact(step.filter, step.options) is None
    if isinstance(numbers, ExactGrid):
        if is_possible and not takes_long(step.filter, numbers, quick=not options.exact):
            return run_exact(step.filter, numbers, step.options)
        numbers = numbers.floats
    run_options = dataclasses.replace(step.options, numbers=True)
    result = run(
        step.filter, numbers.astype(np.float64), False, run_options, progress, options.mask
    )
    job_io.check_clipping(result, step.filter, options)
    notes |= dict.fromkeys(job_io.result_notes(result, step.filter))
    return result.pixels


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
