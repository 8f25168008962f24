"""The command `imgfilt help`, which prints the help of a command, or the manual page."""

from __future__ import annotations

import functools
from collections.abc import Callable

import click

from .click_classes import StrictCommand
from .option_types import flag_option


def _print_help(context: click.Context, words: tuple[str, ...]) -> None:
    """Print the help of the command that words name, from the program's on."""
    for word in words:
        group = context.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f"{context.info_name} has no command {word!r}", context)
        _, command, _ = group.resolve_command(context, [word, "--help"])
        assert command is not None, "Click raises an error for an unknown command"
        context = command.context_class(command, info_name=word, parent=context)
    click.echo(context.get_help())


def _print_man_page(context: click.Context) -> None:
    from .man_page import format_man_page

    click.echo(format_man_page(context), nl=False)


def _callback(words: tuple[str, ...], man: bool) -> Callable[[], None]:
    """Return the work of the command."""
    context = click.get_current_context()
    if man and words:
        raise click.UsageError("--man goes without COMMAND: the page has all commands", context)
    root = context.find_root()
    if man:
        return functools.partial(_print_man_page, root)
    return functools.partial(_print_help, root, words)


help = StrictCommand(
    "help",
    params=[
        click.Argument(["words"], nargs=-1, metavar="[COMMAND]..."),
        flag_option("--man", help="Print a manual page with all commands, as troff."),
    ],
    callback=_callback,
    short_help="Print the help of a command, or a manual page.",
    help="""Print the help of a command, or a manual page.

\b
Examples:
  imgfilt help kernel show
  imgfilt help --man > imgfilt.1
""",
)
