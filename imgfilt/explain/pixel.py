"""One pixel of a convolution in numbers: its window, the kernel on it, and the stored level.

The window comes from the pipeline's working space, and the stored level from the run itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..border import BORDERS, pad
from ..dtypes import Array, white_level
from ..errors import ImageError
from ..filters import Filter
from ..geometry import Rect
from ..pipeline.apply import run
from ..pipeline.options import Options, output_dtype
from ..pipeline.plan import Plan
from ..pipeline.prepare import prepare
from ..pipeline.strips import filter_strip

Number = Fraction | float

_OUTSIDE = "as it was: outside the region"
_COLOURS = {1: ("grey",), 3: ("red", "green", "blue"), 4: ("cyan", "magenta", "yellow", "black")}


@dataclass(frozen=True)
class ChannelTrace:
    """How one channel of one output pixel is computed.

    Attributes
    ----------
    channel : str
        The channel's name, and how its levels are converted before the filter.
    window : (rows, columns) array
        The levels under the kernel, as the filter sees them.
    beyond : (rows, columns) bool array
        True for levels outside the picture, which the border rule supplies.
    weights : (rows, columns) list of Fraction
        The weight of each level, before the division: the kernel, flipped unless it correlates.
    flipped : bool
        Whether the kernel is flipped.
    divisor : int
        The number by which the sum of the products is divided.
    stored : number
        The level that is written to the output.
    steps : str
        The conversions after the sum, without rounding and clipping; "" if there are none.
    limit : int, optional
        The greatest level of an integer output; None for floats.
    """

    channel: str
    window: Array
    beyond: Array
    weights: list[list[Fraction]]
    flipped: bool
    divisor: int
    stored: Any
    steps: str
    limit: int | None

    @property
    def products(self) -> list[list[Number]]:
        """Each level times its weight: exact, or a float if the level isn't finite."""
        return [
            [
                weight * Fraction(level) if math.isfinite(level) else float(weight) * level
                for weight, level in zip(weights, levels, strict=True)
            ]
            for weights, levels in zip(self.weights, self.window.tolist(), strict=True)
        ]


def trace_pixel(
    filt: Filter, pixels: Array, alpha: bool, options: Options, at: tuple[int, int]
) -> list[ChannelTrace]:
    """Return how each channel of an output pixel is computed.

    Parameters
    ----------
    filt : Filter
        A filter with an exact kernel: see Filter.composed.
    pixels : (H, W, C) array
        uint8, uint16, float32 or float64.
    alpha : bool
        Whether the last channel is alpha.
    options : Options
    at : (int, int)
        Row and column in the result, which has another size with the borders `valid` and `full`.

    Returns
    -------
    list of ChannelTrace
        One for each channel; none for alpha if the picture is opaque.

    Raises
    ------
    ImgfiltError
        If the run would fail, or the result has no such pixel.
    """
    plan, fill, _ = prepare(filt, pixels, alpha, options)
    (row, column), (height, width, channels) = at, plan.shape
    if row >= height or column >= width:
        raise ImageError(
            f"at {row},{column}: rows of the result are 0 to {height - 1}, "
            f"columns 0 to {width - 1}",
            parameters=("at",),
        )
    rect = Rect(row, column, row + 1, column + 1)
    block, _ = plan.working_space.to_working(pad(pixels, rect, filt.reach, plan.border, fill))
    flipped = filt.operation == "convolution"
    assert filt.composed is not None
    kernel = filt.composed.flipped() if flipped else filt.composed
    divisor = 1 if kernel.integers is None else kernel.rational.denominator
    weights = [[weight * divisor for weight in line] for line in kernel.fractions]
    beyond = _mark_beyond_edge(plan, filt, pixels.shape, rect)
    colour_steps, alpha_steps = _describe_steps(plan, pixels, fill, options, rect)
    result = run(filt, pixels, alpha, options).pixels
    limit = None if result.dtype.kind == "f" else white_level(result.dtype)
    return [
        ChannelTrace(
            channel=name,
            window=block[..., index],
            beyond=beyond,
            weights=weights,
            flipped=flipped,
            divisor=divisor,
            stored=result[row, column, index].item(),
            steps=colour_steps if index < channels - alpha else alpha_steps,
            limit=limit,
        )
        for index, name in enumerate(_channel_names(plan, channels - alpha))
    ]


def _channel_names(plan: Plan, colours: int) -> list[str]:
    """Return each channel's name, and in brackets how it is converted before the filter."""
    names = _COLOURS.get(colours, [f"channel {number}" for number in range(colours)])
    notes = " (in linear light)" if plan.working_space.linear_light else ""
    notes += " (times alpha)" if plan.working_space.transparent else ""
    return [name + notes for name in names] + ["alpha"] * plan.working_space.transparent


def _mark_beyond_edge(plan: Plan, filt: Filter, shape: tuple[int, ...], rect: Rect) -> Array:
    """Return the window as bool: True beyond the picture's edge."""
    inside = np.broadcast_to(np.False_, (*shape[:2], 1))
    border = plan.border if BORDERS[plan.border].growth else "constant"
    return pad(inside, rect, filt.reach, border, np.array([True]))[..., 0]


def _describe_steps(
    plan: Plan, pixels: Array, fill: Array, options: Options, rect: Rect
) -> tuple[str, str]:
    """Return, in words, how the sum of a colour is converted before it is rounded, and alpha's."""
    if not any(
        region.top <= rect.top < region.bottom and region.left <= rect.left < region.right
        for region in plan.region
    ):
        return _OUTSIDE, _OUTSIDE
    levels = filter_strip(plan._replace(engine_border=None), pixels, rect, fill)
    colour, alpha = plan.working_space.describe_from_working(levels[0, 0])
    if options.values not in ("clip", "raw") and plan.working_space.is_visible(levels[0, 0]):
        colour.append(f"values {options.values}")
    if output_dtype(options.depth, pixels.dtype) != pixels.dtype:
        colour.append(f"depth {options.depth}")
        alpha.append(f"depth {options.depth}")
    return ", ".join(colour), ", ".join(alpha)
