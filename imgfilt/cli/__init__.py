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
from .typed_command import AnsweredError, format_command, remember_words, typed_words

# The error of Click 8.2 and later for a group without a command; its message is the help.
_HELP: Any = getattr(click.exceptions, "NoArgsIsHelpError", ())


class MainGroup(LazyGroup):
    """The group of all commands; it turns errors into messages and exit codes.

    The callback of a command returns a function that does the work and returns the exit code. It is
    called after Click has returned: see `startup.load_numpy`.
    """

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
            code = _print_error(error)
        except click.UsageError as error:
            if isinstance(error, _HELP):
                code = error.exit_code
                with suppress(OSError):
                    error.show()
            else:
                from .usage_errors import describe_usage_error

                path = error.ctx.command_path.split() if error.ctx else []
                code = _print_error(describe_usage_error(error, typed_words()[len(path) :]))
        except OSError as error:
            from .console import report_stdout_error

            # The error comes from stdout: errors of files were turned into ImgfiltErrors.
            code = report_stdout_error(error)
        sys.exit(code)


def _print_error(error: ImgfiltError) -> int:
    """Print an error; return the exit code."""
    from .console import Console

    notes = error.notes
    if isinstance(error, AnsweredError):
        from .command_check import check_command

        words = check_command(main_group, error.words, typed_words())
        notes = format_command(words), *notes
    Console().failure(error.command_message, notes)
    return 2 if isinstance(error, ParameterError) else 1


def _print_versions(context: click.Context, option: click.Parameter, is_given: bool) -> None:
    if is_given and not context.resilient_parsing:
        from .versions import print_versions

        print_versions()
        context.exit()


@click.group(
    cls=MainGroup,
    summaries=COMMANDS,
    load=load_command,
    epilog="""Exit codes: 0 if all was written; 1 if an input failed or an output couldn't be
written, and the others were done; 2 if the command was wrong, and nothing was touched; 130, 143 or
129 if it was interrupted, and finished files are complete.""",
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

    imgfilt FILTER INPUT... -o OUTPUT filters pictures. Several values for a parameter, such as
    --size 5:45:10, make one captioned figure of each input instead. imgfilt help COMMAND prints the
    options of a command.
    """
