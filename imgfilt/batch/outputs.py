"""Decide which inputs make which output; make and check the jobs before an input is read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from ..errors import CommandError, OutputError
from ..figure.renderers import why_unavailable
from ..files import STREAM, RealPathCache, printable_path, split_name
from ..image import (
    OUTPUT_FORMATS,
    READABLE,
    format_from_suffix,
    why_no_figure,
    why_no_picture,
)
from .inputs import Source
from .job import Job
from .recipe import Recipe

# `{size}` in a template; `{size:03}` is found, too, and refused.
WORD = re.compile(r"\{([A-Za-z][^{}]*)\}")


class Target:
    """The output that `-o` and `-f` name: a file, a folder, a template or stdout.

    Parameters
    ----------
    output : str
        A path, a path with words such as `{stem}` to be replaced, or `-`.
    format : str, optional
        A key of OUTPUT_FORMATS.
    base : bool
        Whether `--base` is given: `{parent}` is then a source's folder below it.

    Raises
    ------
    CommandError
        When the output is empty, or its suffix belongs to another format.
    """

    def __init__(self, output: str, format: str | None = None, base: bool = False):
        self.output, self.format, self.base = output, format, base
        if not self.output:
            raise CommandError("-o '': wanted a file, a folder, a template or -")
        if self.output == STREAM or self.is_folder:
            return
        suffix = os.path.splitext(self.output)[1]
        if WORD.search(suffix) or (not suffix and self.format is not None):
            return
        by_suffix = format_from_suffix(self.output)
        if self.format is not None and by_suffix is not OUTPUT_FORMATS[self.format]:
            raise CommandError(
                f"{printable_path(self.output)}: its suffix says {by_suffix.label}, "
                f"but -f says {OUTPUT_FORMATS[self.format].label}"
            )

    @property
    def makes_folders(self) -> bool:
        """Whether missing folders are made; not for a single file."""
        return self.is_folder or self.is_template

    @property
    def names_format(self) -> bool:
        """Whether the output's suffix names the format, the same for all inputs."""
        keeps_suffix = self.is_folder or "{ext}" in self.output
        return self.format is None and self.output != STREAM and not keeps_suffix

    @property
    def folder(self) -> str | None:
        """The output if it is a folder and no template, else None; outputs keep inputs' names."""
        return self.output if self.is_folder and not self.is_template else None

    @property
    def keeps_tree(self) -> bool:
        """Whether the outputs' folders are named after the inputs' folders."""
        return self.is_folder or "{parent}" in self.output

    @cached_property
    def is_folder(self) -> bool:
        """Whether the output is a folder, which may not exist yet."""
        ends_in_slash = self.output.endswith(("/", os.sep))
        return ends_in_slash or (not self.is_template and os.path.isdir(self.output))

    @cached_property
    def is_template(self) -> bool:
        """Whether the output contains a word such as `{stem}`."""
        return bool(WORD.search(self.output))

    @property
    def fixed_folder(self) -> str | None:
        """The folder that contains all outputs, if the command names one; else None."""
        if self.is_folder:
            return self.output
        word = WORD.search(self.output)
        return os.path.dirname(self.output[: word.start()]) or None if word else None

    def path(self, source: Source, recipe: Recipe) -> str:
        """Return the output's path for an input and a recipe; CommandError for an unknown word."""
        if self.output == STREAM:
            return STREAM
        path = "stdin.png" if source.path == STREAM else source.path
        stem, suffix = split_name(path)
        suffix = suffix if self.format is None else OUTPUT_FORMATS[self.format].suffixes[0]
        output = self.output
        if self.is_template:
            output = self._fill(source, path, {"stem": stem, "ext": suffix[1:]}, recipe)
        if self.is_folder:
            below = "" if self.base and "{parent}" in self.output else source.relative_folder
            return os.path.join(output, below, stem + suffix)
        return output

    def _fill(self, source: Source, path: str, names: dict[str, str], recipe: Recipe) -> str:
        from pathlib import PurePath

        words = dict(recipe.words)
        # Values as typed may contain slashes (1/9, masks/edge.txt), which would make folders.
        words = {key: re.sub(r"[/\\]", "_", text) for key, text in words.items()}
        parent = source.relative_folder or os.curdir if self.base else str(PurePath(path).parent)
        words |= names | {"parent": parent}

        def replace_word(match: re.Match[str]) -> str:
            word = match[1].replace("-", "_")
            if word not in words:
                known = ", ".join(f"{{{name}}}" for name in words)
                raise CommandError(f"output: unknown word {match[0]}; known are {known}")
            return words[word]

        return WORD.sub(replace_word, self.output)


class InPlace(NamedTuple):
    """The target of `--in-place`: each output replaces its input. It has Target's interface."""

    format: str | None = None
    makes_folders: bool = False
    fixed_folder: str | None = None
    folder: str | None = None
    keeps_tree: bool = False

    def path(self, source: Source, recipe: Recipe) -> str:
        """Return the input's path; CommandError if its suffix names no format to write."""
        if source.path == STREAM:
            raise CommandError("--in-place: stdin can't be replaced; name files")
        # An input whose format is read, but not written, fails later as that input.
        if os.path.isfile(source.path) and split_name(source.path)[1].lower() not in READABLE:
            format_from_suffix(source.path)
        return source.path

    def unique(self, sources: Iterable[Source]) -> list[Source]:
        """Return the sources without further names, such as links, of the same file."""
        real = RealPathCache()
        first: dict[str, Source] = {}
        for source in sources:
            first.setdefault(real(source.path), source)
        return list(first.values())


def make_jobs(
    sources: Sequence[Source], target: Target | InPlace, recipes: Sequence[Recipe]
) -> list[Job]:
    """Return the jobs of a filter command: several recipes with one output make a figure.

    Parameters
    ----------
    sources : sequence of Source
        Paths, or `-` once.
    target : Target or InPlace
    recipes : sequence of Recipe
        Several if a parameter has several values.

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
            raise CommandError("--in-place: several values for a parameter make a figure; name it")
        sources = target.unique(sources)
    # The jobs of one recipe share its tuple, by which their record key is found.
    single_recipes = [(recipe,) for recipe in recipes]
    jobs = []
    for source in sources:
        numbers_by_path: dict[str, list[int]] = {}
        for number, recipe in enumerate(recipes):
            numbers_by_path.setdefault(target.path(source, recipe), []).append(number)
        for path, numbers in numbers_by_path.items():
            figure = len(numbers) > 1
            cells = tuple(recipes[n] for n in numbers) if figure else single_recipes[numbers[0]]
            obstacles = (source.obstacle,) if source.obstacle else ()
            makes_folder, format = target.makes_folders, target.format
            job = Job((source.path,), path, cells, figure, format, makes_folder, obstacles)
            jobs.append(job)
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
            raise CommandError(f"{printable_path(job.target)}: the output is one of the inputs")
        first = outputs.setdefault(name, job)
        if first is not job:
            names = f"{first.name} and {job.name}"
            hint = "" if target.makes_folders else "; name a folder, such as out/"
            output = printable_path(job.target)
            raise CommandError(f"{names} would have the same output, {output}{hint}")
        folder = os.path.dirname(job.target) or "."
        if job.target != STREAM and not target.makes_folders and not os.path.isdir(folder):
            missing = printable_path(folder)
            raise OutputError(f"{printable_path(job.target)}: there is no folder {missing}")
