"""Frames of an animation: durations in a format's unit, the part that changed, alpha."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

import numpy as np

from ..dtypes import white_level
from ..errors import ImageError
from ..geometry import Rect
from .image import Image, Pixels

# Milliseconds, for a page that becomes a frame.
DEFAULT_DURATION = 100

_TOLERANCE = 1e-6  # of a unit: durations in seconds are rounded


def require_same_size(images: Iterable[Image]) -> Iterator[Image]:
    """Yield the frames; ImageError if the size of a frame differs from the first frame's size."""
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
    """Return whether the first frame is an APNG's default image, which the animation leaves out."""
    return first.metadata.duration is None and second.metadata.duration is not None


def iterate_animation(images: Iterable[Image]) -> Iterator[Image]:
    """Yield the frames that are part of the animation, without the default image of an APNG."""
    images = iter(images)
    first, second = next(images), next(images)
    if not starts_with_still(first, second):
        yield first
    yield from chain([second], images)


def quantize_durations(images: Iterable[Image], unit: float) -> Iterator[tuple[Image, int]]:
    """Yield (frame, duration) for each frame; durations count units of `unit` milliseconds.

    The times at which frames begin are rounded, not the durations, so that errors don't add up.
    """
    end, begin = 0.0, 0
    for image in require_same_size(iterate_animation(images)):
        duration = image.metadata.duration
        end += DEFAULT_DURATION if duration is None else duration
        next_begin = math.floor(end / unit + 0.5)
        yield image, next_begin - begin
        begin = next_begin


def list_timeline_losses(image: Image, first: Image, unit: int) -> list[str]:
    """Return a name for each property of a frame's timing that a format can't hold.

    Parameters
    ----------
    image, first : Image
        The frame, and the first frame of its animation.
    unit : int
        `Format.duration_unit`.
    """
    if not unit or image.frames == 1:
        return []
    found = ["the still picture before the animation"] if starts_with_still(first, image) else []
    ticks = (image.metadata.duration or 0) / unit
    if abs(ticks - round(ticks)) > _TOLERANCE:
        found.append(f"durations (they were rounded to {unit} ms)")
    return found


def split_duration(duration: int, longest: int) -> list[int]:
    """Cut a duration into parts that a format can hold; the frame is written once for each part.

    Examples
    --------
    >>> split_duration(0, 100), split_duration(100, 100), split_duration(250, 100)
    ([0], [100], [100, 100, 50])
    """
    whole, rest = divmod(duration, longest)
    return [longest] * whole + [rest] * (rest > 0 or not whole)


def add_alpha(image: Image) -> Pixels:
    """Return the pixels with alpha; a picture without alpha gets opaque alpha."""
    if image.alpha:
        return image.pixels
    height, width, _ = image.pixels.shape
    opaque = np.full((height, width, 1), white_level(image.pixels.dtype), image.pixels.dtype)
    return np.concatenate((image.pixels, opaque), axis=2)


def drop_opaque_alpha(pixels: Pixels, alpha: bool) -> tuple[Pixels, bool]:
    """Return (pixels, whether they have alpha); alpha is removed if all pixels are opaque."""
    if alpha and (pixels[:, :, -1] == white_level(pixels.dtype)).all():
        return pixels[:, :, :-1], False
    return pixels, alpha


def as_single_image(image: Image) -> Image:
    """Return a frame as a single picture, without duration and loop count."""
    metadata = image.metadata._replace(duration=None, loop_count=None)
    return replace(image, metadata=metadata, frames=1)


def find_changed_rect(before: Pixels | None, now: Pixels) -> Rect:
    """Return the smallest rectangle that holds all changed pixels; one pixel if none changed.

    The rectangle is the whole picture if `before` is None or the number of channels changed.
    """
    whole = Rect(0, 0, *now.shape[:2])
    if before is None or before.shape != now.shape:
        return whole
    differs = (before != now).any(axis=2)
    return whole.bounding_rect(differs) if differs.any() else Rect(0, 0, 1, 1)
