"""Timelines: durations in a format's own units, and what of a frame has to be drawn anew."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

import numpy as np

from ..dtypes import white_level
from ..errors import ImageError
from .image import Image, Pixels

# Of a page that becomes a frame, and so never had a duration; milliseconds.
DEFAULT_DURATION = 100

# Of which formats a duration has to be a multiple: milliseconds.
DURATION_UNITS = {"GIF": 10, "WebP": 1, "AVIF": 1}
_NEGLIGIBLE = 1e-6  # of that: numbers of seconds aren't exact


def require_same_size(images: Iterable[Image]) -> Iterator[Image]:
    """Give frames as long as they have the first one's size; ImageError for another."""
    size: tuple[int, int] | None = None
    for number, image in enumerate(images):
        height, width, _ = image.pixels.shape
        size = size or (width, height)
        if (width, height) != size:
            raise ImageError(
                f"frame {number} is {width} x {height}, the first {size[0]} x {size[1]}; "
                "frames of an animation have one size"
            )
        yield image


def starts_with_still(first: Image, second: Image) -> bool:
    """Return whether the first frame is only for viewers that know no animations."""
    return first.metadata.duration is None and second.metadata.duration is not None


def animation_frames(images: Iterable[Image]) -> Iterator[Image]:
    """Give the frames that are part of the animation: not the still picture before an APNG's."""
    images = iter(images)
    first, second = next(images), next(images)
    if not starts_with_still(first, second):
        yield first
    yield from chain([second], images)


def quantize_durations(images: Iterable[Image], unit: float) -> Iterator[tuple[Image, int]]:
    """Give the frames of an animation, each with its duration in multiples of so many milliseconds.

    The moments are rounded, not the durations: errors don't add up.
    """
    moment, told = 0.0, 0
    for image in require_same_size(animation_frames(images)):
        duration = image.metadata.duration
        moment += DEFAULT_DURATION if duration is None else duration
        now = math.floor(moment / unit + 0.5)
        yield image, now - told
        told = now


def timeline_losses(image: Image, first: Image, label: str) -> list[str]:
    """Return what of a frame's part in an animation the format of this label can't hold."""
    unit = DURATION_UNITS.get(label)
    if unit is None or image.frames == 1:
        return []
    found = ["the still picture before the animation"] if starts_with_still(first, image) else []
    ticks = (image.metadata.duration or 0) / unit
    if abs(ticks - round(ticks)) > _NEGLIGIBLE:
        found.append(f"durations (they were rounded to {unit} ms)")
    return found


def split_duration(ticks: int, longest: int) -> list[int]:
    """Cut a duration into as few as a format can say: what is shown longer is drawn again.

    Examples
    --------
    >>> turns(0, 100), turns(100, 100), turns(250, 100)
    ([0], [100], [100, 100, 50])
    """
    whole, rest = divmod(ticks, longest)
    return [longest] * whole + [rest] * (rest > 0 or not whole)


def add_alpha(image: Image) -> Pixels:
    """Return pixels with alpha, opaque where the picture has none."""
    if image.alpha:
        return image.pixels
    height, width, _ = image.pixels.shape
    opaque = np.full((height, width, 1), white_level(image.pixels.dtype), image.pixels.dtype)
    return np.concatenate((image.pixels, opaque), axis=2)


def drop_opaque_alpha(pixels: Pixels, alpha: bool) -> tuple[Pixels, bool]:
    """Return pixels without an alpha that nothing is seen through, and whether one is left."""
    if alpha and (pixels[:, :, -1] == white_level(pixels.dtype)).all():
        return pixels[:, :, :-1], False
    return pixels, alpha


def as_single_image(image: Image) -> Image:
    """Return a frame as a picture of its own."""
    metadata = replace(image.metadata, duration=None, loop_count=None)
    return replace(image, metadata=metadata, frames=1)


def changed_rect(before: Pixels | None, now: Pixels) -> tuple[slice, slice]:
    """Return the rows and columns that hold all of what differs; one pixel where nothing does.

    With nothing before, or other colours, all of it does.
    """
    if before is None or before.shape != now.shape:
        return slice(0, now.shape[0]), slice(0, now.shape[1])
    differs = (before != now).any(axis=2)
    return _extent(differs.any(axis=1)), _extent(differs.any(axis=0))


def _extent(marks: Pixels) -> slice:
    places = np.flatnonzero(marks)
    return slice(int(places[0]), int(places[-1]) + 1) if places.size else slice(0, 1)
