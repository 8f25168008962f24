"""The command line: the commands of imgfilt, and their exit codes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from ..errors import ImgfiltError, ParameterError
from .click_classes import LazyGroup
from .commands import COMMANDS, load_command
from .std_streams import flush_stdout
from .typed_command import remember_words

# The error of Click 8.2 and later for a group without a command; its message is the help.
_HELP: Any = getattr(click.exceptions, "NoArgsIsHelpError", ())


class MainGroup(LazyGroup):
    """The group of all commands; it turns errors into messages and exit codes.

    The callback of a command returns a function that does the work and returns the exit code. It is
    called after Click has returned: see `startup.load_numpy`.
    """

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Return the command that the first word names; the error for another word suggests one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from .suggestions import suggest_command

            if (command := suggest_command(args[0])) is None:
                raise
            message = f"No such command '{args[0]}'; this does it: {command}"
            raise click.UsageError(message, ctx) from None

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run a command line and exit, also if a standard stream is closed, broken or full."""
        remember_words(args[0] if args else extra.get("args"))
        if "_IMGFILT_COMPLETE" in os.environ:
            from .completion.words import add_completion_classes

            add_completion_classes()
        try:
            extra["standalone_mode"] = False
            result = super().main(*args, **extra)
            code = (result() if callable(result) else result) or 0
            flush_stdout()
        except ImgfiltError as error:
            from .console import Console

            code = 2 if isinstance(error, ParameterError) else 1
            Console().failure(error.command_message, error.notes)
        except click.ClickException as error:
            code = error.exit_code
            if isinstance(error, click.UsageError) and not isinstance(error, _HELP):
                from ..files import printable_path
                from .console import printable

                # Click quotes arguments without escaping them.
                message = printable(printable_path(error.format_message()))
                error = click.UsageError(message, error.ctx)
            with suppress(OSError):
                error.show()
        except OSError as error:
            from .console import report_stdout_error

            # The error comes from stdout: errors of files were turned into ImgfiltErrors.
            code = report_stdout_error(error)
        sys.exit(code)


def _print_versions(context: click.Context, option: click.Parameter, is_given: bool) -> None:
    if is_given and not context.resilient_parsing:
        from .versions import print_versions

        print_versions()
        context.exit()


@click.group(
    cls=MainGroup,
    summaries=COMMANDS,
    load=load_command,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_versions,
    help="Show the versions of imgfilt and of what it uses, and exit.",
)
def main_group() -> None:
    """Filter pictures: exact convolution, and figures that compare filters.

    imgfilt FILTER INPUT... -o OUTPUT filters pictures; several values for a parameter, such as
    --size 5:45:10, make one captioned figure of each input instead.
    """
