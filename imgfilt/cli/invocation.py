"""Invocation: what a command line asks for, as the rules for its options see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..batch import Job, Recipe
from .command_options import CommandOptions


class Invocation(NamedTuple):
    """A command line: its options, and the recipes and jobs made from the options.

    Attributes
    ----------
    options : CommandOptions
        The values of the options.
    inputs, sources : sequence of str
        The inputs as typed or listed, and the files that are found for the inputs.
    recipes : sequence of Recipe
        The filters, with their captions.
    jobs : sequence of Job
        The jobs; empty if nothing is written.
    """

    options: CommandOptions
    inputs: Sequence[str]
    sources: Sequence[str]
    recipes: Sequence[Recipe]
    jobs: Sequence[Job]


Rule = Callable[[Invocation], str | None]  # returns why an option has no effect, or None
