"""Targets: the file, folder or template that `-o` names, or `--in-place`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from ..errors import CommandError, Note
from ..files import (
    STREAM,
    RealPathCache,
    describe_file,
    printable_path,
    quote_for_shell,
    split_name,
)
from ..image import OUTPUT_FORMATS, READABLE, format_from_suffix
from .inputs import Source
from .job_format import find_format_key
from .recipe import Recipe
from .template import WORD, counts_frames, fill_template


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
            message = "output '': wanted a file, a folder, a template or -"
            raise CommandError(message, parameters=("output",))
        if self.output == STREAM or self.is_folder:
            return
        suffix, name = os.path.splitext(self.output)[1], printable_path(self.output)
        if WORD.search(suffix) or (not suffix and self.format is not None):
            return
        if not suffix:
            self._refuse_without_suffix(name)
        by_suffix = format_from_suffix(self.output)
        if self.format is not None and by_suffix is not OUTPUT_FORMATS[self.format]:
            said = Note(f"format says {OUTPUT_FORMATS[self.format].label}", ("format",))
            raise CommandError(said.after(f"{name}: its suffix says {by_suffix.label}, but "))

    def _refuse_without_suffix(self, name: str) -> None:
        """Raise CommandError for an output without a suffix, and say what may be meant."""
        key, _, stream = self.output.partition(":")
        if stream == STREAM and (format := find_format_key(key)):
            message, way = f"output {name}: is no file", f"-f {format} -o - writes to stdout"
            raise CommandError(message, parameters=("output",), hint=way)
        if self.output.endswith("{ext}"):
            wanted = quote_for_shell(f"{self.output.removesuffix('{ext}')}.{{ext}}")
            raise CommandError(f"{name}: {{ext}} has no dot; wanted {wanted}")
        if (kind := describe_file(self.output)) not in (None, "a regular file"):
            way = f"-f png -o - > {quote_for_shell(self.output)} writes to it"
            raise CommandError(f"{name}: is {kind}, not a regular file", hint=way)
        file, folder = (quote_for_shell(self.output + end) for end in (".png", "/"))
        example = f"{file} or, for a folder, {folder}"
        raise CommandError(f"{name}: a suffix is missing; wanted such as {example}")

    @property
    def counts_frames(self) -> bool:
        """Whether every frame or page of an input becomes an output of its own."""
        return counts_frames(self.output)

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

    def path(self, source: Source, recipe: Recipe, index: int = 1, frame: int | None = None) -> str:
        """Return the output's path for an input and a recipe; CommandError for an unknown word.

        Parameters
        ----------
        source : Source
        recipe : Recipe
        index : int
            The input's number, from 1.
        frame : int, optional
            The number of the input's frame, from 0.
        """
        if self.output == STREAM:
            return STREAM
        path = "stdin.png" if source.path == STREAM else source.path
        stem, suffix = split_name(path)
        suffix = suffix if self.format is None else OUTPUT_FORMATS[self.format].suffixes[0]
        output = self.output
        if self.is_template:
            words = {"stem": stem, "ext": suffix[1:], "parent": self._parent(source, path)}
            numbers = {"index": index, "frame": frame or 0}
            output = fill_template(self.output, words, numbers, recipe.words)
        if self.is_folder:
            below = "" if self.base and "{parent}" in self.output else source.relative_folder
            return os.path.join(output, below, stem + suffix)
        return output

    def _parent(self, source: Source, path: str) -> str:
        """Return the folder that `{parent}` stands for."""
        from pathlib import PurePath

        return source.relative_folder or os.curdir if self.base else str(PurePath(path).parent)


class InPlace(NamedTuple):
    """The target of `--in-place`: each output replaces its input. It has Target's interface."""

    format: str | None = None
    makes_folders: bool = False
    fixed_folder: str | None = None
    folder: str | None = None
    keeps_tree: bool = False
    counts_frames: bool = False

    def path(self, source: Source, recipe: Recipe, index: int = 1, frame: int | None = None) -> str:
        """Return the input's path; CommandError if its suffix names no format to write.

        Parameters
        ----------
        source, recipe, index, frame
            As for a Target.
        """
        if source.path == STREAM:
            message = "in_place: stdin can't be replaced; name files"
            raise CommandError(message, parameters=("in_place",))
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
