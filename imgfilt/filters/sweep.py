"""Sweeps: several values for a parameter make several filters, each with its caption."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import ParameterError
from ..parameters import MOST_VALUES, Value, parse_values
from .base import Filter


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
