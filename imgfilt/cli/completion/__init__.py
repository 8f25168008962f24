"""The command `imgfilt completion`, which prints a script for a shell."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

import click

from ...files import open_regular
from ..click_classes import StrictCommand

# Shell -> the file that holds its script.
SCRIPTS = {"bash": "imgfilt.bash", "zsh": "imgfilt.zsh", "fish": "imgfilt.fish"}


def read_script(shell: str) -> str:
    """Return the script that has a shell complete imgfilt's command lines."""
    with open_regular(os.path.join(os.path.dirname(__file__), SCRIPTS[shell])) as stream:
        return stream.read().decode()


class _Shell(click.Choice):  # type: ignore[type-arg] # older versions of Click take no argument
    """A shell; its metavar says which there are, so the error for none needn't, over lines."""

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Return what the error for a missing value adds: nothing."""
        return ""


def _print_script(shell: str) -> None:
    click.echo(read_script(shell), nl=False)


def _callback(shell: str) -> Callable[[], None]:
    return partial(_print_script, shell)


completion = StrictCommand(
    "completion",
    params=[click.Argument(["shell"], type=_Shell(list(SCRIPTS)), metavar="|".join(SCRIPTS))],
    callback=_callback,
    short_help="Print a script that completes imgfilt's words with the Tab key.",
    help="""Print a script that completes imgfilt's words with the Tab key.

It completes commands, options, their values, names of kernels, and files. Install it once, and
begin a new shell:

\b
bash, with a line in ~/.bashrc:
  eval "$(imgfilt completion bash)"

\b
zsh, with a line in ~/.zshrc, after compinit:
  eval "$(imgfilt completion zsh)"

\b
fish, with a file that it reads:
  imgfilt completion fish > ~/.config/fish/completions/imgfilt.fish
""",
)
