"""Say why a format can't hold a picture or a figure, and which formats can."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..dtypes import DEPTHS, DTYPES
from ..errors import ImageError
from .formats import ALL_DEPTHS, FORMATS, INTEGER_DEPTHS, OUTPUT_FORMATS, Format
from .image import COLOURS, ImageHeader

_FIGURE = "uint8", 3, False  # depth, channels, alpha


def why_unsupported(format: Format, header: ImageHeader) -> ImageError | None:
    """Return an error that says why a format can't hold a picture; None if it can."""
    if (reason := why_no_picture(format)) is not None:
        return ImageError(reason)
    dtype, (height, width, channels), alpha, frames, extra = header
    depth = np.dtype(dtype).name
    if format.max_side and max(width, height) > format.max_side:
        return ImageError(
            f"{format.label} holds {format.max_side} pixels a side at most, not {width} x {height}"
        )
    able = [f for f in FORMATS.values() if f.can_hold(depth, channels, alpha, extra)]
    if format in able:
        return _why_no_frames(format, depth, able, frames)
    if alpha and format.can_hold(depth, channels - 1, False, extra):
        return ImageError(
            f"{format.label} can't hold alpha",
            parameters=("background",),
            hint="background COLOUR removes it",
        )
    message = f"{format.label} can't hold {_describe(header)}; {_join_labels(able)} can"
    is_integer = depth in INTEGER_DEPTHS
    # `--depth float` leaves 64-bit floats as they are.
    depths = ALL_DEPTHS if is_integer else INTEGER_DEPTHS
    names = (key for key, name in DEPTHS.items() if name in depths)
    fitting = [key for key in names if format.can_hold(DEPTHS[key], channels, alpha, extra)]
    if not fitting:
        return ImageError(message)
    effect = "makes it fit" if is_integer else "holds levels of 0 to 1"
    return ImageError(message, parameters=("depth",), hint=f"depth {fitting[-1]} {effect}")


def _why_no_frames(
    format: Format, depth: str, able: Sequence[Format], frames: int
) -> ImageError | None:
    """Return an error if a format can hold a single picture only; `able` can hold each frame."""
    if frames == 1 or depth in format.frames:
        return None
    others = _join_labels([f for f in able if depth in f.frames])
    what = f"{DTYPES[depth]} frames" if format.frames else "frames"
    return ImageError(
        f"{format.label} can't hold {frames} {what}; {others} can, and frame N picks one",
        parameters=("frame N",),
    )


def why_no_picture(format: Format) -> str | None:
    """Return why a format can't hold a single picture, of any kind; None if it can."""
    if not format.renderer:
        return None
    return (
        f"{format.label} holds figures only, and this is a single picture; several values for a "
        "parameter make a figure, and so does imgfilt compare"
    )


def why_no_figure(format: Format) -> str | None:
    """Return why a format can't hold a figure, drawn or as 8-bit RGB; None if it can."""
    able = [f for f in OUTPUT_FORMATS.values() if f.renderer or f.can_hold(*_FIGURE)]
    if format in able:
        return None
    return f"{format.label} can't hold a figure, which is 8-bit RGB; {_join_labels(able)} can"


def _describe(header: ImageHeader) -> str:
    """Describe depth and channels, such as "16-bit RGB with alpha"."""
    dtype, (_, _, channels), alpha, _, extra = header
    colours = COLOURS.get(channels - alpha - extra, f"{channels}-channel")
    text = f"{DTYPES[np.dtype(dtype).name]} {colours}"
    others = [f"{extra} extra channel{'s' * (extra > 1)}"] if extra else []
    others += ["alpha"] if alpha else []
    return f"{text} with {' and '.join(others)}" if others else text


def _join_labels(formats: Sequence[Format]) -> str:
    """Join the names of formats as English does: A, B and C."""
    *first, last = [format.label for format in formats] or ["no format"]
    return f"{', '.join(first)} and {last}" if first else last
