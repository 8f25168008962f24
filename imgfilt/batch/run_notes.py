"""Notes for the user on how an input was read and what a run did with it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from ..errors import ImageError, Note
from ..files import printable_path
from ..filters import Filter
from ..image import Format, Image
from ..image.metadata.tags import find_nodata
from ..pipeline.chain import Step, step_name
from ..pipeline.clipping import Clipping
from ..pipeline.filter_run import RunReport
from ..pipeline.missing import describe_nodata
from ..pipeline.options import Options
from .job import Job


def input_notes(image: Image, name: str, options: Options) -> list[str]:
    """Return notes on how an input was read.

    Parameters
    ----------
    image : Image
    name : str
        The input's, for messages.
    options : Options
        Of the run: `verbose` returns details, too.
    """
    metadata = image.metadata
    notes = list(metadata.details) if options.verbose else []
    unnamed = describe_nodata(find_nodata(metadata.tags), image.pixels.dtype, options)
    notes += unnamed
    if metadata.unreadable:
        *others, last = (f"its {part}" for part in metadata.unreadable)
        parts = f"{', '.join(others)} and {last}" if others else last
        notes.append(f"{parts} can't be read")
    return [*metadata.notes, *(Note(note).after(f"{name}: ") for note in notes)]


def describe_animation(job: Job, image: Image, format: Format) -> str | None:
    """Return a note if pages, which have no time, become the frames of an animation.

    Parameters
    ----------
    job : Job
    image : Image
        The first page.
    format : Format
        The output's.
    """
    if image.metadata.duration is not None or "duration" not in format.metadata:
        return None
    folder = os.path.dirname(job.target)
    template = os.path.join(folder, f"{{stem}}-{{frame}}{format.suffixes[0]}")
    way = Note(f"output '{printable_path(template)}' makes a file of each", ("output",))
    return way.after(f"{job.target_name}: an animation of {image.frames} pages; ")


def iter_run_notes(
    name: str,
    part: str,
    steps: Sequence[Step],
    reports: Sequence[RunReport],
    strict: bool,
    warned: set[str],
) -> Iterator[str]:
    """Give the notes for the user on a run: on the engine, on each filter, on clipped values.

    Parameters
    ----------
    name : str
        The input's.
    part : str
        The frame, or the cell of a figure; "" if there is only one.
    steps : sequence of Step
    reports : sequence of RunReport
        One for each step.
    strict : bool
    warned : set of str
        The steps whose warning about the range of floats was given, which all frames and cells of
        an input share. This one gets those whose warning is given.

    Raises
    ------
    ImageError
        When a value was clipped and `strict` is set.
    """
    for number, (step, report) in enumerate(zip(steps, reports, strict=True)):
        where = step_name(steps, number)
        clipped = None
        if report.clipped:
            hint = _clipping_hint(report, step)
            if strict:
                nothing = Note("strict lets nothing be clipped", ("strict",))
                error = ImageError(nothing.after(f"{report.clipped}, and "), hint=hint)
                if where:
                    error.add_prefix(where)
                raise error
            clipped = hint.after(f"{report.clipped} and {report.clipped.effect}; ")
        if report.plan.fallback:
            yield report.plan.fallback
        for note in filter(None, (*report.notes, clipped)):
            is_general = note == report.range_note
            if is_general and where in warned:
                continue
            if is_general:
                warned.add(where)
            places = filter(None, (name, "" if is_general else part, where))
            yield Note(note).after("".join(f"{place}: " for place in places))


def describe_remedy(clipping: Clipping, filt: Filter, mode: str = "clip") -> Note:
    """Return which parameter makes values fit that were clipped.

    Parameters
    ----------
    clipping : Clipping
    filt : Filter
        As the user gave it.
    mode : str
        A key of VALUES, which wasn't enough.
    """
    remedy = {
        "normalize": f"the weights sum to {filt.weight_sum:.6g}: normalize divides by it",
        "signed": "values offset or abs keeps negative results",
        "stretch": "values stretch makes them fit",
    }[clipping.choose_remedy(filt, mode)]
    return Note(remedy, ("normalize", "values"))


def _clipping_hint(report: RunReport, step: Step) -> Note:
    """Return a hint on the parameters of a step that help against clipping."""
    clipping = report.clipping
    if report.plan.working_space.dtype.kind != "f":
        return describe_remedy(clipping, step.filter, step.options.values)
    fits = step.filter.leaves_range and clipping.undefined < clipping.count
    stretch = ", values stretch makes them fit" if fits else ""
    return Note(f"depth float keeps them{stretch}", ("depth", "values"))
