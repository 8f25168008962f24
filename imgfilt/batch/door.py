"""The door of a job: its inputs come in, its output goes out, streams included."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, zip_longest
from typing import BinaryIO

from .. import image
from ..apply import Result
from ..errors import ImageError, ImgfiltError, OutputError
from ..files import displayed, obstacle
from ..image import FORMATS, Ask, Format, Image, format_of
from .job import STREAM, Job, name_of
from .record_file import Stamp
from .settings import Settings

Complete = Callable[[int], None]


@contextmanager
def about(name: str) -> Iterator[None]:
    """Name the input in errors that know of pixels only."""
    try:
        yield
    except ImgfiltError as error:
        raise error.said_of(name) from None


def read(source: str, settings: Settings) -> Image:
    """Read one picture of an input, by default its first; ImageError names it."""
    return next(read_frames(source, dataclasses.replace(settings, frame=settings.frame or 0)))


def read_frames(source: str, settings: Settings, asked: Ask | None = None) -> Iterator[Image]:
    """Give the frames of an input, or the one that the settings pick; ImageError names it.

    `asked` is asked before they are decoded.
    """
    stream: str | BinaryIO = _stdin() if source == STREAM else source
    yield from image.read_frames(
        stream,
        name=name_of(source),
        frame=settings.frame,
        max_pixels=settings.max_pixels,
        asked=asked,
        axes=settings.axes,
        alpha=settings.alpha,
    )


def notes_of(picture: Image, name: str, measured: bool) -> list[str]:
    """Return what is worth knowing of an input itself; with `measured` its details, too."""
    metadata = picture.metadata
    said = list(metadata.details) if measured else []
    if metadata.unreadable:
        *others, last = (f"its {part}" for part in metadata.unreadable)
        parts = f"{', '.join(others)} and {last}" if others else last
        said.append(f"{parts} can't be read")
    return [*metadata.notes, *(f"{name}: {words}" for words in said)]


def obstacle_to(job: Job) -> tuple[str, str] | None:
    """Return which input can't be read, and why, as far as looking at it tells; None if all may."""
    for source, known in zip_longest(job.sources, job.obstacles):
        why = known or (obstacle(source) if source != STREAM else None)
        if why is not None:
            return name_of(source), why
    return None


def _stdin() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:
        raise ImageError("stdin: it is closed")
    if sys.stdin.isatty():
        raise ImageError("stdin: it is a terminal; a picture was expected through a pipe")
    return sys.stdin.buffer


def output_format(job: Job) -> Format:
    """Return the format to write: what was asked for, what the name says, or PNG on a stream."""
    if job.format is not None:
        return FORMATS[job.format]
    return FORMATS["png"] if job.target == STREAM else format_of(job.target)


def refuse(why: str | None) -> None:
    """Raise ImageError with what stands in the way, if anything does."""
    if why is not None:
        raise ImageError(why)


def refuse_clipped(result: Result, settings: Settings) -> None:
    """Raise ImageError where clipping would lose something and that was forbidden."""
    if settings.strict and result.clipped:
        raise ImageError(f"{result.clipped.numbers}, and --strict lets nothing be clipped")


def write(job: Job, pictures: Iterable[Image], settings: Settings, complete: Complete) -> list[str]:
    """Write the output of a job, frame by frame; return what of its metadata was lost.

    `complete` is called before a file takes its name, with a descriptor of it, to be read.
    """
    pictures = iter(pictures)
    # An input that fails leaves no folder behind.
    first = next(pictures)
    target: str | BinaryIO = job.target
    if job.target == STREAM:
        if sys.stdout is None or sys.stdout.closed:
            raise OutputError("stdout: it is closed")
        target = sys.stdout.buffer
    elif job.makes_folder:
        _make_folder(os.path.dirname(job.target))
    lost = image.write_frames(
        target,
        chain([first], pictures),
        format=job.format,
        quality=settings.quality,
        strip=settings.strip,
        complete=complete,
        mtime=_mtime(job) if settings.preserve else None,
    )
    if not lost:
        return []
    return [f"{job.name}: not kept in {output_format(job).label}: {', '.join(lost)}"]


def _mtime(job: Job) -> int | None:
    """Return when the first input was modified, in nanoseconds, where it is a file."""
    stamp = None if job.sources[0] == STREAM else Stamp.at(job.sources[0])
    return stamp.mtime if stamp else None


def _make_folder(folder: str) -> None:
    try:
        os.makedirs(folder or ".", exist_ok=True)
    except FileExistsError:
        raise OutputError(f"{displayed(folder)}: is no folder") from None
    except OSError as error:
        raise OutputError(f"{displayed(folder)}: {error.strerror or error}") from error
