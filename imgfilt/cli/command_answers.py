"""Answer a command that doesn't exist: by its meaning, else by its letters."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from ..errors import CommandError
from ..files import printable_path
from ..filters import FILTERS
from ..kernel.preset_table import FORMULAS, find_preset_name
from ..spelling import nearest_word
from .synonyms import COMMAND_WORDS, KERNEL_WORDS
from .typed_command import answer
from .words import Part, split_words


def find_command(word: str) -> str | None:
    """Return the command line for a word such as `sharpen` or `denoise`, or None."""
    if line := COMMAND_WORDS.get(word.lower().replace("_", "-")):
        return line
    preset = find_preset_name(word)
    arguments = f":{FORMULAS[preset].example}" if preset in FORMULAS else ""
    return f"convolve INPUT --kernel {preset}{arguments}" if preset else None


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
