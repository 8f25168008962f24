"""The conversions around a filter in words: to what it sees, and from its value to the output."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import Array, white_level
from ..numbers import format_brief
from ..pipeline.filter_run import FilterRun
from ..pipeline.working_space import WorkingSpace

_ROUNDING = 1e-9  # in levels: what float64 may add to a whole number

# Of a colour and of alpha: the conversions to a level of the picture, and to one of the output.
Words = tuple[tuple[str, str], tuple[str, str]]


def describe_to_working(space: WorkingSpace) -> tuple[list[str], list[str]]:
    """Return how `WorkingSpace.to_working` converts a colour, and how alpha."""
    alpha = ["in 8-bit levels"] if space.is_scaled else []
    colour = (["in linear light"] if space.linear_light else []) + alpha
    if space.premultiplied:
        colour.append("times alpha 0 to 1" if space.filter.in_8_bit_levels else "times alpha")
    if space.missing is not None:
        colour.append("missing pixels are 0")
    return colour, alpha


def describe_conversions(run: FilterRun, levels: Array) -> Words:
    """Return how a run converts the filter's values of a pixel.

    Parameters
    ----------
    run : FilterRun
    levels : (C,) array
        One pixel of the result of `WorkingSpace.from_working`.
    """
    space, options = run.plan.working_space, run.options
    depth = [f"depth {options.depth}"] if run.dtype != space.dtype else []
    values = []
    if options.values not in ("clip", "raw") and space.is_visible(levels):
        values = [f"values {options.values}"]
    colour, alpha = _describe_from_working(space, levels)
    return (", ".join(colour), ", ".join(values + depth)), (", ".join(alpha), ", ".join(depth))


def _describe_from_working(space: WorkingSpace, levels: Array) -> tuple[list[str], list[str]]:
    scaled = [f"scaled to 0..{space.white}"] if space.is_scaled else []
    colour = scaled + (["out of linear light"] if space.linear_light else [])
    if space.missing is not None and space.missing.find(levels[: len(levels) - space.alpha]):
        return ["missing: no pixel with a weight is there"], ["as it was: missing"]
    if space.premultiplied:
        colour = ["divided by alpha", *colour]
    if space.missing is not None and space.filter.premultiplied:
        colour = ["divided by the weights of the pixels that are there", *colour]
    if not space.is_visible(levels):
        colour = ["the colour as it was: transparent"]
    if not space.premultiplied:
        return colour, []
    if space.filter.weight_sum == 0:
        return colour, ["as it was: the weights sum to 0"]
    divided = space.filter.weight_sum != 1
    return colour, scaled + (["divided by the sum of the weights"] if divided else [])


def list_conversions(numbers: Sequence[float], words: tuple[str, str]) -> list[tuple[str, float]]:
    """Return each conversion between numbers, in words, and the number after it.

    `numbers` are the filter's value, NaN if it isn't known, a level of the picture, and a level of
    the output.
    """
    conversions = []
    for text, before, after in zip(words, numbers, numbers[1:], strict=False):
        if text or not (before == after or math.isnan(before)):
            kept = "as it was: transparent" if before > 0 == after else "kept from 0 to white"
            conversions.append((text or kept, after))
    return conversions


def describe_rounding(output: float, dtype: np.dtype[Any]) -> str:
    """Return how a level of the output is stored in its dtype, or "" if as it is."""
    if dtype.kind == "f":
        return ""
    if not math.isfinite(output):
        return "0 for NaN" if math.isnan(output) else "clipped"
    is_whole = abs(round(output) - output) < _ROUNDING
    if 0 <= round(output) <= white_level(dtype):
        return "" if is_whole else "rounded"
    return "clipped" if is_whole else f"rounded {format_brief(round(output))}, clipped"
