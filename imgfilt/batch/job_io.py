"""Read the inputs of a job and write its output, stdin and stdout included."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, zip_longest
from typing import BinaryIO

from .. import image
from ..errors import ImageError, ImgfiltError, OutputError, command_note
from ..files import atomic_write, open_stdout, printable_path, why_unreadable, write_all
from ..filters import Filter
from ..image import Format, Image, OnHeader
from ..image.metadata.tags import find_nodata
from ..pipeline.chain import Step, step_name
from ..pipeline.filter_run import RunReport
from ..pipeline.missing import describe_nodata
from ..pipeline.options import Options
from .job import STREAM, Job, OnComplete, source_name
from .options import JobOptions
from .record_file import FileStamp


@contextmanager
def error_context(name: str) -> Iterator[None]:
    """Put a name before the messages of errors."""
    try:
        yield
    except ImgfiltError as error:
        error.add_prefix(name)
        raise


def read(source: str, options: JobOptions) -> Image:
    """Read one frame of an input, by default the first; an ImageError names the input."""
    return next(read_frames(source, options._replace(frame=options.frame or 0)))


def read_frames(
    source: str, options: JobOptions, on_header: OnHeader | None = None, by_rows: bool = False
) -> Generator[Image, None, None]:
    """Give the frames of an input, or the one frame that the options choose.

    Parameters
    ----------
    source : str
        A path, or `-`.
    options : JobOptions
    on_header : callable, optional
        Called before a frame is decoded; raises ImageError to refuse it.
    by_rows : bool
        Whether the pixels of a large picture may be a RowSource; see image.read_frames.

    Raises
    ------
    ImageError
        With the input's name.
    """
    stream: str | BinaryIO = _open_stdin() if source == STREAM else source
    return image.read_frames(
        stream,
        name=source_name(source),
        frame=options.frame,
        max_pixels=options.max_pixels,
        on_header=on_header,
        axes=options.axes,
        alpha=options.alpha,
        by_rows=by_rows,
    )


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
    notes += map(command_note, unnamed)
    if metadata.unreadable:
        *others, last = (f"its {part}" for part in metadata.unreadable)
        parts = f"{', '.join(others)} and {last}" if others else last
        notes.append(f"{parts} can't be read")
    return [*map(command_note, metadata.notes), *(f"{name}: {note}" for note in notes)]


def unreadable_input(job: Job) -> tuple[str, str] | None:
    """Return the name of the first input that can't be opened, and the reason; None if all can.

    No file is opened.
    """
    for source, known in zip_longest(job.sources, job.obstacles):
        why = known or (why_unreadable(source) if source != STREAM else None)
        if why is not None:
            return source_name(source), why
    return None


def _open_stdin() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:
        raise ImageError("stdin: it is closed")
    if sys.stdin.isatty():
        raise ImageError("stdin: it is a terminal; a picture was expected through a pipe")
    return sys.stdin.buffer


def raise_if(reason: str | None) -> None:
    """Raise ImageError with a reason, unless it is None."""
    if reason is not None:
        raise ImageError(reason)


def iter_run_notes(
    name: str, part: str, steps: Sequence[Step], reports: Sequence[RunReport], strict: bool
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

    Raises
    ------
    ImageError
        When a value was clipped and `strict` is set.
    """
    for number, (step, report) in enumerate(zip(steps, reports, strict=True)):
        where = step_name(steps, number)
        clipped = None
        if report.clipped:
            hint = _clipping_hint(report, step.filter)
            if strict:
                prefix = where and f"{where}: "
                nothing = "and --strict lets nothing be clipped"
                raise ImageError(f"{prefix}{report.clipped}, {nothing}; {hint}")
            clipped = f"{report.clipped} and were clipped; {hint}"
        if report.plan.fallback:
            yield report.plan.fallback
        for note in filter(None, (*map(command_note, report.notes), clipped)):
            # This note is the same for all frames and cells.
            is_general = note == report.range_note
            yield ": ".join(filter(None, (name, "" if is_general else part, where, note)))


def _clipping_hint(report: RunReport, filt: Filter) -> str:
    """Return a hint on the options of the given filter that help against clipping."""
    if report.plan.working_space.dtype.kind != "f":
        return "see --values"
    stretch = ", --values stretch makes them fit" if filt.leaves_range else ""
    return f"--depth float keeps them{stretch}"


def write(
    job: Job,
    images: Iterable[Image],
    format: Format,
    options: JobOptions,
    on_complete: OnComplete,
) -> list[str]:
    """Write the output of a job, frame by frame; return a note on the metadata that it lost.

    Parameters
    ----------
    job : Job
    images : iterable of Image
        The frames; the first is drawn before a folder is made, so that an input that fails leaves
        none behind.
    format : Format
    options : JobOptions
    on_complete : callable

    Raises
    ------
    OutputError
        When the output can't be written.
    ImageError
        When the format can't hold a frame.
    """
    images = iter(images)
    first = next(images)
    target: str | BinaryIO = job.target
    if job.target == STREAM:
        target = open_stdout().buffer
    elif job.makes_folder:
        _make_folder(os.path.dirname(job.target))
    lost = image.write_frames(
        target,
        chain([first], images),
        format=format,
        quality=options.quality,
        compression=options.compression,
        strip=options.strip,
        complete=on_complete,
        mtime=_source_mtime(job) if options.preserve else None,
    )
    return [f"{job.name}: not kept in {format.label}: {', '.join(lost)}"] if lost else []


def write_content(job: Job, content: bytes, options: JobOptions, on_complete: OnComplete) -> None:
    """Write the output of a job whose content is made already; OutputError if it can't be written.

    Parameters
    ----------
    job : Job
    content : bytes
    options : JobOptions
    on_complete : callable
    """
    if job.target == STREAM:
        write_all(open_stdout().buffer, io.BytesIO(content), "stdout")
        return
    if job.makes_folder:
        _make_folder(os.path.dirname(job.target))
    mtime = _source_mtime(job) if options.preserve else None
    with atomic_write(job.target, on_complete, mtime) as stream:
        stream.write(content)


def _source_mtime(job: Job) -> int | None:
    """Return the modification time of the first input in nanoseconds, if it is a file."""
    stamp = None if job.sources[0] == STREAM else FileStamp.at(job.sources[0])
    return stamp.mtime if stamp else None


def _make_folder(folder: str) -> None:
    try:
        os.makedirs(folder or ".", exist_ok=True)
    except FileExistsError:
        raise OutputError(f"{printable_path(folder)}: is no folder") from None
    except OSError as error:
        raise OutputError(f"{printable_path(folder)}: {error.strerror or error}") from error
