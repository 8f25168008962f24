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

# By format: durations are multiples of this, in milliseconds.
DURATION_UNITS = {"GIF": 10, "WebP": 1, "AVIF": 1}
_TOLERANCE = 1e-6  # of a unit: durations in seconds are rounded


def require_same_size(images: Iterable[Image]) -> Iterator[Image]:
    """Give the frames; ImageError for one whose size differs from that of the first."""
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
    """Return whether the first frame is the default image of an APNG, no part of the animation."""
    return first.metadata.duration is None and second.metadata.duration is not None


def iterate_animation(images: Iterable[Image]) -> Iterator[Image]:
    """Give the frames that are part of the animation, without the default image of an APNG."""
    images = iter(images)
    first, second = next(images), next(images)
    if not starts_with_still(first, second):
        yield first
    yield from chain([second], images)


def quantize_durations(images: Iterable[Image], unit: float) -> Iterator[tuple[Image, int]]:
    """Give the frames of an animation, each with its duration in units of `unit` milliseconds.

    The times at which frames begin are rounded, not the durations, so that errors don't add up.
    """
    end, begin = 0.0, 0
    for image in require_same_size(iterate_animation(images)):
        duration = image.metadata.duration
        end += DEFAULT_DURATION if duration is None else duration
        next_begin = math.floor(end / unit + 0.5)
        yield image, next_begin - begin
        begin = next_begin


def list_timeline_losses(image: Image, first: Image, label: str) -> list[str]:
    """Name what a format can't hold of the timing of a frame.

    Parameters
    ----------
    image, first : Image
        The frame, and the first frame of its animation.
    label : str
        The format's.
    """
    unit = DURATION_UNITS.get(label)
    if unit is None or image.frames == 1:
        return []
    found = ["the still picture before the animation"] if starts_with_still(first, image) else []
    ticks = (image.metadata.duration or 0) / unit
    if abs(ticks - round(ticks)) > _TOLERANCE:
        found.append(f"durations (they were rounded to {unit} ms)")
    return found


def split_duration(duration: int, longest: int) -> list[int]:
    """Cut a duration into parts that a format can hold; the frame is written once for each.

    Examples
    --------
    >>> split_duration(0, 100), split_duration(100, 100), split_duration(250, 100)
    ([0], [100], [100, 100, 50])
    """
    whole, rest = divmod(duration, longest)
    return [longest] * whole + [rest] * (rest > 0 or not whole)


def add_alpha(image: Image) -> Pixels:
    """Return the pixels with alpha, which is opaque if the picture has none."""
    if image.alpha:
        return image.pixels
    height, width, _ = image.pixels.shape
    opaque = np.full((height, width, 1), white_level(image.pixels.dtype), image.pixels.dtype)
    return np.concatenate((image.pixels, opaque), axis=2)


def drop_opaque_alpha(pixels: Pixels, alpha: bool) -> tuple[Pixels, bool]:
    """Return pixels without alpha if all are opaque, and whether alpha is left."""
    if alpha and (pixels[:, :, -1] == white_level(pixels.dtype)).all():
        return pixels[:, :, :-1], False
    return pixels, alpha


def as_single_image(image: Image) -> Image:
    """Return a frame as a picture that is no part of an animation."""
    metadata = replace(image.metadata, duration=None, loop_count=None)
    return replace(image, metadata=metadata, frames=1)


def find_changed_rect(before: Pixels | None, now: Pixels) -> Rect:
    """Return the smallest rectangle with all pixels that changed; one pixel if none did.

    It is the whole picture if there is none before, or the number of channels changed.
    """
    whole = Rect(0, 0, *now.shape[:2])
    if before is None or before.shape != now.shape:
        return whole
    differs = (before != now).any(axis=2)
    return whole.bounding_rect(differs) if differs.any() else Rect(0, 0, 1, 1)
