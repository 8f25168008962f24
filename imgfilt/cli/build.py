"""Build recipes, target, RunOptions and JobOptions from the options of a command."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..batch import InPlace, JobOptions, Recipe, RunOptions, Target, format_key
from ..border import BORDERS
from ..errors import CommandError
from ..figure import Layout
from ..filters import Filter
from ..filters.sweep import sweep
from ..image import MAX_PIXELS, parse_colour
from ..numbers import to_fraction
from ..parameters import Ratio, to_points
from ..pipeline.chain import Step
from ..pipeline.missing import check_mean
from ..pipeline.options import Options
from .command_options import CommandOptions
from .console import Console
from .file_options import JOBS
from .option_files import read_font, read_mask, read_reference, read_scheduler_address
from .typed_command import typed_words

NO_PAGE = "none"  # the background of a transparent figure


def make_recipes(
    kind: type[Filter],
    name: str,
    parameters: Mapping[str, Any],
    options: CommandOptions,
    details: Sequence[str] = (),
) -> list[Recipe]:
    """Return the recipes of a command or SPEC: one for each combination of parameter values.

    Parameters
    ----------
    kind : type of Filter
    name : str
        The filter's name as a command.
    parameters : mapping of str to object
        The filter's own parameters, as Click has parsed them; kernel files are read.
    options : CommandOptions
    details : sequence of str
        Texts that are added to the captions.
    """
    filter_options = Options(
        engine=options.engine,
        border=options.border,
        border_value=_parse_border_value(options.border_value),
        values=options.values,
        depth=options.depth,
        linear=options.linear,
        ignore_nan=options.ignore_nan,
        nodata=None if options.nodata is None else float(options.nodata),
        region=options.region,
        verbose=options.verbose,
    )
    if options.mask is not None and BORDERS[options.border].growth:
        raise CommandError(f"a mask can't go with the border {options.border!r}")
    variants = sweep(kind, parameters)
    for variant in variants:
        check_mean(variant.filter, filter_options)
    Console(options.quiet).kernel_remarks(variants[0].filter)
    return [
        Recipe(
            [
                Step(
                    variant.filter,
                    filter_options,
                    ", ".join([variant.caption, *details]),
                    ", ".join([variant.heading, *details]),
                )
            ],
            {**variant.filter.template_values(), **variant.texts, "filter": name},
            variant.across,
        )
        for variant in variants
    ]


def list_files_read(kind: type[Filter], parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (option, text) for each text of a filter's parameters that may name a file."""
    return [
        (parameter.option, text)
        for parameter in kind.parameters()
        if parameter.kind.names_files
        for text in parameters[parameter.name]
    ]


def _parse_border_value(text: str) -> tuple[float | Fraction, ...]:
    """Return the numbers; one stays a fraction if float64 has none that stands for it."""
    numbers = (Ratio().parse(word.strip(), "--border-value") for word in text.split(","))
    return tuple(
        number if to_fraction(float(number)) != number else float(number) for number in numbers
    )


def make_target(options: CommandOptions) -> Target | InPlace:
    """Return the target of the outputs; CommandError for options that exclude each other."""
    if options.in_place:
        _check_in_place(options)
        return InPlace()
    assert options.output is not None, "the command has checked that there is an output"
    format = None if options.format is None else format_key(options.format)
    return Target(options.output, format, base=options.base is not None)


def _check_in_place(options: CommandOptions) -> None:
    """Raise CommandError for options that have no meaning with --in-place."""
    if options.output is not None:
        raise CommandError("--in-place replaces the inputs, and -o names another place")
    if options.format is not None:
        raise CommandError("--in-place keeps every picture's format; -f names one")
    if options.skip_existing:
        raise CommandError("--in-place: every output exists; --changed skips those that are done")


def make_run_options(options: CommandOptions) -> RunOptions:
    """Return the options of the run; the scheduler's file of a cluster is read for its address."""
    return RunOptions(
        workers=options.jobs or (default_jobs() if options.cluster is None else None),
        skip_existing=options.skip_existing,
        changed=options.changed,
        fail_fast=options.fail_fast,
        report=options.report,
        report_append=options.report_append,
        cluster=read_scheduler_address(options.cluster),
        table=options.table,
    )


def default_jobs() -> int | None:
    """Return the number of workers in the variable IMGFILT_JOBS; None if it isn't set."""
    text = os.environ.get("IMGFILT_JOBS", "").strip()
    return JOBS.parse(text, "IMGFILT_JOBS") if text else None


def make_read_options(options: CommandOptions) -> JobOptions:
    """Return the options for how inputs are read; the others have their defaults."""
    return JobOptions(
        frame=options.frame,
        axes=options.axes,
        alpha=None if options.alpha is None else options.alpha == "yes",
        max_pixels=options.max_pixels or MAX_PIXELS,
    )


def make_job_options(options: CommandOptions) -> JobOptions:
    """Return the options that all jobs share; the files of mask and reference are read."""
    columns = Layout.columns if options.columns is None else options.columns
    # Without a page, the ground of transparent pictures is their checkerboard.
    has_colour = options.background not in (None, NO_PAGE)
    background = parse_colour(str(options.background)) if has_colour else None
    page = None if options.background == NO_PAGE else background or Layout.background
    read_options = make_read_options(options)
    return read_options._replace(
        quality=options.quality,
        compression=options.compression,
        strip=options.strip,
        background=background,
        columns_given=options.columns is not None,
        layout=Layout(
            columns,
            options.title,
            options.cell_width,
            options.zoom,
            figure_width=to_points(options.figure_width, options.dpi, options.cell_width),
            dpi=options.dpi,
            caption_size=options.caption_size or Layout.caption_size,
            captions=options.captions,
            letters=options.letters,
            font=read_font(options.font),
            background=page,
            insets=options.inset,
            numbers=options.numbers,
        ),
        original=not options.no_original,
        reference=read_reference(options.reference, background),
        show_reference=options.show_reference,
        noise=options.noise,
        difference=options.difference,
        animate=options.animate,
        mask=read_mask(options.mask, read_options.max_pixels, options.mask_invert),
        strict=options.strict,
        preserve=options.preserve,
        exact=options.exact,
        timed=options.table is not None,
        command=() if options.strip else typed_words(),
    )
