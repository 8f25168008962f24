"""Find the SPEC that a text, or the words and options of a command line, were meant to be."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from ..filters import FILTERS
from ..numbers import DECIMAL
from .options import filter_options, step_options
from .spec_text import find_spec
from .synonyms import MAIN_OPTIONS
from .words import Part, add_dash

_STEP = re.compile(r"\s*([A-Za-z][\w-]*)\s*(?:\((.*)\)|:(.*)|\s(.*)|)\s*", re.DOTALL)
_PAIR = re.compile(r"(?:--)?([A-Za-z][\w-]*)\s*[=:]\s*(.+)")


def all_step_options() -> list[click.Parameter]:
    """Return the options of all filters in a SPEC."""
    return [option for name in FILTERS for option in _step_options(name)]


def _step_options(name: str) -> list[click.Parameter]:
    return [*filter_options(FILTERS[name]), *step_options(FILTERS[name])]


def _option_names(name: str) -> set[str]:
    return {word for option in _step_options(name) for word in option.opts}


def quote_specs(parts: Sequence[Part], first: str = "", command: str = "chain") -> list[str]:
    """Return the inputs, a word for each filter with its options, and the other options.

    Parameters
    ----------
    parts : sequence of Part
        A filter's name begins a SPEC; the filter's own options after it belong to it.
    first : str
        The filter before the first part; "" if there is none.
    command : str
        In `chain` filters need no `|` between them.
    """
    import shlex  # late: few commands need it

    inputs, options = list[str](), list[str]()
    specs = [[first]] if first else []
    own = _option_names(first) if first else set()
    is_joined = False
    for part in parts:
        if part.words == ("|",):
            is_joined = command != "chain" and bool(specs)
        elif part.words[0] in FILTERS:
            own = _option_names(part.words[0])
            if is_joined:
                specs[-1] += ["|", part.words[0]]
            else:
                specs.append([part.words[0]])
            is_joined = False
        elif not part.option:
            inputs += part.words
        elif add_dash(part.option) in own or part.option[:2] in own:
            name, *value = part.words
            specs[-1] += [add_dash(name), *value]
        else:
            options += part.words
    texts = (
        " ".join(word if word == "|" else shlex.quote(word) for word in spec) for spec in specs
    )
    return [*inputs, *texts, *options]


def move_into_specs(parts: Sequence[Part], known: set[str]) -> list[str] | None:
    """Return the words with the options that only a SPEC holds in each SPEC that may hold them.

    Parameters
    ----------
    parts : sequence of Part
    known : set of str
        The options of the command.

    Returns
    -------
    list of str or None
        None if there is an option that no SPEC may hold, or that one holds already.
    """
    import shlex  # late: few commands need it

    moved = [part for part in parts if part.option and add_dash(part.option) not in known]
    words, used = list[str](), set[str]()
    for part in parts:
        spec = None if part.option else find_spec(part.words[0])
        if spec is None:
            words += () if part in moved else part.words
            continue
        steps = []
        for _, step in spec.split():
            filter_name, *given = shlex.split(step)
            options = _step_options(filter_name) if filter_name in FILTERS else []
            names = {name: set(option.opts) for option in options for name in option.opts}
            fitting = [other for other in moved if add_dash(other.option) in names]
            if any(names[add_dash(other.option)] & {*given} for other in fitting):
                return None
            used |= {other.option for other in fitting}
            steps.append(" ".join([step, *(shlex.join(other.words) for other in fitting)]))
        words.append(spec.text[: spec.start] + " | ".join(steps))
    return words if used == {part.option for part in moved} else None


def suggest_spec(text: str) -> str | None:
    """Return the SPEC that a text such as `Median(3)` or `median 3, blur` means, or None.

    >>> suggest_spec("median(3)"), suggest_spec("A: Median size=3")
    ('median --size 3', 'A=median --size 3')
    >>> suggest_spec("median --size 3, gaussian --sigma 1")
    'median --size 3 | gaussian --sigma 1'
    """
    filters = "|".join(FILTERS)
    name, colon, rest = text.partition(":")
    if colon and re.match(rf"\s*(?:{filters})\b", rest, re.IGNORECASE):
        found = suggest_spec(rest)
        return found and f"{name.strip()}={found}"
    steps = re.split(rf"\s*[,;|]\s*(?=(?:{filters})\b)", text, flags=re.IGNORECASE)
    found_steps = [_suggest_step(step) for step in steps]
    return " | ".join(filter(None, found_steps)) if all(found_steps) else None


def _suggest_step(text: str) -> str | None:
    """Return a filter with its options for a text that is much like one, or None."""
    match = _STEP.fullmatch(text)
    import shlex  # late: few commands need it

    name = match[1].lower() if match else ""
    if match is None or name not in FILTERS:
        return None
    try:
        words = shlex.split(next(filter(None, match.groups()[1:]), ""))
    except ValueError:
        return None
    if not any(word.startswith("-") for word in words):
        words = [word for given in words for word in given.split(",") if word]
    own, made = _option_names(name), [name]
    for number, given in enumerate(words):
        if given.startswith("-"):
            made += words[number:]
            break
        pair = _PAIR.fullmatch(given)
        option = f"--{pair[1].replace('_', '-')}" if pair else MAIN_OPTIONS.get(name, "")
        value = pair[2] if pair else given
        if option not in own or option in made or not DECIMAL.match(value):
            return None
        made += [option, value]
    return shlex.join(made)
