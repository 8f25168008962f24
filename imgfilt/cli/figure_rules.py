"""FIGURE_RULES: the conditions under which an option for figures has no effect."""

from __future__ import annotations

from contextlib import suppress

from ..batch import is_text_grid, output_format
from ..errors import CommandError
from .build import NO_PAGE
from .invocation import Invocation, Rule


def _why_no_figure(invocation: Invocation) -> str | None:
    if any(job.figure for job in invocation.jobs):
        return None
    return "goes with a figure: several values for a parameter"


def why_no_page(invocation: Invocation) -> str | None:
    """Return why `--background none`, a transparent page, can't be had, or None."""
    if invocation.options.background != NO_PAGE:
        return None
    for job in invocation.jobs:
        if not job.figure:
            return "none goes with a figure; a picture keeps its transparency without it"
        with suppress(CommandError):  # the job itself reports this error
            format = output_format(job)
            is_vector = format.renderer in ("svg", "pdf")
            if not is_vector and (format.renderer or not format.can_hold("uint8", 4, True)):
                wanted = "PNG, TIFF, WebP, SVG or PDF"
                return f"none: {format.label} has no transparent page; wanted {wanted}"
    return _why_no_figure(invocation)


def _why_no_dpi(invocation: Invocation) -> str | None:
    if invocation.options.cell_width is not None:
        return "goes without --cell-width, which sets the number of pixels, too"
    figures = [job for job in invocation.jobs if job.figure]
    if figures and all(output_format(job).renderer for job in figures):
        return "goes with pixels; SVG, PDF and HTML keep those of the pictures"
    return _why_no_figure(invocation)


def _why_no_captions(invocation: Invocation) -> str | None:
    if invocation.options.captions == "none":
        return "goes with captions, and there are none with --captions none"
    return _why_no_figure(invocation)


def _why_no_size(invocation: Invocation) -> str | None:
    """Return why a figure has no size of its own, or None: a page has that of the window.

    Insets are as large beside their cells as in the figure.
    """
    figures = [job for job in invocation.jobs if job.figure]
    are_pages = all(output_format(job).renderer == "html" for job in figures)
    alone = are_pages and not invocation.options.inset
    why = "goes without HTML, whose pictures are as large as the window lets them"
    return _why_no_figure(invocation) or (why if alone else None)


def _why_no_reference(invocation: Invocation) -> str | None:
    noise = invocation.options.noise
    alone = "goes without --noise, which makes the clean picture the reference" if noise else None
    options = invocation.options
    is_used = options.show_reference or options.table or options.difference is not None
    if options.captions == "none" and not is_used:
        alone = "goes with captions, and there are none with --captions none"
    return _why_no_figure(invocation) or alone


def _why_no_reference_cell(invocation: Invocation) -> str | None:
    alone = invocation.options.reference is None
    return _why_no_figure(invocation) or ("goes with --reference" if alone else None)


def _why_no_noise(invocation: Invocation) -> str | None:
    marked = invocation.options.nodata is not None
    why = "goes without --nodata, a level that noise would change" if marked else None
    return _why_no_figure(invocation) or why


def _why_no_table(invocation: Invocation) -> str | None:
    options = invocation.options
    for name in ("changed", "skip_existing"):
        if getattr(options, name):
            return f"goes without --{name.replace('_', '-')}: a skipped figure isn't measured"
    return _why_no_figure(invocation)


def _why_no_numbers(invocation: Invocation) -> str | None:
    options = invocation.options
    for name in ("reference", "noise", "difference", "table"):
        if getattr(options, name):
            return f"goes without --{name}, which compares levels"
    if why := _why_no_figure(invocation):
        return why
    if all(map(is_text_grid, invocation.sources)):
        return None
    return "goes with grids of numbers, .txt or .csv, only"


def _why_no_columns(invocation: Invocation) -> str | None:
    animated = invocation.options.animate is not None
    why = "goes without --animate, which shows one cell at a time" if animated else None
    return _why_no_figure(invocation) or why


def _why_no_animation(invocation: Invocation) -> str | None:
    if why := _why_no_figure(invocation):
        return why
    figures = [job for job in invocation.jobs if job.figure]
    if all("duration" in output_format(job).metadata for job in figures):
        return None
    return "goes with an output that is a .gif, .webp, .png, .apng or .avif"


FIGURE_RULES: dict[str, Rule] = {
    "columns": _why_no_columns,
    "no_original": _why_no_figure,
    "title": _why_no_figure,
    "cell_width": _why_no_size,
    "figure_width": _why_no_size,
    "dpi": _why_no_dpi,
    "caption_size": _why_no_size,
    "captions": _why_no_figure,
    "letters": _why_no_captions,
    "font": _why_no_size,
    "zoom": _why_no_figure,
    "inset": _why_no_figure,
    "numbers": _why_no_numbers,
    "reference": _why_no_reference,
    "show_reference": _why_no_reference_cell,
    "noise": _why_no_noise,
    "difference": _why_no_figure,
    "table": _why_no_table,
    "animate": _why_no_animation,
}
