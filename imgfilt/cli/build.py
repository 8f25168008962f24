"""A request: what the options of a command line come to, before any file is touched."""

from __future__ import annotations

import sys
from typing import Any

from ..batch import STREAM, InPlace, JobOptions, RunOptions, Step, Target, format_key
from ..errors import CommandError, ImageError
from ..figure import Layout
from ..filters import Filter
from ..filters.sweep import sweep
from ..image import MAX_PIXELS, Pixels, parse_colour, read
from ..parameters import Number
from ..pipeline.options import Options
from .kernel_source import say_remarks
from .mask import read_mask
from .scheduler import scheduler


def steps(kind: type[Filter], name: str, given: dict[str, Any]) -> list[Step]:
    """Return the filters that a command or SPEC asks for, each with its options and caption."""
    options = Options(
        engine=given["engine"],
        border=given["border"],
        border_value=border_value(given["border_value"]),
        values=given.get("values", "clip"),
        depth=given.get("depth"),
        linear=given["linear"],
        region=given.get("region", ()),
        verbose=given.get("verbose", False),
    )
    if given.get("mask") is not None and options.border == "valid":
        raise CommandError("a mask can't go with the border 'valid'")
    variants = sweep(kind, given)
    say_remarks(variants[0].filter, given["quiet"])
    return [
        Step(
            variant.filter,
            options,
            {**variant.filter.template_values(), **variant.texts, "filter": name},
            variant.caption,
            variant.across,
        )
        for variant in variants
    ]


def border_value(text: str) -> tuple[float, ...]:
    """Return the one number or one a channel that `--border-value` says."""
    return tuple(Number().parse(word.strip(), "--border-value") for word in text.split(","))


def target(given: dict[str, Any]) -> Target | InPlace:
    """Return what `-o` and `-f` say, or `--in-place`."""
    if given.get("in_place"):
        _check_in_place(given)
        return InPlace()
    if given["output"] == STREAM and sys.stdout is not None and sys.stdout.isatty():
        raise CommandError("-o -: stdout is a terminal; send it to a file or a pipe")
    form = None if given["format"] is None else format_key(given["format"])
    return Target(given["output"], form, base=given.get("base") is not None)


def _check_in_place(given: dict[str, Any]) -> None:
    """Raise CommandError for what means nothing where inputs are replaced."""
    if given["output"] is not None:
        raise CommandError("--in-place replaces the inputs, and -o names another place")
    if given["format"] is not None:
        raise CommandError("--in-place keeps every picture's format; -f names one")
    if given["skip_existing"]:
        raise CommandError("--in-place: every output exists; --changed skips those that are done")


def conduct(given: dict[str, Any]) -> RunOptions:
    """Return how a run goes."""
    return RunOptions(
        workers=given["jobs"],
        skip_existing=given.get("skip_existing", False),
        changed=given.get("changed", False),
        fail_fast=given.get("fail_fast", False),
        report=given.get("report"),
        cluster=scheduler(given.get("cluster")),
    )


def settings(given: dict[str, Any]) -> JobOptions:
    """Return how pictures are read, written and shown."""
    columns = Layout.columns if given["columns"] is None else given["columns"]
    background = None if given["background"] is None else parse_colour(given["background"])
    max_pixels = given["max_pixels"] or MAX_PIXELS
    return JobOptions(
        frame=given["frame"],
        axes=given["axes"],
        alpha=None if given["alpha"] is None else given["alpha"] == "yes",
        max_pixels=max_pixels,
        quality=given["quality"],
        strip=given["strip"],
        background=background,
        columns_given=given["columns"] is not None,
        layout=Layout(columns, given["title"], given["cell_width"], given["zoom"]),
        original=not given["no_original"],
        reference=_reference(given["reference"], background),
        mask=read_mask(given.get("mask"), max_pixels, given.get("mask_invert", False)),
        strict=given.get("strict", False),
        preserve=given.get("preserve", False),
    )


def _reference(path: str | None, background: tuple[int, int, int] | None) -> Pixels | None:
    """Return the picture to compare with; one that can't be read makes the command wrong."""
    if path is None:
        return None
    from ..batch.figure_job import display_pixels

    try:
        return display_pixels(read(path), background)
    except ImageError as error:
        raise CommandError(f"--reference {error.command_message}") from None
