"""Read the inputs of a job and write its output, stdin and stdout included."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, zip_longest
from typing import BinaryIO

from .. import image
from ..errors import CommandError, ImageError, ImgfiltError, OutputError
from ..files import (
    STREAM,
    atomic_write,
    open_stdin,
    open_stdout,
    printable_path,
    source_name,
    why_unreadable,
    write_all,
)
from ..image import Format, Image, OnHeader
from .inputs import Source
from .job import Job, OnComplete
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


def read(source: str, options: JobOptions, words: bool = False) -> Image:
    """Read one frame of an input, by default the first.

    Parameters
    ----------
    source, options, words
        As for `read_frames`.

    Raises
    ------
    ImageError
        With the input's name.
    """
    frame = options.frame or 0
    return next(read_frames(source, options._replace(frame=frame), words=words))


def read_frames(
    source: str,
    options: JobOptions,
    on_header: OnHeader | None = None,
    by_rows: bool = False,
    words: bool = False,
) -> Generator[Image, None, None]:
    """Give the frames of an input, or the one frame that the options choose.

    Parameters
    ----------
    source : str
        A path, or `-`.
    options : JobOptions
    on_header : callable, optional
        Called before a frame is decoded; raises ImageError to refuse it.
    by_rows, words : bool
        Whether the pixels of a large picture may be a RowSource, and whether the numbers of a grid
        are kept as they are written; see image.read_frames.

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
        words=words,
    )


def list_frames(source: Source, options: JobOptions) -> Sequence[int | None]:
    """Return the numbers of the frames of an input, of which the header alone is read.

    Parameters
    ----------
    source : Source
    options : JobOptions
        If they choose a frame, it is the only one.

    Returns
    -------
    sequence of int or None
        None alone stands for an input that can't be read: it will fail as a job.

    Raises
    ------
    CommandError
        For stdin, which can be read once only.
    """
    if options.frame is not None:
        return [options.frame]
    if source.path == STREAM:
        message = "output: {frame} goes with files; of stdin, frame N takes one frame"
        raise CommandError(message, parameters=("output", "frame N"))
    counts: list[int] = []

    def count(header: image.ImageHeader) -> None:
        counts.append(header.frames)
        raise ImageError("is not decoded")

    with suppress(ImgfiltError):
        next(read_frames(source.path, options, count))
    return range(counts[0]) if counts else [None]


def unreadable_input(job: Job) -> tuple[str, str] | None:
    """Return the name of the first input that can't be opened, and the reason; None if all can.

    No file is opened.
    """
    for source, known in zip_longest(job.sources, job.obstacles):
        why = known or (why_unreadable(source) if source != STREAM else None)
        if why is not None:
            return source_name(source), why
    return None


def input_size(job: Job) -> int | None:
    """Return how many bytes the inputs of a job have; None with stdin or a missing input."""
    try:
        return sum(os.path.getsize(source) for source in job.sources)
    except (OSError, ValueError):
        return None


def _open_stdin() -> BinaryIO:
    stream = open_stdin()
    if sys.stdin.isatty():
        raise ImageError("stdin: it is a terminal; a picture was expected through a pipe")
    return stream


def raise_if(reason: str | None) -> None:
    """Raise ImageError with a reason, unless it is None."""
    if reason is not None:
        raise ImageError(reason)


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
