"""Sweeps: several values of a parameter make several filters, each with its caption."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from ..errors import ParameterError
from ..numbers import format_shortest, parse_number, quote
from ..parameters import MOST_VALUES, Number, PerAxis
from .base import Filter
from .declaration import Parameter


class Value(NamedTuple):
    """One value of a parameter.

    Attributes
    ----------
    text : str
        The value as typed.
    value : object
        The parsed value.
    """

    text: str
    value: Any


class Variant(NamedTuple):
    """One filter of a sweep.

    Attributes
    ----------
    filter : Filter
        The filter with one combination of the values.
    texts : mapping of str to str
        Every parameter that was given, as typed; the values of a range in shortest decimal form.
    caption, heading : str
        The filter's name in reports and messages, and its caption in a figure.
    across : int
        How many values the last of several swept parameters has, the length of a row in a figure;
        0 if fewer than two parameters are swept.
    """

    filter: Filter
    texts: Mapping[str, str]
    caption: str
    heading: str
    across: int = 0


def sweep(kind: type[Filter], given: Mapping[str, Any]) -> list[Variant]:
    """Return a filter for each combination of values, the last parameter varying fastest.

    Parameters
    ----------
    kind : type of Filter
    given : mapping of str to str, tuple of str, bool or None
        A text, which may be a list or a range; the texts of a repeatable parameter; a flag.
        None, False and () are parameters that weren't given.

    Raises
    ------
    ParameterError
        If a text can't be parsed, or there are more than 400 filters.
    """
    values = {
        parameter.name: _parse(parameter, given[parameter.name])
        for parameter in kind.parameters()
        if given.get(parameter.name) not in (None, False, ())
    }
    product = list(itertools.islice(itertools.product(*values.values()), MOST_VALUES + 1))
    if len(product) > MOST_VALUES:
        raise ParameterError(f"more than {MOST_VALUES} combinations of the values given")
    # A caption names what is swept, or else all that was given; a required parameter always.
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
        filt = kind(**{name: value.value for name, value in chosen.items()})
        texts = {name: value.text for name, value in chosen.items()}
        shown = {name: text for name, text in texts.items() if name in named}
        variants.append(Variant(filt, texts, filt.caption(shown), filt.heading(shown), across))
    return variants


def _parse(parameter: Parameter, given: Any) -> list[Value]:
    if given is True:
        return [Value("true", True)]
    if parameter.kind.repeatable:
        return [Value(*parameter.kind.parse_all(given, parameter.option))]
    return parse_values(parameter.kind, given, parameter.option)


def parse_values(kind: Any, text: str, name: str) -> list[Value]:
    """Return the values of a text: `5`, `5,15,25` or `5:45:10` (inclusive).

    Parameters
    ----------
    kind : object
        The parameter's type, of imgfilt/parameters/.
    text : str
    name : str
        The parameter's name in errors.

    Examples
    --------
    >>> from imgfilt.parameters import Number
    >>> [value.text for value in parse_values(Number(), "0.1:0.3:0.1", "--sigma")]
    ['0.1', '0.2', '0.3']
    """
    if not kind.sweeps:
        return [Value(text, kind.parse(text, name))]
    if isinstance(kind, Number | PerAxis):
        _check_notation(text, name)
    if ":" in text:
        return [
            Value(format_shortest(number), kind.check(number, name))
            for number in _parse_range(text, name)
        ]
    words = [word.strip() for word in text.split(",")]
    if len(words) > MOST_VALUES:
        raise ParameterError(f"{name}: {len(words)} values; at most {MOST_VALUES}")
    return [Value(word, kind.parse(word, name)) for word in words]


def _check_notation(text: str, name: str) -> None:
    """Raise ParameterError for a range or a unit that is written as other programs write them."""
    if match := re.fullmatch(r"([0-9.]*[0-9])(?:\.\.\.?|-|\u2013)([0-9.]*[0-9])", text):
        start, stop = match.groups()
        wanted = f"a list is {start},{stop}"
        if example := _add_step(f"{start}:{stop}"):
            wanted += f", a range {example}"
        raise ParameterError(f"{name}: {quote(text)} is no number; {wanted}")
    if example := _add_step(text):
        raise ParameterError(f"{name}: {quote(text)}: a range has a step, such as {example}")
    bare = re.sub(r"(?<=[0-9]) ?(px|pixels?|%)(?=[x,: ]|$)", "", text)
    if bare != text and re.fullmatch(r"[0-9.x,:\s-]+", bare):
        wanted = "a number" if "%" in text else bare
        raise ParameterError(f"{name}: {quote(text)} has a unit; wanted {wanted} without one")


def _add_step(text: str) -> str | None:
    """Return a range START:STOP with a step that makes 2 to 20 values; None if it is no range.

    >>> [_add_step(text) for text in ("1:5", "5:45", "1:2", "2:0.5", "1:100", "3:3")]
    ['1:5:2', '5:45:10', '1:2:1', '2:0.5:-0.5', '1:100:99', None]
    """
    numbers = [parse_number(word.strip()) for word in text.split(":")]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None or numbers[0] == numbers[1]:
        return None
    length = numbers[1] - numbers[0]
    steps = [*map(Fraction, ("10", "2", "1", "1/2", "1/10")), abs(length)]
    step = next(step for step in steps if length % step == 0 and abs(length) / step < 20)
    return f"{text}:{format_shortest(step if length > 0 else -step)}"


def _parse_range(text: str, name: str) -> list[Fraction]:
    numbers = [parse_number(word.strip()) for word in text.split(":")]
    if len(numbers) != 3 or None in numbers:
        raise ParameterError(f"{name}: {quote(text)} is not a range START:STOP:STEP of numbers")
    start, stop, step = (number for number in numbers if number is not None)
    if step == 0 or (stop - start) * step < 0:
        raise ParameterError(f"{name}: the step of {quote(text)} does not lead from start to stop")
    count = (stop - start) // step + 1
    if count > MOST_VALUES:
        raise ParameterError(f"{name}: {quote(text)} has more than {MOST_VALUES} values")
    return [start + place * step for place in range(count)]
