"""Answer an option that doesn't exist, or is given twice, by what was meant."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import click

from ..errors import CommandError
from ..files import printable_path
from ..filters import FILTERS
from ..spelling import nearest_word
from .click_classes import long_name, takes_value
from .options import filter_options, step_options
from .spec_answers import all_step_options, move_into_specs, quote_specs
from .synonyms import DESTRUCTIVE, OPTIONS
from .typed_command import answer
from .words import Part, add_dash, split_words


def answer_option(ctx: click.Context, args: Sequence[str], name: str) -> CommandError:
    """Return the error for an unknown option of a command, or of a SPEC.

    Parameters
    ----------
    ctx : click.Context
        The command's; without a parent it is a SPEC's, whose error has no command to run.
    args : sequence of str
        The words after the command's name.
    name : str
        The option.
    """
    takes_specs = ctx.command.name in ("compare", "chain")
    of_specs = all_step_options() if takes_specs else []
    parts = split_words(args, [*of_specs, *ctx.command.params])
    path = ctx.command_path.split()
    message, words = _answer_option(ctx.command, parts, name)
    if words is None:
        words = ["--help"]
    elif words[0] in FILTERS:
        path = path[:-1]
    else:
        words = _replace_unknown(ctx.command, words)
    return answer(message, [*path, *words] if ctx.parent is not None else None)


def _replace_unknown(command: click.Command, words: list[str]) -> list[str]:
    """Return the words with what other unknown options seem to mean, so that they can be run."""
    known = {word for option in command.params for word in option.opts}
    for name in [part.option for part in split_words(words, command.params)]:
        if add_dash(name).startswith("--") and name not in known:
            _, better = _answer_option(command, split_words(words, command.params), name)
            words = better or words
    return words


def _answer_option(
    command: click.Command, parts: Sequence[Part], name: str
) -> tuple[str, list[str] | None]:
    """Return a message, and the words after the command's name; None if none are known.

    The words may begin with the name of another command.
    """
    message = f"no option {printable_path(name)}"
    options = {word: option for option in command.params for word in option.opts}
    if command.name in ("compare", "chain"):
        if any(part.words[0] in FILTERS for part in parts):
            why = "a filter and its options stand in quotes, such as 'median --size 3'"
            return f"{message}; {why}", quote_specs(parts, command=command.name)
        if words := move_into_specs(parts, set(options)):
            return f"{printable_path(name)} stands inside the SPEC", words
    if all(part.option != name for part in parts):
        return message, None  # it is one of several letters
    value = next(part.value for part in parts if part.option == name)
    long = add_dash(name)
    if long in options:
        return f"{message}; did you mean {long}?", _replace(parts, name, [long])
    for target, why, convert in OPTIONS.get(long, ()):
        option, *values = target.split() or [""]
        if option and not (option in options and _fits(options[option], values)):
            continue
        if convert is not None and value is not None and (value := convert(value)) is None:
            value = next(part.value for part in parts if part.option == name)
            continue
        if option and not values and value is None and takes_value(options[option]):
            return f"{message}; {why or f'did you mean {option}?'}", None
        new = [option, *(values or ([] if value is None else [value]))] if option else []
        said = why or f"did you mean {' '.join(new)}?"
        return f"{message}{':' if why else ';'} {said}", _replace(parts, name, new)
    if able := _find_filters(command, long):
        words = [word for part in parts for word in part.words]
        return f"{command.name} has no {name}; {_join_names(able)}", _use_filter(able[0], words)
    near = nearest_word(long, options.keys() - DESTRUCTIVE) or _find_prefix(long, options)
    if near is None:
        return message, None
    return f"{message}; did you mean {near}?", _replace(parts, name, [near])


def _fits(option: click.Parameter, values: Sequence[str]) -> bool:
    """Return whether an option takes certain values."""
    try:
        return all(option.type.convert(value, option, None) is not None for value in values)
    except (click.BadParameter, CommandError):
        return False


def _find_filters(command: click.Command, name: str) -> list[str]:
    """Return the other filters that have an option; none if the command is no filter."""
    if command.name not in FILTERS:
        return []
    return [
        other
        for other, kind in FILTERS.items()
        if any(name in option.opts for option in (*filter_options(kind), *step_options(kind)))
    ]


def _join_names(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last} have" if others else f"{last} has"


def _use_filter(name: str, words: Sequence[str]) -> list[str]:
    """Return a filter's name and the words; with its help if an option that it needs is missing."""
    needed = [option for option in filter_options(FILTERS[name]) if option.required]
    is_whole = all(set(option.opts) & set(words) for option in needed)
    return [name, *words] if is_whole else [name, "--help"]


def _find_prefix(name: str, options: Mapping[str, click.Parameter]) -> str | None:
    """Return the only long option that begins with some letters, or None."""
    found = [option for option in options if option.startswith(name) and len(name) > 4]
    return found[0] if len(found) == 1 and found[0] not in DESTRUCTIVE else None


def _replace(parts: Sequence[Part], name: str, new: Sequence[str]) -> list[str]:
    """Return the words of the parts with an option replaced; a name alone keeps its value."""
    words: list[str] = []
    for part in parts:
        if part.option != name:
            words += part.words
        elif len(new) == 1 and part.value is not None:
            words += [*new, part.value]
        else:
            words += new
    return words


def answer_repeated(
    ctx: click.Context, args: Sequence[str], option: click.Parameter
) -> CommandError:
    """Return the error for an option that takes one value and is given several times.

    Parameters
    ----------
    ctx : click.Context
        The command's.
    args : sequence of str
        The words after the command's name.
    option : click.Parameter
    """
    command, name = ctx.command.name or "", long_name(option)
    if (error := answer_second_filter(ctx, args)) is not None:
        return error
    parts = split_words(args, ctx.command.params)
    values = [part.value or "" for part in parts if part.option in option.opts]
    times = "twice" if len(values) < 3 else f"{len(values)} times"
    message = f"{name}: given {times}; it takes one value"
    kinds = FILTERS[command].parameters() if command in FILTERS else []
    if not any(parameter.option == name and parameter.kind.sweeps for parameter in kinds):
        return CommandError(message)
    is_first, words = True, ctx.command_path.split()
    for part in parts:
        if part.option not in option.opts:
            words += part.words
        elif is_first:
            words += [name, ",".join(values)]
            is_first = False
    return answer(f"{message}; a list makes a figure", words if ctx.parent is not None else None)


def answer_second_filter(ctx: click.Context, args: Sequence[str]) -> CommandError | None:
    """Return the error for the name of a filter among the inputs of a filter, or None."""
    name = ctx.command.name or ""
    if name not in FILTERS or ctx.parent is None:
        return None
    parts = split_words(args, ctx.command.params)
    inputs = [part.words[0] for part in parts if not part.option]
    others = [word for word in inputs if word in FILTERS and not os.path.lexists(word)]
    if not others or len(others) == len(inputs):
        return None
    message = f"{1 + len(others)} filters in one command: {', '.join([name, *others])}"
    return answer(message, ["imgfilt", "chain", *quote_specs(parts, name)])
