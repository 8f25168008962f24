"""Pairs: which inputs go to which output, decided and checked before the first is read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import CommandError, OutputError
from ..files import RealNames, displayed
from ..image import FORMATS, READABLE, format_of
from .job import STREAM, Job, Step
from .sources import Source

# `{size:03}` is a word, too: one that is refused, not a part of a file's name.
WORD = re.compile(r"\{([A-Za-z][^{}]*)\}")


@dataclass(frozen=True)
class Target:
    """What `-o` and `-f` say: a file, a folder, a template or stdout.

    With `base` the word `{parent}` is a source's folder below `--base`.
    """

    output: str
    format: str | None = None
    base: bool = False

    def __post_init__(self) -> None:
        if not self.output:
            raise CommandError("-o '': wanted a file, a folder, a template or -")
        if self.output == STREAM or self.is_folder:
            return
        suffix = os.path.splitext(self.output)[1]
        if WORD.search(suffix) or (not suffix and self.format is not None):
            return
        said = format_of(self.output)
        if self.format is not None and said is not FORMATS[self.format]:
            raise CommandError(
                f"{displayed(self.output)}: its suffix says {said.label}, "
                f"but -f says {FORMATS[self.format].label}"
            )

    @property
    def makes_folders(self) -> bool:
        """Whether missing folders are made: not for a file that is named outright."""
        return self.is_folder or self.is_template

    @property
    def names_format(self) -> bool:
        """Whether the format is the same for all inputs, and named by the suffix."""
        takes_suffix = self.is_folder or "{ext}" in self.output
        return self.format is None and self.output != STREAM and not takes_suffix

    @property
    def folder(self) -> str | None:
        """The folder that all outputs keep their names in, where the output is one."""
        return self.output if self.is_folder and not self.is_template else None

    @property
    def keeps_tree(self) -> bool:
        """Whether outputs lie in folders named after those of the inputs."""
        return self.is_folder or "{parent}" in self.output

    @property
    def is_folder(self) -> bool:
        """Whether the output is a folder, there already or to be made."""
        ends = self.output.endswith(("/", os.sep))
        return ends or (not self.is_template and os.path.isdir(self.output))

    @property
    def is_template(self) -> bool:
        """Whether the output's name holds `{words}`."""
        return bool(WORD.search(self.output))

    @property
    def fixed_folder(self) -> str | None:
        """The folder that all outputs are in, where there is one that all inputs needn't be in."""
        if self.is_folder:
            return self.output
        word = WORD.search(self.output)
        return os.path.dirname(self.output[: word.start()]) or None if word else None

    def path(self, source: Source, step: Step) -> str:
        """Return the output of a step on an input; CommandError names an unknown word."""
        if self.output == STREAM:
            return STREAM
        name = Path("stdin.png" if source.path == STREAM else source.path)
        suffix = name.suffix if self.format is None else FORMATS[self.format].suffixes[0]
        output = self._filled(source, name, suffix, step) if self.is_template else self.output
        if self.is_folder:
            below = "" if self.base and "{parent}" in self.output else source.relative_folder
            return os.path.join(output, below, name.stem + suffix)
        return output

    def _filled(self, source: Source, name: Path, suffix: str, step: Step) -> str:
        words = dict(step.words)
        # What is typed may hold separators (1/9, masks/edge.txt): they'd make folders.
        words = {key: re.sub(r"[/\\]", "_", text) for key, text in words.items()}
        parent = source.relative_folder or os.curdir if self.base else str(name.parent)
        words |= {"stem": name.stem, "ext": suffix.removeprefix("."), "parent": parent}

        def fill(found: re.Match[str]) -> str:
            word = found[1].replace("-", "_")
            if word not in words:
                known = ", ".join(f"{{{known}}}" for known in words)
                raise CommandError(f"output: unknown word {found[0]}; known are {known}")
            return words[word]

        return WORD.sub(fill, self.output)


def format_key(text: str) -> str:
    """Return the key of FORMATS that `-f` names, by key or suffix; CommandError for others."""
    for key, form in FORMATS.items():
        if text.lower() == key or f".{text.lower()}" in form.suffixes:
            return key
    raise CommandError(f"-f {displayed(text)}: wanted one of {', '.join(FORMATS)}")


@dataclass(frozen=True)
class InPlace:
    """Every input's own place: what `--in-place` says instead of `-o`."""

    format: str | None = None
    makes_folders: bool = False
    names_format: bool = False
    fixed_folder: str | None = None
    folder: str | None = None
    keeps_tree: bool = False

    def path(self, source: Source, step: Step) -> str:
        """Return the input's path; CommandError where its format isn't known by its name."""
        if source.path == STREAM:
            raise CommandError("--in-place: stdin can't be replaced; name files")
        # What is read, but not written, fails when its turn comes.
        if os.path.isfile(source.path) and Path(source.path).suffix.lower() not in READABLE:
            format_of(source.path)
        return source.path

    def once(self, sources: Iterable[Source]) -> list[Source]:
        """Return sources without those that lead to the place of another."""
        real = RealNames()
        first: dict[str, Source] = {}
        for source in sources:
            first.setdefault(real(source.path), source)
        return list(first.values())


def decide(sources: Sequence[Source], target: Target | InPlace, steps: Sequence[Step]) -> list[Job]:
    """Return the jobs of a filter command: the steps that share an output make a figure of it.

    Parameters
    ----------
    sources : sequence of Source
        Paths, or `-` once.
    target : Target or InPlace
    steps : sequence of Step
        Several for a sweep.

    Raises
    ------
    CommandError
        If two inputs share an output, an output is one of the inputs, or a figure would take an
        input's place, or a format that can't hold one.
    OutputError
        If the folder of a file target is missing.
    """
    if target.names_format and sources:
        format_of(target.path(sources[0], steps[0]))
    if isinstance(target, InPlace):
        if len(steps) > 1:
            raise CommandError("--in-place: several values for a parameter make a figure; name it")
        sources = target.once(sources)
    # Of a sweep to files each step is a job of its own, and shares its tuple with those of others.
    alone = [(step,) for step in steps]
    jobs = []
    for source in sources:
        shared: dict[str, list[int]] = {}
        for number, step in enumerate(steps):
            shared.setdefault(target.path(source, step), []).append(number)
        for path, numbers in shared.items():
            cells = alone[numbers[0]] if len(numbers) == 1 else tuple(steps[n] for n in numbers)
            figure = len(numbers) > 1
            jobs.append(
                Job(
                    (source.path,),
                    path,
                    cells,
                    figure,
                    target.format,
                    target.makes_folders,
                    (source.obstacle,) if source.obstacle else (),
                )
            )
    check(jobs, target)
    return jobs


def _check_figure(jobs: Sequence[Job], target: Target) -> None:
    """Raise CommandError for a figure in a format that can't hold one, if the command names it."""
    figure = next((job for job in jobs if job.figure), None)
    if figure is None or not (target.format or target.names_format):
        return
    form = FORMATS[target.format] if target.format else format_of(figure.target)
    if obstacle := form.supports_figure():
        raise CommandError(f"{figure.target_name}: {obstacle}")


def check(jobs: Sequence[Job], target: Target | InPlace) -> None:
    """Raise an error where jobs can't all be done: see decide."""
    if isinstance(target, InPlace):
        return
    _check_figure(jobs, target)
    real = RealNames()

    def named(path: str) -> str:
        # Case folds where the system's file names do.
        return path if path == STREAM else os.path.normcase(real(path))

    inputs = {named(source) for job in jobs for source in job.sources}
    outputs: dict[str, Job] = {}
    for job in jobs:
        name = named(job.target)
        if job.target != STREAM and name in inputs:
            raise CommandError(f"{displayed(job.target)}: the output is one of the inputs")
        first = outputs.setdefault(name, job)
        if first is not job:
            names = f"{first.name} and {job.name}"
            hint = "" if target.makes_folders else "; name a folder, such as out/"
            raise CommandError(f"{names} would have the same output, {displayed(job.target)}{hint}")
        folder = os.path.dirname(job.target) or "."
        if job.target != STREAM and not target.makes_folders and not os.path.isdir(folder):
            raise OutputError(f"{displayed(job.target)}: there is no folder {displayed(folder)}")
