"""Recipe: the filters that make an output, one after the other, and their caption."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from math import prod
from typing import Any

from ..errors import ParameterError
from ..parameters import MOST_VALUES
from ..pipeline.chain import Step
from ..pipeline.plan import output_offset


class Recipe:
    """The filters that make an image or a cell of a figure, one after the other.

    Attributes
    ----------
    steps : tuple of Step
        The filters with their options and captions; several in a chain.
    words : mapping
        The texts that `{name}` stands for in the template of an output.
    across : int
        How many cells a row has in a figure of two parameters with several values; else 0.
    caption, heading : str
        The filter's name in reports and messages, and its caption in a figure; by default those of
        the steps.
    """

    def __init__(
        self,
        steps: Iterable[Step],
        words: Mapping[str, str],
        across: int = 0,
        caption: str | None = None,
        heading: str | None = None,
    ):
        self.steps, self.words, self.across = tuple(steps), words, across
        captions = [step.caption for step in self.steps]
        headings = [step.heading or step.caption for step in self.steps]
        self.caption = " | ".join(captions) if caption is None else caption
        self.heading = " | ".join(headings) if heading is None else heading

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle_recipe, (self._pickled,)

    @cached_property
    def _pickled(self) -> bytes:
        return pickle.dumps((self.steps, self.words, self.across, self.caption, self.heading))

    def with_name(self, name: str, adds: bool = False) -> Recipe:
        """Return the recipe with a name that the user gave it.

        Parameters
        ----------
        name : str
        adds : bool
            Whether the name stands before the caption; by default it replaces the caption.
        """
        caption, heading = (
            f"{name}: {text}" if adds else name for text in (self.caption, self.heading)
        )
        return Recipe(self.steps, self.words, self.across, caption, heading)

    def with_numbers(self) -> Recipe:
        """Return the recipe for a grid of numbers, which are neither rounded nor clipped."""
        steps = [step._replace(options=replace(step.options, is_grid=True)) for step in self.steps]
        return Recipe(steps, self.words, self.across, self.caption, self.heading)

    @property
    def offset(self) -> tuple[int, int]:
        """The row and column of the result's first pixel in the input."""
        offsets = [output_offset(step.filter, step.options.border) for step in self.steps]
        top, left = map(sum, zip(*offsets, strict=True))
        return top, left

    @property
    def depth(self) -> str | None:
        """The depth of the result: a key of DEPTHS, or None for that of the input."""
        return self.steps[0].options.depth


@lru_cache(MOST_VALUES)
def _unpickle_recipe(pickled: bytes) -> Recipe:
    """Return the same recipe for each of the thousands of jobs that a process gets with it.

    So its filters compute their factors and other numbers only once.
    """
    return Recipe(*pickle.loads(pickled))


def chain_recipes(parts: Sequence[Sequence[Recipe]]) -> list[Recipe]:
    """Return the recipes that apply one recipe of each part, one after the other.

    Parameters
    ----------
    parts : sequence of sequence of Recipe
        The recipes of a part differ in the values of swept parameters. The last part varies
        fastest.

    Returns
    -------
    list of Recipe
        The depth of the first step and the region of the last one are those of the recipe. A word
        of several steps has the texts of all, joined by `-`.

    Raises
    ------
    ParameterError
        If there are more than 400 combinations.
    """
    if len(parts) == 1:
        return list(parts[0])
    if prod(map(len, parts)) > MOST_VALUES:
        raise ParameterError(f"more than {MOST_VALUES} combinations of the values given")
    swept = [part for part in parts if len(part) > 1]
    across = swept[-1][0].across or len(swept[-1]) if len(swept) > 1 else 0
    if len(swept) == 1:
        across = swept[0][0].across
    return [_chain(recipes, across) for recipes in itertools.product(*parts)]


def _chain(recipes: Sequence[Recipe], across: int) -> Recipe:
    steps = [step for recipe in recipes for step in recipe.steps]
    for number, step in enumerate(steps):
        depth = step.options.depth if number == 0 else None
        region = step.options.region if number == len(steps) - 1 else ()
        steps[number] = step._replace(options=replace(step.options, depth=depth, region=region))
    texts: dict[str, list[str]] = {}
    for recipe in recipes:
        for name, text in recipe.words.items():
            texts.setdefault(name, []).append(text)
    return Recipe(steps, {name: "-".join(values) for name, values in texts.items()}, across)
