"""The commands `imgfilt kernel show`, `save` and `plot`, which take sources of kernels."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from .. import startup
from ..border import BORDERS
from ..errors import CommandError
from ..files import STREAM, atomic_write, open_stdout, printable_path
from ..kernel import SUFFIXES
from ..parameters import KERNEL_PLOTS, Ratio
from ..translate import MATRICES, SYSTEMS, translate
from .click_classes import StrictCommand
from .console import Console, say
from .file_options import REPLACES, figure_output_options
from .option_types import BorderType, ValueType, WordsType, WordType, flag_option

if TYPE_CHECKING:
    from ..kernel.kernel import Kernel

_SOURCES = """A SOURCE is a kernel file, a preset such as sobel-x or average:5 (imgfilt kernel list
prints them all), or rows separated by ; such as "1 0 -1; 2 0 -2; 1 0 -1". Several are composed into
one kernel, by convolution."""


def _compose(sources: tuple[str, ...]) -> tuple[str, Kernel]:
    """Return (name, kernel) of the composition of all sources."""
    from ..filters.convolve import Convolve
    from ..filters.kernel_sources import KernelSources

    name, value = KernelSources().parse_all(sources, "")
    filt = Convolve(value)
    Console().kernel_remarks(filt)
    return name, filt.composed


class _SourcesCommand(StrictCommand):
    """A command on kernels; a source such as '-1 0 1' isn't taken for an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments; a word that begins like a negative number is a source."""
        ctx.ignore_unknown_options = True
        rest = super().parse_args(ctx, args)
        for source in ctx.params.get("sources") or ():
            if re.match("--?[A-Za-z]|--[0-9]+[A-Za-z]", source):
                raise click.NoSuchOption(source.partition("=")[0], ctx=ctx)
        return rest


def _show(
    sources: tuple[str, ...],
    system: str | None,
    border: str | None,
    border_value: Fraction | None,
    flipped: bool,
) -> None:
    from ..explain.format_kernel import format_kernel
    from ..translate.convolution_spec import ConvolutionSpec

    name, kernel = _compose(sources)
    _check_show_options(system, border, border_value, flipped)
    if flipped:
        kernel, name = kernel.flipped(), f"{name}, flipped"
    if system is None:
        say(printable_path(name))
        for line in format_kernel(kernel):
            say(line)
    else:
        say(translate(system, ConvolutionSpec(kernel, border or "reflect", border_value or 0)))


def _check_show_options(
    system: str | None, border: str | None, border_value: Fraction | None, flipped: bool
) -> None:
    """Raise CommandError for an option that has no effect on what is shown."""
    if system is None or system in MATRICES:
        why = "goes with --as" if system is None else f"goes without --as {system}, a matrix alone"
        for option, given in (("--border", border), ("--border-value", border_value)):
            if given is not None:
                raise CommandError(f"{option} {why}")
        return
    if border_value is not None and border != "constant":
        raise CommandError("--border-value goes with --border constant")
    if flipped:
        raise CommandError(f"--flipped goes without --as {system}, which flips if it must")


def _save(sources: tuple[str, ...], output: str) -> None:
    from ..kernel.files import format_content

    _, kernel = _compose(sources)
    if output == STREAM:
        open_stdout()
        say(format_content(kernel, "", "stdout").decode().rstrip("\n"))
        return
    _check_no_template(output)
    suffix, path = os.path.splitext(output)[1], os.path.realpath(output)
    _check_kernel_suffix(output, suffix.lower())
    if any(os.path.exists(source) and os.path.realpath(source) == path for source in sources):
        raise CommandError(f"{printable_path(output)}: it is an input; it can't be the output")
    content = format_content(kernel, suffix, printable_path(output))
    with atomic_write(output) as stream:
        stream.write(content)


def _check_no_template(output: str) -> None:
    """Raise CommandError for a name with template words in braces: only pictures have templates."""
    from ..batch.template import WORD

    if found := WORD.search(output):
        raise CommandError(f"output: {found[0]} goes with pictures; a kernel has one file")


def _check_kernel_suffix(output: str, suffix: str) -> None:
    """Raise CommandError for an output whose suffix is no kernel's; it may be a picture's."""
    from ..image import OUTPUT_FORMATS

    if suffix in SUFFIXES or os.path.isdir(output):  # which another error refuses
        return
    name = printable_path(output)
    pictures = {known for format in OUTPUT_FORMATS.values() for known in format.suffixes}
    if suffix in pictures:
        way = "imgfilt kernel plot draws it"
    else:
        way = f"wanted such as {os.path.splitext(os.path.normpath(name))[0]}.txt"
    raise CommandError(f"{name}: a kernel is saved as .txt, .csv, .mat or .npy; {way}")


def _plot(
    sources: tuple[str, ...],
    output: str,
    format: str | None,
    parts: tuple[str, ...],
    title: str | None,
    font: str | None,
) -> None:
    from ..figure.plot.kernel_plot import plot_kernel
    from .kernel_figure import choose_format, write_figure
    from .option_files import read_font

    _check_no_template(output)
    form = choose_format(output, format)
    font_data = read_font(font)
    name, kernel = _compose(sources)
    name = name if len(name) <= 60 else f"{name[:57]}..."  # it may be all weights
    scene = plot_kernel(kernel, name if title is None else title, parts, font_data)
    write_figure(scene, output, form)


def _make_command(
    work: Callable[..., None], sentence: str, example: str, *options: click.Parameter
) -> StrictCommand:
    """Return a command that takes sources of kernels; `example` begins with the command's name."""

    def run(**given: Any) -> None:
        startup.load_numpy()
        startup.resume_garbage_collection()
        work(**given)

    return _SourcesCommand(
        example.partition(" ")[0],
        params=[
            click.Argument(["sources"], nargs=-1, required=True, metavar="SOURCE..."),
            *options,
        ],
        callback=lambda **given: functools.partial(run, **given),
        short_help=sentence,
        help=f"{sentence}\n\n{_SOURCES}\n\n\b\nExample:\n  imgfilt kernel {example}\n",
    )


show = _make_command(
    _show,
    "Print a kernel: weights, sum, rank, factors and cost.",
    "show gaussian-integrated:7,1",
    click.Option(
        ["--as", "system"],
        type=WordType(SYSTEMS),
        help="Print the call that does the same in OpenCV, SciPy, scikit-image, ImageMagick or "
        "libvips, or the matrix in LaTeX.  [default: print the kernel]",
    ),
    flag_option(
        "--flipped",
        help="Print the kernel as it lies on the pixels in a convolution: turned by 180 degrees.",
    ),
    click.Option(
        ["--border"],
        type=BorderType(list(BORDERS)),
        metavar="NAME",
        help=f"With --as, for a call: {', '.join(BORDERS)}; imgfilt convolve --help explains them. "
        " [default: reflect]",
    ),
    click.Option(
        ["--border-value"],
        type=ValueType(Ratio()),
        help="With --border constant: the value beyond the edge, in levels of the file (0..255 for "
        "8 bits).  [default: 0]",
    ),
)
save = _make_command(
    _save,
    "Write a kernel to a file, exactly.",
    "save gaussian:9,1.5 laplacian -o log.txt",
    click.Option(
        ["-o", "--output"],
        required=True,
        metavar="FILE",
        help="A .txt, .csv, .mat or .npy file, or - for stdout, which gets what a .txt has; it "
        f"holds the exact weights. {REPLACES}.",
    ),
)
plot = _make_command(
    _plot,
    "Draw a kernel: heat map, profile, frequency response, surface.",
    "plot gaussian:9,1.5 laplacian -o log.png",
    *figure_output_options("A picture, .svg, .pdf or .html file"),
    click.Option(
        ["--as", "parts"],
        type=WordsType(KERNEL_PLOTS),
        default=KERNEL_PLOTS[:3],
        metavar="PART,...",
        help="What is drawn, in this order: heat (the weights as a heat map), profile (the weights "
        "of the row and the column of the origin), response (to frequencies), surface (the weights "
        f"as heights).  [default: {','.join(KERNEL_PLOTS[:3])}]",
    ),
    click.Option(
        ["--title"], metavar="TEXT", help="A text above the figure.  [default: the SOURCEs]"
    ),
    click.Option(
        ["--font"], metavar="FILE", help="A TrueType or OpenType font.  [default: a built-in one]"
    ),
)
