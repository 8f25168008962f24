"""Work: what is done for one job. Nothing is computed before it is known that it can be kept."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from .. import image
from ..apply import run
from ..errors import ImageError, ImgfiltError, OutputError
from ..figure import Cell, Layout, displayed, grid
from ..figure.quality import described
from ..files import displayed as displayed_name
from ..image import FORMATS, MAX_PIXELS, Format, Image, Pixels, format_of
from ..options import DEPTHS
from .job import STREAM, Job, Step, name_of


@dataclass(frozen=True)
class Settings:
    """How pictures are read, written and shown.

    Attributes
    ----------
    frame : int, optional
        The one to read, from 0.
    max_pixels : int
        More are refused, of an input and of a figure.
    quality : int, optional
        Of JPEG and WebP, 1 to 100.
    strip : bool
        Drop the metadata.
    background : (red, green, blue), optional
        The ground for alpha where the output can't hold it, 0 to 255.
    layout : Layout
    columns_given : bool
        Whether the layout's columns were asked for; else what is shown decides them.
    original : bool
        Whether a figure begins with the unfiltered picture.
    reference : (H, W, 1) or (H, W, 3) uint8 array, optional
        PSNR and SSIM against it join the captions.
    """

    frame: int | None = None
    max_pixels: int = MAX_PIXELS
    quality: int | None = None
    strip: bool = False
    background: tuple[int, int, int] | None = None
    layout: Layout = field(default_factory=Layout)
    columns_given: bool = False
    original: bool = True
    reference: Pixels | None = None


def filter_picture(job: Job, settings: Settings) -> list[str]:
    """Filter one picture into another; return what is worth knowing."""
    (source,), (step,) = job.sources, job.steps
    picture = _read(source, settings)
    form = _format(job)
    with _about(job.name):
        _check_kept(form, picture, step, settings)
        result = run(step.filter, picture.pixels, picture.alpha, step.options)
    notes = [result.plan.fallback] if result.plan.fallback else []
    if result.clipped:
        notes.append(f"{job.name}: {result.clipped}")
    filtered = dataclasses.replace(picture, pixels=result.pixels)
    if filtered.alpha and not form.alpha and settings.background is not None:
        filtered = image.flatten(filtered, settings.background)
    return notes + _write(job, filtered, settings)


def draw(job: Job, settings: Settings) -> list[str]:
    """Draw the figure of a job; return what is worth knowing."""
    with _about(job.name):
        _refuse(_format(job).supports("uint8", (1, 1, 3), False))
    notes: list[str] = []
    cells: list[Cell] = []
    # Of an animation a figure shows the first frame, unless told.
    settings = dataclasses.replace(settings, frame=settings.frame or 0)
    for source in job.sources:
        picture = _read(source, settings)
        with _about(name_of(source)):
            cells += _cells(name_of(source), picture, job.steps, settings, notes)
    layout = settings.layout if settings.columns_given else _layout(job, settings, len(cells))
    with _about(job.name):
        figure = Image(grid(cells, layout, max_pixels=settings.max_pixels))
    return notes + _write(job, figure, settings)


def _layout(job: Job, settings: Settings, cells: int) -> Layout:
    """Return the layout that shows inputs, or the values of a product, as rows."""
    across = job.steps[0].across
    if len(job.sources) > 1:
        return dataclasses.replace(settings.layout, columns=cells // len(job.sources))
    if 0 < across < len(job.steps):
        first = 1 if settings.original else across
        return dataclasses.replace(settings.layout, columns=across, first_row=first)
    return settings.layout


def _cells(
    name: str, picture: Image, steps: tuple[Step, ...], settings: Settings, notes: list[str]
) -> Iterator[Cell]:
    if settings.original:
        yield _cell("Original", shown(picture), settings)
    for step in steps:
        result = run(step.filter, picture.pixels, picture.alpha, step.options)
        if result.plan.fallback and result.plan.fallback not in notes:
            notes.append(result.plan.fallback)
        if result.clipped:
            notes.append(f"{name}: {step.caption}: {result.clipped}")
        filtered = dataclasses.replace(picture, pixels=result.pixels)
        yield _cell(step.caption, shown(filtered), settings)


def _cell(caption: str, pixels: Pixels, settings: Settings) -> Cell:
    if settings.reference is None:
        return Cell(caption, pixels)
    return Cell(caption, pixels, described(pixels, settings.reference))


@contextmanager
def _about(name: str) -> Iterator[None]:
    """Name the input in errors that know of pixels only."""
    try:
        yield
    except ImgfiltError as error:
        raise type(error)(f"{name}: {error}") from None


def shown(picture: Image) -> Pixels:
    """Return a picture as figures show it: 8 bits, sRGB, over a ground."""
    return displayed(picture.pixels, picture.alpha, picture.metadata.icc)


def _read(source: str, settings: Settings) -> Image:
    if os.path.isdir(source):
        raise ImageError(f"{name_of(source)}: there is no picture in this folder")
    if source != STREAM:
        return image.read(source, frame=settings.frame, max_pixels=settings.max_pixels)
    return image.read(_stdin(), name="stdin", frame=settings.frame, max_pixels=settings.max_pixels)


def _stdin() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:
        raise ImageError("stdin: it is closed")
    if sys.stdin.isatty():
        raise ImageError("stdin: it is a terminal; a picture was expected through a pipe")
    return sys.stdin.buffer


def _format(job: Job) -> Format:
    """Return the format to write: what was asked for, what the name says, or PNG on a stream."""
    if job.format is not None:
        return FORMATS[job.format]
    return FORMATS["png"] if job.target == STREAM else format_of(job.target)


def _check_kept(form: Format, picture: Image, step: Step, settings: Settings) -> None:
    """Raise ImageError if the format can't hold what will come out."""
    depth = DEPTHS[step.options.depth] if step.options.depth else picture.pixels.dtype.name
    height, width, channels = picture.pixels.shape
    flattened = picture.alpha and not form.alpha and settings.background is not None
    shape = height, width, channels - flattened
    _refuse(form.supports(depth, shape, picture.alpha and not flattened))


def _refuse(obstacle: str | None) -> None:
    if obstacle is not None:
        raise ImageError(obstacle)


def _write(job: Job, picture: Image, settings: Settings) -> list[str]:
    """Write the output of a job; return what of its metadata was lost."""
    target: str | BinaryIO = job.target
    if job.target == STREAM:
        if sys.stdout is None or sys.stdout.closed:
            raise OutputError("stdout: it is closed")
        target = sys.stdout.buffer
    elif job.makes_folder:
        _make_folder(os.path.dirname(job.target))
    lost = image.write(
        target, picture, format=job.format, quality=settings.quality, strip=settings.strip
    )
    if not lost:
        return []
    return [f"{job.name}: {_format(job).label} can't hold its {', '.join(lost)}"]


def _make_folder(folder: str) -> None:
    try:
        os.makedirs(folder or ".", exist_ok=True)
    except FileExistsError:
        raise OutputError(f"{displayed_name(folder)}: is no folder") from None
    except OSError as error:
        raise OutputError(f"{displayed_name(folder)}: {error.strerror or error}") from None
