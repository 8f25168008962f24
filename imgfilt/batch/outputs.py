"""Decide which inputs make which output; make and check the jobs before an input is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from ..errors import CommandError, Note, OutputError
from ..figure.renderers import why_unavailable
from ..files import STREAM, RealPathCache, printable_path, quote_for_shell
from ..image import OUTPUT_FORMATS, format_from_suffix, why_no_figure, why_no_picture
from .inputs import Source
from .job import Job
from .recipe import Recipe
from .target import InPlace, Target
from .template import suggest_template, to_pattern


def make_jobs(
    sources: Sequence[Source],
    target: Target | InPlace,
    recipes: Sequence[Recipe],
    list_frames: Callable[[Source], Sequence[int | None]] = lambda source: [None],
) -> list[Job]:
    """Return the jobs of a filter command: several recipes with one output make a figure.

    Parameters
    ----------
    sources : sequence of Source
        Paths, or `-` once.
    target : Target or InPlace
    recipes : sequence of Recipe
        Several if a parameter has several values.
    list_frames : callable
        Returns the numbers of the frames of a source that become jobs of their own if the target
        counts frames; None stands for what the options choose.

    Raises
    ------
    CommandError
        When two inputs have one output, an output is one of the inputs, a figure would replace an
        input, or the format that the command names can't hold a figure or a single picture.
    OutputError
        When the folder of a single file is missing.
    """
    if isinstance(target, Target) and target.is_template and target.names_format and sources:
        format_from_suffix(target.path(sources[0], recipes[0]))
    if isinstance(target, InPlace):
        if len(recipes) > 1:
            message = "in_place: several values for a parameter make a figure; name it"
            raise CommandError(message, parameters=("in_place",))
        sources = target.unique(sources)
    # The jobs of one recipe share its tuple, by which their record key is found.
    single_recipes = [(recipe,) for recipe in recipes]
    jobs = []
    for index, source in enumerate(sources, 1):
        for frame in list_frames(source) if target.counts_frames else [None]:
            numbers_by_path: dict[str, list[int]] = {}
            for number, recipe in enumerate(recipes):
                path = target.path(source, recipe, index, frame)
                numbers_by_path.setdefault(path, []).append(number)
            for path, numbers in numbers_by_path.items():
                figure = len(numbers) > 1
                cells = tuple(recipes[n] for n in numbers) if figure else single_recipes[numbers[0]]
                jobs.append(
                    Job(
                        (source.path,),
                        path,
                        cells,
                        figure,
                        target.format,
                        target.makes_folders,
                        (source.obstacle,) if source.obstacle else (),
                        frame=frame,
                    )
                )
    validate_jobs(jobs, target)
    return jobs


def _check_format(jobs: Sequence[Job], target: Target) -> None:
    """Raise CommandError if the format that the command names can't hold figures, or pictures."""
    if not (target.format or target.names_format):
        return
    for job in {job.figure: job for job in reversed(jobs)}.values():  # the first of each kind
        form = OUTPUT_FORMATS[target.format] if target.format else format_from_suffix(job.target)
        if job.figure:
            obstacle = why_no_figure(form) or why_unavailable(form)
        else:
            obstacle = why_no_picture(form)
        if obstacle:
            raise CommandError(f"{job.target_name}: {obstacle}")


def validate_jobs(jobs: Sequence[Job], target: Target | InPlace) -> None:
    """Raise the errors of make_jobs for jobs and their target."""
    if isinstance(target, InPlace):
        return
    _check_format(jobs, target)
    real = RealPathCache()

    def canonical(path: str) -> str:
        # On Windows, names that differ in case are the same.
        return path if path == STREAM else os.path.normcase(real(path))

    inputs = {canonical(source) for job in jobs for source in job.sources}
    outputs: dict[str, Job] = {}
    for job in jobs:
        name = canonical(job.target)
        if job.target != STREAM and name in inputs:
            raise _output_is_input(job, target)
        first = outputs.setdefault(name, job)
        if first is not job:
            raise _same_output(first, job, target)
    for job in jobs:
        folder = os.path.dirname(job.target) or "."
        if job.target != STREAM and not target.makes_folders and not os.path.isdir(folder):
            missing = printable_path(folder)
            keeps_name = os.path.basename(job.target) == os.path.basename(job.sources[0])
            raise OutputError(
                f"{printable_path(job.target)}: there is no folder {missing}",
                hint=f"mkdir -p {quote_for_shell(folder)} makes it"
                + f", or -o {quote_for_shell(f'{folder}/')}" * keeps_name,
            )


def _output_is_input(job: Job, target: Target) -> CommandError:
    """Return the error for an output that is an input, such as one of an earlier run."""
    message = f"{printable_path(job.target)}: the output is one of the inputs"
    pattern = os.path.basename(to_pattern(target.output))
    if not target.is_template or not any(map(str.isalnum, os.path.splitext(pattern)[0])):
        return CommandError(message)
    hint = f"exclude {quote_for_shell(pattern)} leaves it out of a folder"
    return CommandError(message, hint=Note(hint, ("exclude",)))


def _same_output(first: Job, second: Job, target: Target) -> CommandError:
    """Return the error for two inputs with one output; it names an input that is missing."""
    output = printable_path(second.target)
    jobs = [(first, second), (second, first)]
    missing = (pair for pair in jobs if pair[0].sources[0] != STREAM)
    for job, other in missing:
        if not os.path.lexists(job.sources[0]):
            also = f"{other.name} would have the same output, {output}"
            return CommandError(f"{job.name}: no such file; {also}")
    hint = "" if target.makes_folders else "; name a folder, such as out/"
    if hint and second.target != STREAM:
        hint += f", or a template: {quote_for_shell(suggest_template(target.output))}"
    names = f"{first.name} and {second.name}"
    return CommandError(f"{names} would have the same output, {output}{hint}")
