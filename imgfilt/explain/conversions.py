"""The conversions around a filter in words: to what it sees, and from its value to the output."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import Array, white_level
from ..numbers import format_brief
from ..pipeline.filter_run import FilterRun
from ..pipeline.output import OutputConverter
from ..pipeline.working_space import WorkingSpace

_ROUNDING = 1e-9  # in levels: what float64 may add to a whole number

# Of a colour and of alpha: the conversions to a level of the picture, and to one of the output.
Words = tuple[tuple[str, str], tuple[str, str]]


def describe_to_working(space: WorkingSpace) -> tuple[list[str], list[str]]:
    """Return how `WorkingSpace.to_working` converts a colour, and how alpha."""
    alpha = ["in 8-bit levels"] if space.is_scaled else []
    colour = (["in linear light"] if space.linear_light else []) + alpha
    if space.premultiplied:
        colour.append("times alpha 0 to 1" if space.filter.level_parameter else "times alpha")
    if space.missing is not None:
        colour.append("missing pixels are 0")
    return colour, alpha


def describe_conversions(run: FilterRun, values: Array, levels: Array) -> Words:
    """Return how a run converts the filter's values of a pixel.

    Parameters
    ----------
    run : FilterRun
    values : (K,) array
        The filter's values of the pixel.
    levels : (C,) array
        The pixel in the result of `WorkingSpace.from_working`.
    """
    space, converter = run.plan.working_space, run.converter
    scaled = [f"scaled to 0..{converter.white}"] if converter.scale != 1 else []
    depth = [f"depth {run.options.depth}", *scaled] if run.dtype != space.dtype else []
    to_output = depth
    if space.is_visible(levels):
        to_output = _describe_mode(converter, depth)
    colour, alpha = _describe_from_working(space, values, levels)
    return (", ".join(colour), ", ".join(to_output)), (", ".join(alpha), ", ".join(depth))


def _describe_mode(converter: OutputConverter, depth: list[str]) -> list[str]:
    """Return how a visible colour is converted to a level of the output, given the depth's words.

    The modes are described in the order in which `OutputConverter` computes.
    """
    if converter.mode == "abs":
        return ["values abs", *depth]
    if converter.mode == "offset":
        return [*depth, f"values offset, plus {converter.offset:g}"]
    if converter.mode == "stretch":
        stretch = converter.stretch
        what = "the values of the picture are equal"
        if stretch.is_wide:
            low, high = format_digits(stretch.low), format_digits(stretch.high)
            what = f"{low} to {high} become 0 to {converter.white}"
        return [f"values stretch, {what}", *depth[:1]]
    return depth


def _describe_from_working(
    space: WorkingSpace, values: Array, levels: Array
) -> tuple[list[str], list[str]]:
    scaled = [f"scaled to 0..{space.white}"] if space.is_scaled else []
    colour, alpha = scaled + (["out of linear light"] if space.linear_light else []), scaled
    if space.missing is not None and space.missing.find(levels[: len(levels) - space.alpha]):
        return ["missing, as no pixel with a weight is there"], ["kept, as it is missing"]
    total, share = space.filter.weight_sum, None
    if space.missing is not None and space.filter.premultiplied:
        share = values[-1] / total
    if space.premultiplied:
        colour = [_describe_alpha(space, values, levels, share or 1), *colour]
        if total not in (0, 1):
            alpha = [*alpha, f"divided by {format_digits(total)}, the sum of the weights"]
    if share is not None:
        there = f"divided by {format_digits(share)}, the weights' share of pixels that are there"
        colour, alpha = [there, *colour], [there, *alpha]
    if not space.is_visible(levels):
        colour = ["transparent, so the colour is kept"]
    if not space.premultiplied:
        return colour, []
    return colour, alpha if total else ["kept, as the weights sum to 0"]


def _describe_alpha(space: WorkingSpace, values: Array, levels: Array, share: float) -> str:
    """Return the division of a colour by alpha: the filtered one, or the pixel's own."""
    total = space.filter.weight_sum
    if not total:
        return f"divided by the pixel's alpha {format_digits(levels[-1])}"
    filtered = format_digits(values[len(levels) - 1] / share / total)
    return f"divided by alpha {filtered}{'/255' if space.filter.level_parameter else ''}"


def format_digits(number: float) -> str:
    """Return a number of the arithmetic with as many digits as people can read."""
    return f"{number:.10g}"


def list_conversions(numbers: Sequence[float], words: tuple[str, str]) -> list[tuple[str, float]]:
    """Return each conversion between numbers, in words, and the number after it.

    `numbers` are the filter's value, NaN if it isn't known, a level of the picture, and a level of
    the output.
    """
    conversions = []
    for text, before, after in zip(words, numbers, numbers[1:], strict=False):
        if text or not (before == after or math.isnan(before)):
            kept = "kept, as it was transparent" if before > 0 == after else "kept from 0 to white"
            conversions.append((text or kept, after))
    return conversions


def describe_rounding(output: float, dtype: np.dtype[Any]) -> str:
    """Return how a level of the output is stored in its dtype, or "" if as it is."""
    if dtype.kind == "f":
        # The stored number is printed with fewer digits than float64 has.
        is_shown = math.isnan(output) or float(str(np.float32(output))) == output
        return "" if is_shown or dtype.name == "float64" else "32-bit float"
    if not math.isfinite(output):
        return "0 for NaN" if math.isnan(output) else "clipped"
    is_whole = abs(round(output) - output) < _ROUNDING
    if 0 <= round(output) <= white_level(dtype):
        return "" if is_whole else "rounded"
    return "clipped" if is_whole else f"rounded {format_brief(round(output))}, clipped"
