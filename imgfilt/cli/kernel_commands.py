"""The commands of `imgfilt kernel`: kernels listed, shown, saved and plotted."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import click

from ..border import BORDERS
from ..errors import CommandError, OutputError
from ..files import atomic_write, printable_path
from ..parameters import Number
from ..translate import SYSTEMS, translate
from .click_command import Command
from .click_types import ValueType
from .console import say
from .kernel_source import say_remarks

if TYPE_CHECKING:
    from ..kernel.kernel import Kernel

_STREAM = "-"

_SOURCES = """A SOURCE is a kernel file, a preset (sobel-x, average:5) or rows split by ';'
('1 0 -1; 2 0 -2; 1 0 -1'). Several are composed into one."""


def _composed(sources: tuple[str, ...]) -> tuple[str, Kernel]:
    """Return what a figure calls the kernel of the sources, and the kernel."""
    from ..filters.convolve import Convolve, KernelSources

    name, value = KernelSources().parse_all(sources, "")
    filt = Convolve(value)
    say_remarks(filt)
    return name, filt.composed


class InOrder(click.Group):
    """Commands in the order of their table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names as the tables have them."""
        return list(self.commands)


class _Sources(Command):
    """A command on kernels, of which one such as '-1 0 1' is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let what begins like a number be a source."""
        ctx.ignore_unknown_options = True
        rest = super().parse_args(ctx, args)
        for source in ctx.params.get("sources") or ():
            if re.match("--?[A-Za-z]", source):
                raise click.NoSuchOption(source.partition("=")[0], ctx=ctx)
        return rest


def _output(metavar: str, help: str) -> click.Parameter:
    return click.Option(["-o", "--output"], required=True, metavar=metavar, help=help)


def _sources() -> click.Parameter:
    return click.Argument(["sources"], nargs=-1, required=True, metavar="SOURCE...")


def _list() -> None:
    from ..kernel.preset import preset_list

    entries = preset_list()
    width = max(len(name) for name, _ in entries)
    for name, sentence in entries:
        say(f"{name:{width}}  {sentence}")


def _show(
    sources: tuple[str, ...], system: str | None, border: str | None, border_value: float | None
) -> None:
    from ..explain.format_kernel import format_kernel
    from ..translate.convolution_spec import ConvolutionSpec
    from .option_rules import Invocation, check_effect

    name, kernel = _composed(sources)
    given = {"system": system, "border": border}
    check_effect(click.get_current_context(), Invocation(given))
    if system is None:
        say(printable_path(name))
        for line in format_kernel(kernel):
            say(line)
    else:
        say(translate(system, ConvolutionSpec(kernel, border or "reflect", border_value or 0)))


def _save(sources: tuple[str, ...], output: str) -> None:
    from ..kernel.files import format_content

    _, kernel = _composed(sources)
    if output == _STREAM:
        if sys.stdout is None or sys.stdout.closed:
            raise OutputError("stdout: it is closed")
        say(format_content(kernel, "", "stdout").decode().rstrip("\n"))
        return
    _check_no_template(output)
    suffix, place = os.path.splitext(output)[1], os.path.realpath(output)
    _check_no_picture(output, suffix.lower())
    if any(os.path.exists(source) and os.path.realpath(source) == place for source in sources):
        raise CommandError(f"{printable_path(output)}: it is an input; it can't be the output")
    content = format_content(kernel, suffix, printable_path(output))
    with atomic_write(output) as stream:
        stream.write(content)


def _check_no_template(output: str) -> None:
    """Raise CommandError for a name with words in braces: these stand for what a picture has."""
    from ..batch.outputs import WORD

    if found := WORD.search(output):
        raise CommandError(f"output: {found[0]} goes with pictures; a kernel has one file")


def _check_no_picture(output: str, suffix: str) -> None:
    """Raise CommandError for a picture's name: of a plot that was meant, or a picture there."""
    from ..image import FORMATS

    pictures = {known for form in FORMATS.values() for known in form.suffixes}
    if suffix in pictures - {".txt", ".csv", ".npy"}:
        raise CommandError(
            f"{printable_path(output)}: a kernel is saved as .txt, .csv, .mat or .npy; "
            "imgfilt kernel plot draws it"
        )


def _plot(sources: tuple[str, ...], output: str) -> None:
    from ..image import Image, format_of, write
    from ..plot.kernel_plot import plot_kernel

    # Before anything is drawn.
    _check_no_template(output)
    if output != _STREAM and (obstacle := format_of(output).why_no_figure()):
        raise CommandError(f"{printable_path(output)}: {obstacle}")
    name, kernel = _composed(sources)
    picture = Image(plot_kernel(kernel, name))
    if output != _STREAM:
        write(output, picture)
        return
    if sys.stdout is None or sys.stdout.closed:
        raise OutputError("stdout: it is closed")
    write(sys.stdout.buffer, picture)


kernel = InOrder(
    "kernel",
    short_help="List, show, save or plot kernels.",
    help="List, show, save or plot kernels.",
)
kernel.add_command(
    Command("list", callback=_list, help="List the presets, and how they are written.")
)
kernel.add_command(
    _Sources(
        "show",
        params=[
            _sources(),
            click.Option(
                ["--as", "system"],
                type=click.Choice(SYSTEMS),
                help="Print the call in another system that does the same.",
            ),
            click.Option(
                ["--border"],
                type=click.Choice(list(BORDERS)),
                help="With --as: what lies beyond the edge of a picture.  [default: reflect]",
            ),
            click.Option(
                ["--border-value"],
                type=ValueType(Number()),
                help="With --border constant: the value beyond the edge, in stored levels.  "
                "[default: 0]",
            ),
        ],
        callback=_show,
        short_help="Print all there is to say of a kernel.",
        help=f"""Print all there is to say of a kernel: weights, sum, rank, factors, cost.

{_SOURCES}

\b
Example:
  imgfilt kernel show gaussian-integrated:7,1
""",
    )
)
kernel.add_command(
    _Sources(
        "save",
        params=[
            _sources(),
            _output("FILE", "A .txt, .csv, .mat or .npy file; it reads back to the same kernel."),
        ],
        callback=_save,
        short_help="Write a kernel to a file, exactly.",
        help=f"""Write a kernel to a file, exactly.

{_SOURCES}

\b
Example:
  imgfilt kernel save gaussian:9,1.5 laplacian -o log.txt
""",
    )
)
kernel.add_command(
    _Sources(
        "plot",
        params=[
            _sources(),
            _output("FIGURE", "A picture; its suffix says the format."),
        ],
        callback=_plot,
        short_help="Draw a kernel: heat map, profile and frequency response.",
        help=f"""Draw a kernel: heat map, profile and frequency response.

{_SOURCES}

\b
Example:
  imgfilt kernel plot gaussian:9,1.5 laplacian -o log.png
""",
    )
)
