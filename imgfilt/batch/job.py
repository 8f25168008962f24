"""Job: one output, and all that goes into it. A job that exists can be tried."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any

from ..files import displayed
from ..filters import Filter
from ..pipeline.options import Options

STREAM = "-"  # stdin as an input, stdout as an output


@dataclass(frozen=True)
class Step:
    """A filter with its options, the words that templates know it by, and its caption.

    `across` is how many cells a row of its sweep's product has; 0 where it is none.
    """

    filter: Filter
    options: Options
    words: Mapping[str, str]
    caption: str
    across: int = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return _step_of, (self._pickled,)

    @cached_property
    def _pickled(self) -> bytes:
        return pickle.dumps(tuple(getattr(self, field.name) for field in fields(self)))


@lru_cache
def _step_of(pickled: bytes) -> Step:
    """Return a step, the same for each of the thousands of jobs that come to a process with it.

    What its filter has once worked out of its kernel is not worked out again.
    """
    return Step(*pickle.loads(pickled))


@dataclass(frozen=True, slots=True)
class Job:
    """What is made of which inputs.

    Attributes
    ----------
    sources : tuple of str
        Paths, or `-`; several only for a figure, a row each.
    target : str
        A path, or `-`.
    steps : tuple of Step
        One for a picture, a cell each for a figure.
    figure : bool
        Whether the output shows the steps side by side.
    format : str, optional
        A key of FORMATS; by default what the target's name says.
    makes_folder : bool
        Whether a missing folder of the target is made.
    obstacles : tuple of str or None
        Why each source will fail, where that is known; empty where it is known of none.
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
        """What messages call it: its first input."""
        return name_of(self.sources[0])

    @property
    def in_place(self) -> bool:
        """Whether the output takes the place of the input."""
        return self.target == self.sources[0] != STREAM

    @property
    def target_name(self) -> str:
        """What messages call its output."""
        return "stdout" if self.target == STREAM else displayed(self.target)


def name_of(source: str) -> str:
    """Return what messages call an input."""
    return "stdin" if source == STREAM else displayed(source) or "''"
