"""The command line: the commands of imgfilt, and their exit codes."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from .. import __version__
from ..errors import ImgfiltError, ParameterError
from ..files import printable_path
from ..filters import FILTERS
from .click_classes import OrderedGroup
from .compare_command import compare
from .console import Console, flush_stdout, printable, report_stdout_error
from .filter_command import make_filter_command
from .kernel_commands import kernel

# The error of Click 8.2 and later for a group without a command; its message is the help.
_HELP: Any = getattr(click.exceptions, "NoArgsIsHelpError", ())


class _Failure(click.ClickException):
    """The error for an input or output that failed: one line, and exit code 1."""

    exit_code = 1

    def __init__(self, error: ImgfiltError):
        super().__init__(error.command_message)
        self.notes = error.notes

    def show(self, file: Any = None) -> None:
        """Print the line and the notes of the error."""
        Console().failure(self.message, self.notes)


class _Misuse(_Failure):
    """The error for a wrong command line: one line, and exit code 2."""

    exit_code = 2


class Commands(OrderedGroup):
    """The group of all commands; it turns errors into messages and exit codes."""

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run a command line and exit, also if a standard stream is closed, broken or full."""
        try:
            extra["standalone_mode"] = False
            code = super().main(*args, **extra) or 0
            flush_stdout()
        except click.ClickException as error:
            code = error.exit_code
            if isinstance(error, click.UsageError) and not isinstance(error, _HELP):
                # Click quotes arguments without escaping them.
                message = printable(printable_path(error.format_message()))
                error = click.UsageError(message, error.ctx)
            with suppress(OSError):
                error.show()
        except OSError as error:
            # The error comes from stdout: errors of files were turned into ImgfiltErrors.
            code = report_stdout_error(error)
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that the command line names."""
        try:
            return super().invoke(ctx)
        except ImgfiltError as error:
            kind = _Misuse if isinstance(error, ParameterError) else _Failure
            raise kind(error) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="imgfilt")
def commands() -> None:
    """Filter pictures: exact convolution, and figures that compare filters.

    imgfilt FILTER INPUT... -o OUTPUT filters pictures; several values for a parameter, such as
    --size 5:45:10, make one captioned figure of each input instead.
    """


for _name, _kind in FILTERS.items():
    commands.add_command(make_filter_command(_name, _kind))
commands.add_command(compare)
commands.add_command(kernel)
