"""COMMANDS: the sentence on each command, and how a command is loaded; help loads none of them."""

from __future__ import annotations

from importlib import import_module

import click

from ..filters import FILTERS, SUMMARIES

# Command -> (the module that holds it under its name, its first sentence).
_OTHERS = {
    "chain": ("chain_command", "Apply several filters, one after the other."),
    "compare": ("compare_command", "Show filters side by side in one captioned figure."),
    "kernel": ("kernel_group", "List, show, save or plot kernels."),
    "border": ("border_command", "Print a grid with the cells beyond its edges."),
    "info": ("info_command", "Say what files hold: size, depth, channels, metadata."),
    "doctor": ("doctor", "Test what works on this machine, and say what is missing."),
    "completion": (
        "completion",
        "Print a script that completes imgfilt's words with the Tab key.",
    ),
    "help": ("help_command", "Print the help of a command, or a manual page."),
}

# Command -> its first sentence, in the order of the help.
COMMANDS = {
    **dict(zip(FILTERS, SUMMARIES.values(), strict=True)),
    **{name: sentence for name, (_, sentence) in _OTHERS.items()},
}


def load_command(name: str) -> click.Command:
    """Return a command of the table."""
    if name in FILTERS:
        from .filter_command import make_filter_command

        return make_filter_command(name)
    command: click.Command = getattr(import_module(f".{_OTHERS[name][0]}", __package__), name)
    return command
