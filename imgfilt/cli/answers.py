"""Answer a command or an option that doesn't exist: by its meaning, else by its letters."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from ..errors import CommandError
from ..files import printable_path
from ..filters import FILTERS
from ..kernel.preset_table import FORMULAS, list_preset_names
from ..spelling import nearest_word
from .click_classes import long_name
from .options import filter_options
from .synonyms import COMMAND_WORDS, DESTRUCTIVE, KERNEL_WORDS, OPTIONS
from .typed_command import answer
from .words import Part, quote_specs, split_words


def find_command(word: str) -> str | None:
    """Return the command line for a word such as `sharpen` or `denoise`, or None."""
    word = word.lower().replace("_", "-")
    if word in COMMAND_WORDS or word not in list_preset_names():
        return COMMAND_WORDS.get(word)
    arguments = f":{FORMULAS[word].example}" if word in FORMULAS else ""
    return f"convolve INPUT --kernel {word}{arguments}"


def answer_command(ctx: click.Context, args: Sequence[str]) -> CommandError:
    """Return the error for a word that is no command of a group.

    Parameters
    ----------
    ctx : click.Context
        The group's.
    args : sequence of str
        The words from the wrong one on.
    """
    word, *rest = args
    shown = printable_path(word)
    path = ctx.command_path.split()
    if ctx.parent is not None:
        line, message = KERNEL_WORDS.get(word), f"no command {' '.join(path[1:])} {shown}"
    else:
        line, message = find_command(word), f"no command {shown}"
        if os.path.lexists(word) and (name := next(filter(FILTERS.__contains__, rest), None)):
            rest.remove(name)
            return answer("the filter comes before the inputs", [*path, name, word, *rest])
    if line is not None:
        return answer(message, ["imgfilt", *_fill(line, rest, ctx.find_root())])
    near = nearest_word(word, _list_commands(ctx))
    if near is not None:
        return answer(f"{message}; did you mean {near}?", [*path, near, *rest])
    return answer(message, [*path, "--help"])


def _list_commands(ctx: click.Context) -> list[str]:
    return ctx.command.list_commands(ctx) if isinstance(ctx.command, click.Group) else []


def _fill(line: str, rest: Sequence[str], root: click.Context) -> list[str]:
    """Return the words of a command with those that were typed: first inputs, then options."""
    import shlex

    words = shlex.split(line)
    place = words.index("INPUT") if "INPUT" in words else len(words)
    command: click.Command | None = root.command
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(root, word)
    known = command.params if command else ()
    if not any(isinstance(parameter, click.Argument) for parameter in known):
        return words
    own, parts = split_words(words[place + 1 :], known), split_words(rest, known)
    given = {part.option for part in parts}
    inputs = next((n for n, part in enumerate(parts) if part.option), len(parts))
    before, after = parts[:inputs], parts[inputs:]
    head = words[:place]
    if "INPUT" in words and not rest:
        writes = any(parameter.name == "output" for parameter in known)
        before, after = [Part(("INPUT",))], [Part(("-o", "OUTPUT"))] if writes else []
    added = [part for part in own if not part.option or part.option not in given]
    return [*head, *(word for part in (*before, *added, *after) for word in part.words)]


def answer_group_option(ctx: click.Context, args: Sequence[str], name: str) -> CommandError:
    """Return the error for an unknown option before the command.

    Parameters
    ----------
    ctx : click.Context
        The group's.
    args : sequence of str
        The words after the group's name.
    name : str
        The option.
    """
    command = next((word for word in args if word in _list_commands(ctx)), None)
    if command is None or ctx.parent is not None:
        return answer(f"no option {printable_path(name)}", [ctx.command_path, "--help"])
    rest = list(args)
    rest.remove(command)
    shown = printable_path(name)
    return answer(f"{shown} stands after the command", [ctx.command_path, command, *rest])


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
    parts = split_words(args, ctx.command.params)
    path = ctx.command_path.split()
    message, words = _answer_option(ctx.command, parts, name)
    if words is None:
        words = ["--help"]
    elif words[0] in FILTERS:
        path = path[:-1]
    return answer(message, [*path, *words] if ctx.parent is not None else None)


def _answer_option(
    command: click.Command, parts: Sequence[Part], name: str
) -> tuple[str, list[str] | None]:
    """Return a message, and the words after the command's name; None if none are known.

    The words may begin with the name of another command.
    """
    message = f"no option {printable_path(name)}"
    options = {word: option for option in command.params for word in option.opts}
    value = next((part.value for part in parts if part.option == name), None)
    if command.name in ("compare", "chain") and any(part.words[0] in FILTERS for part in parts):
        why = "a filter and its options stand in quotes, such as 'median --size 3'"
        return f"{message}; {why}", quote_specs(parts)
    for target, why, convert in OPTIONS.get(name, ()):
        option, *values = target.split() or [""]
        if option not in options and option:
            continue
        if convert is not None and value is not None and (value := convert(value)) is None:
            value = next((part.value for part in parts if part.option == name), None)
            continue
        if option and not values and value is None and _takes_value(options[option]):
            return f"{message}; {why or f'did you mean {option}?'}", None
        new = [option, *(values or ([] if value is None else [value]))] if option else []
        said = why or f"did you mean {' '.join(new)}?"
        return f"{message}{':' if why else ';'} {said}", _replace(parts, name, new)
    if other := _find_filter(command, name):
        return f"{command.name} has no {name}; {other} has", [other, *_all_words(parts)]
    near = nearest_word(name, options.keys() - DESTRUCTIVE) or _find_prefix(name, options)
    if near is None:
        return message, None
    return f"{message}; did you mean {near}?", _replace(parts, name, [near])


def _takes_value(option: click.Parameter) -> bool:
    return isinstance(option, click.Option) and not option.is_flag and option.nargs == 1


def _find_filter(command: click.Command, name: str) -> str | None:
    """Return the only other filter that has a parameter, or None."""
    if command.name not in FILTERS:
        return None
    able = [
        other
        for other, kind in FILTERS.items()
        if any(name in option.opts for option in filter_options(kind))
    ]
    return able[0] if len(able) == 1 else None


def _find_prefix(name: str, options: Sequence[str] | dict[str, click.Parameter]) -> str | None:
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


def _all_words(parts: Sequence[Part]) -> list[str]:
    return [word for part in parts for word in part.words]


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
