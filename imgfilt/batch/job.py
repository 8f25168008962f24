"""Job: the inputs of one output, the recipes that make it, and their names in messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..files import STREAM, printable_path, source_name
from .options import JobOptions
from .recipe import Recipe

# Called with a descriptor of the output before it takes its name; see files.atomic_write.
OnComplete = Callable[[int], None]


class Job(NamedTuple):
    """One output, and how it is made.

    Attributes
    ----------
    sources : tuple of str
        Paths, or `-`; several only for a figure, which has a row for each.
    target : str
        A path, or `-`.
    recipes : tuple of Recipe
        One for an image; a figure has a cell for each.
    figure : bool
        Whether the output is a figure of the recipes side by side.
    format : str, optional
        A key of OUTPUT_FORMATS; by default the target's suffix decides.
    makes_folder : bool
        Whether a missing folder of the target is made.
    obstacles : tuple of str or None
        For each source why it can't be read, or None if no reason is known yet; may be empty.
    names : tuple of str
        For each source of a figure the name that the user gave it, or ""; may be empty.
    frame : int, optional
        The frame to read; by default the options choose it.
    """

    sources: tuple[str, ...]
    target: str
    recipes: tuple[Recipe, ...]
    figure: bool = False
    format: str | None = None
    makes_folder: bool = False
    obstacles: tuple[str | None, ...] = ()
    names: tuple[str, ...] = ()
    frame: int | None = None

    def adapt(self, options: JobOptions) -> JobOptions:
        """Return the options that all jobs share with those of this job."""
        return options if self.frame is None else options._replace(frame=self.frame)

    @property
    def name(self) -> str:
        """The first input as messages call it."""
        return source_name(self.sources[0])

    @property
    def is_in_place(self) -> bool:
        """Whether the output replaces the input."""
        return self.target == self.sources[0] != STREAM

    @property
    def has_stream(self) -> bool:
        """Whether an input is stdin or the output is stdout."""
        return STREAM in (self.target, *self.sources)

    @property
    def target_name(self) -> str:
        """The output as messages call it."""
        return "stdout" if self.target == STREAM else printable_path(self.target)

    def to_dict(self) -> dict[str, Any]:
        """Return input, output, filter and its steps as JSON reports have them.

        Of a figure, `filter` and `steps` are lists, with an item for each cell.
        """
        filters = [recipe.caption for recipe in self.recipes]
        steps = [[step.filter.to_dict() for step in recipe.steps] for recipe in self.recipes]
        return {
            "input": self.sources[0] if len(self.sources) == 1 else list(self.sources),
            "output": self.target,
            "filter": filters[0] if len(filters) == 1 else filters,
            "steps": steps[0] if len(steps) == 1 else steps,
            **({} if self.frame is None else {"frame": self.frame}),
        }
