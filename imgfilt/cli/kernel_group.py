"""The command `imgfilt kernel`: the group of its commands, and `kernel list`."""

from __future__ import annotations

import click

from .click_classes import LazyGroup, StrictCommand

_ABOUT = "List, show, save or plot kernels."
_HELP = f"""{_ABOUT}

A kernel file has a row on each line: whole numbers, decimals or fractions such as 1/9, separated by
blanks, tabs or commas; # begins a comment. Two lines may come before the rows: scale 1/9 multiplies
every weight by 1/9, and origin 0 2 puts the origin into row 0 and column 2. Kernels of libvips
(.mat) and ImageMagick, and .npy arrays, are read, too.
"""
_SUMMARIES = {
    "list": "List the presets, and how they are written.",
    "show": "Print a kernel: weights, sum, rank, factors and cost.",
    "save": "Write a kernel to a file, exactly.",
    "plot": "Draw a kernel: heat map, profile, frequency response, surface.",
}


def _load_command(name: str) -> click.Command:
    if name == "list":
        return StrictCommand("list", callback=_list, help=_SUMMARIES["list"])
    from . import kernel_commands

    command: click.Command = getattr(kernel_commands, name)
    return command


def _list() -> None:
    from ..kernel.preset_table import describe_presets
    from .console import say_row

    entries = describe_presets()
    width = max(len(name) for name, _ in entries)
    for name, sentence in entries:
        say_row(f"{name:{width}}  {sentence}")


kernel = LazyGroup("kernel", _SUMMARIES, _load_command, short_help=_ABOUT, help=_HELP)
