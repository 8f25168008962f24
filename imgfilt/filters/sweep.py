"""Sweeps: several values for a parameter make several filters, each with its caption."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from ..errors import ParameterError
from ..numbers import exact, quoted, shortest
from ..parameters import MOST_VALUES
from .base import Filter


class Value(NamedTuple):
    """One value of a parameter: as typed, and as the parameter's kind holds it."""

    text: str
    held: Any


@dataclass(frozen=True)
class Variant:
    """One filter of a sweep.

    Attributes
    ----------
    filter : Filter
    words : mapping of str to str
        Every parameter that was given, as typed (a range's in shortest decimal form).
    caption : str
        What a figure calls it.
    across : int
        How many values the last of several swept parameters has: a row of their product; else 0.
    """

    filter: Filter
    words: Mapping[str, str]
    caption: str
    across: int = 0


def sweep(kind: type[Filter], given: Mapping[str, str | Value]) -> list[Variant]:
    """Return the filters that parameters make: their product, the last one fastest.

    Parameters
    ----------
    kind : type of Filter
    given : mapping of str to str or Value
        A text is parsed, and may be a list or a range; a Value is taken as it is.

    Raises
    ------
    ParameterError
        If a text can't be parsed, or there are more than 400 filters.
    """
    values = {
        p.name: [found] if isinstance(found, Value) else parse_values(p.kind, found, p.option)
        for p in kind.parameters()
        if (found := given.get(p.name)) is not None
    }
    product = list(itertools.islice(itertools.product(*values.values()), MOST_VALUES + 1))
    if len(product) > MOST_VALUES:
        raise ParameterError(f"more than {MOST_VALUES} combinations of the values given")
    # A caption names what is swept, or else all that was given; what is required, always.
    named = {
        parameter.name
        for parameter in kind.parameters()
        if parameter.required or len(values.get(parameter.name, ())) > 1
    }
    if len(product) == 1:
        named = set(values)
    counts = [len(choices) for choices in values.values() if len(choices) > 1]
    across = counts[-1] if len(counts) > 1 else 0
    variants = []
    for choice in product:
        chosen = dict(zip(values, choice, strict=True))
        filt = kind(**{name: value.held for name, value in chosen.items()})
        words = {name: value.text for name, value in chosen.items()}
        shown = {name: text for name, text in words.items() if name in named}
        variants.append(Variant(filt, words, filt.caption(shown), across))
    return variants


def parse_values(kind: Any, text: str, name: str) -> list[Value]:
    """Return the value or values that a text writes: `5`, `5,15,25` or `5:45:10` (inclusive).

    >>> [value.text for value in parse_values(Number(), "0.1:0.3:0.1", "--sigma")]
    ['0.1', '0.2', '0.3']
    """
    if not kind.sweeps:
        return [Value(text, kind.parse(text, name))]
    if ":" in text:
        return [Value(shortest(number), kind.check(number, name)) for number in _range(text, name)]
    words = [word.strip() for word in text.split(",")]
    if len(words) > MOST_VALUES:
        raise ParameterError(f"{name}: {len(words)} values; at most {MOST_VALUES}")
    return [Value(word, kind.parse(word, name)) for word in words]


def _range(text: str, name: str) -> list[Fraction]:
    numbers = [exact(word.strip()) for word in text.split(":")]
    if len(numbers) != 3 or None in numbers:
        raise ParameterError(f"{name}: {quoted(text)} is not a range START:STOP:STEP of numbers")
    start, stop, step = (number for number in numbers if number is not None)
    if step == 0 or (stop - start) * step < 0:
        raise ParameterError(f"{name}: the step of {quoted(text)} does not lead from start to stop")
    count = (stop - start) // step + 1
    if count > MOST_VALUES:
        raise ParameterError(f"{name}: {quoted(text)} has more than {MOST_VALUES} values")
    return [start + place * step for place in range(count)]
