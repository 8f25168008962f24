"""Say Click's errors as imgfilt says its own: a line, and the command to run below it."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ..errors import CommandError
from ..files import printable_path
from .click_classes import RepeatedOption, UnknownCommand, long_name
from .command_answers import answer_command, answer_group_option
from .option_answers import answer_option, answer_repeated
from .typed_command import answer, typed_words


def describe_usage_error(error: click.UsageError, args: Sequence[str]) -> CommandError:
    """Return an error of Click's as a CommandError, with the command to run below its line.

    Parameters
    ----------
    error : click.UsageError
    args : sequence of str
        The words after the name of the command, or of a SPEC's filter.
    """
    ctx = error.ctx
    if isinstance(error, UnknownCommand) and ctx is not None:
        return answer_command(ctx, error.words)
    if isinstance(error, click.NoSuchOption) and ctx is not None:
        is_group = isinstance(ctx.command, click.Group)
        return (answer_group_option if is_group else answer_option)(ctx, args, error.option_name)
    if isinstance(error, RepeatedOption) and ctx is not None:
        return answer_repeated(ctx, args, error.option)
    # Click quotes arguments without escaping them.
    return answer(printable_path(_describe(error)), _help_words(error))


def _help_words(error: click.UsageError) -> list[str] | None:
    """Return the command that prints what fits; None for a SPEC."""
    if error.ctx is None or error.ctx.parent is None:
        return None
    if isinstance(error, click.MissingParameter) and error.param is not None:
        if error.param.name == "kernel":
            return ["imgfilt", "kernel", "list"]
        if error.param.name == "output" and error.ctx.command.name in ("compare", "plot"):
            return [*typed_words(), "-o", "figure.png"]
    return [*error.ctx.command_path.split(), "--help"]


def _describe(error: click.UsageError) -> str:
    if isinstance(error, click.MissingParameter) and error.param is not None:
        if isinstance(error.param, click.Argument):
            return f"no {error.param.metavar} was given"
        name = long_name(error.param)
        return "no output is named: -o is missing" if name == "--output" else f"{name} is missing"
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = long_name(error.param)
        return f"{name}: {error.message.rstrip('.')}"
    if isinstance(error, click.BadOptionUsage):
        if "requires an argument" not in error.message:
            return f"{error.option_name}: it takes no value"
        return f"{error.option_name}: a value is missing{_describe_metavar(error)}"
    message = error.format_message().rstrip(".")
    return message.replace("Got unexpected extra argument", "one word too many", 1)


def _describe_metavar(error: click.BadOptionUsage) -> str:
    """Return what value an option takes, as a part of a sentence."""
    options = error.ctx.command.params if error.ctx else []
    option = next((option for option in options if error.option_name in option.opts), None)
    if option is None or error.ctx is None:
        return ""
    return f"; wanted {error.option_name} {option.make_metavar(error.ctx)}"
