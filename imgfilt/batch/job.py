"""Job: the inputs of one output, the filters that make it, and their names in messages."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from ..files import printable_path
from ..filters import Filter
from ..pipeline.options import Options, Progress

STREAM = "-"  # stdin as an input, stdout as an output

# Called with a descriptor of the output before it takes its name; see files.atomic_write.
OnComplete = Callable[[int], None]


class Step:
    """A filter with its options, its values in output templates, and its caption.

    Attributes
    ----------
    filter : Filter
        The filter that the step applies.
    options : Options
        The options of the filter's run.
    words : mapping
        The texts that `{name}` stands for in the template of an output.
    caption : str
        The filter's caption in a figure, also its name in reports.
    across : int
        How many cells a row has in a figure of two parameters with several values; else 0.
    """

    def __init__(
        self,
        filter: Filter,
        options: Options,
        words: Mapping[str, str],
        caption: str,
        across: int = 0,
    ):
        self.filter, self.options, self.words = filter, options, words
        self.caption, self.across = caption, across

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle_step, (self._pickled,)

    @cached_property
    def _pickled(self) -> bytes:
        fields = self.filter, self.options, self.words, self.caption, self.across
        return pickle.dumps(fields)


@lru_cache
def _unpickle_step(pickled: bytes) -> Step:
    """Return the same step for each of the thousands of jobs that a process gets with it.

    So its filter computes its factors and other numbers only once.
    """
    return Step(*pickle.loads(pickled))


class Job(NamedTuple):
    """One output, and how it is made.

    Attributes
    ----------
    sources : tuple of str
        Paths, or `-`; several only for a figure, which has a row for each.
    target : str
        A path, or `-`.
    steps : tuple of Step
        One for an image; a figure has a cell for each.
    figure : bool
        Whether the output is a figure of the steps side by side.
    format : str, optional
        A key of FORMATS; by default the target's suffix decides.
    makes_folder : bool
        Whether a missing folder of the target is made.
    obstacles : tuple of str or None
        For each source why it can't be read, or None if no reason is known yet; may be empty.
    """

    sources: tuple[str, ...]
    target: str
    steps: tuple[Step, ...]
    figure: bool = False
    format: str | None = None
    makes_folder: bool = False
    obstacles: tuple[str | None, ...] = ()

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
        """Return input, output and filter as JSON reports have them."""
        filters = [step.caption for step in self.steps]
        return {
            "input": self.sources[0] if len(self.sources) == 1 else list(self.sources),
            "output": self.target,
            "filter": filters[0] if len(filters) == 1 else filters,
        }


def source_name(source: str) -> str:
    """Return an input as messages call it."""
    return "stdin" if source == STREAM else printable_path(source) or "''"


def progress_of_part(progress: Progress, number: int, count: int) -> Progress:
    """Return the Progress of one of several equal parts.

    Parameters
    ----------
    progress : callable
        The Progress of all parts together.
    number : int
        How many parts are done before this one.
    count : int
        The number of parts.
    """
    return lambda share: progress((number + share) / count)
