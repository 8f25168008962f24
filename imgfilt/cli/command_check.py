"""Check that Click reads a command that is suggested to the user."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ..errors import CommandError


def check_command(root: click.Command, words: Sequence[str], typed: Sequence[str]) -> Sequence[str]:
    """Return a command that can be suggested: it, or the help if Click doesn't read it.

    Parameters
    ----------
    root : click.Command
        The program.
    words : sequence of str
        They begin with the name of the program.
    typed : sequence of str
        The command that failed, which isn't suggested again.
    """
    path, rest, command = list(words[:1]), list(words[1:]), root
    context = click.Context(command, info_name=path[0])
    while isinstance(command, click.Group) and rest:
        found = command.get_command(context, rest[0])
        if found is None:
            break
        command, context = found, click.Context(found, context, rest[0])
        path.append(rest.pop(0))
    is_help = isinstance(command, click.Group) or "--help" in rest
    if is_help or (list(words) != list(typed) and _is_read(command, context, rest)):
        return words
    return [*path, "--help"]


def _is_read(command: click.Command, context: click.Context, rest: list[str]) -> bool:
    try:
        command.make_context(context.info_name, rest, context.parent)
    except (click.UsageError, CommandError):
        return False
    return True
