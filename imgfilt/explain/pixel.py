"""One pixel of a convolution: its window as the border made it, and the kernel that lies on it.

The lecture's "Applying a mask to an image", with the numbers of a picture at hand. What is stored
is taken from the run itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..apply import prepare, run
from ..border import Span, pad
from ..errors import ImageError
from ..filters.convolve import Convolve
from ..options import Options, output_dtype
from ..plan import Plan
from ..working import cancels

Array = np.ndarray[Any, np.dtype[Any]]
Number = Fraction | float

_OUTSIDE = "as it was: outside the region"
_COLOURS = {1: ("grey",), 3: ("red", "green", "blue"), 4: ("cyan", "magenta", "yellow", "black")}


@dataclass(frozen=True)
class Pixel:
    """One channel of one pixel of the result.

    Attributes
    ----------
    channel : str
        Its name, and what was done to its levels before.
    window : (rows, columns) array
        What the kernel lies on, in levels as the filter sees them.
    beyond : (rows, columns) bool array
        Which of them the border made.
    weights : (rows, columns) list of Fraction
        As they lie there: flipped, unless correlating; before the divisor.
    flipped : bool
    divisor : int
    stored : number
        The level that the run makes of it.
    way : str
        What besides rounding and clipping makes it of the sum; "" for nothing.
    limit : float, optional
        The greatest level of a result of whole levels.
    """

    channel: str
    window: Array
    beyond: Array
    weights: list[list[Fraction]]
    flipped: bool
    divisor: int
    stored: Any
    way: str
    limit: float | None

    @property
    def products(self) -> list[list[Number]]:
        """Each level times the weight on it; exact, but for what is no number."""
        return [
            [
                weight * Fraction(level) if math.isfinite(level) else float(weight) * level
                for weight, level in zip(weights, levels, strict=True)
            ]
            for weights, levels in zip(self.weights, self.window.tolist(), strict=True)
        ]


def pixels_at(
    filt: Convolve, pixels: Array, alpha: bool, options: Options, place: tuple[int, int]
) -> list[Pixel]:
    """Return what becomes of each channel at a (row, column) of the result.

    Parameters
    ----------
    filt : Convolve
    pixels : (H, W, C) array
    alpha : bool
        The last channel is alpha.
    options : Options
    place : (int, int)
        With the border `valid` of the result, which is smaller.

    Raises
    ------
    ImgfiltError
        Where the run would fail, or the result has no such pixel.
    """
    plan, fill = prepare(filt, pixels, alpha, options)
    (row, column), (height, width, channels) = place, plan.shape
    if row >= height or column >= width:
        raise ImageError(
            f"--at {row},{column}: rows of the result are 0 to {height - 1}, "
            f"columns 0 to {width - 1}"
        )
    span = Span(row, row + 1, column, column + 1)
    block, _ = plan.working.shown(pad(pixels, span, filt.reach, plan.border, fill))
    laid = filt.composed if filt.correlate else filt.composed.flipped()
    divisor = 1 if laid.integers is None else laid.rational.denominator
    weights = [[weight * divisor for weight in line] for line in laid.fractions]
    found = run(filt, pixels, alpha, options).pixels
    colours = channels - alpha
    names = list(_COLOURS.get(colours, [f"channel {number}" for number in range(colours)]))
    notes = ["in linear light"] if options.linear else []
    if plan.working.transparent:
        names.append("alpha")
        notes.append("times alpha")
    clear = _transparent(plan, filt, block[..., -1], np.array(weights, np.float64))
    within = any(
        part.top <= row < part.bottom and part.left <= column < part.right for part in plan.region
    )
    return [
        Pixel(
            channel=" ".join([name, *(f"({note})" for note in notes if name != "alpha")]),
            window=block[..., at],
            beyond=_beyond(plan, filt, row, column),
            weights=weights,
            flipped=not filt.correlate,
            divisor=divisor,
            stored=found[row, column, at].item(),
            way=_way(plan, filt, options, clear, name == "alpha") if within else _OUTSIDE,
            limit=None if found.dtype.kind == "f" else float(np.iinfo(found.dtype).max),
        )
        for at, name in enumerate(names)
    ]


def _transparent(plan: Plan, filt: Convolve, alpha: Array, laid: Array) -> bool:
    """Return whether a window's result is fully transparent, so that it keeps its colour."""
    if not plan.working.transparent:
        return False
    value = alpha[filt.reach.top, filt.reach.left]
    if not cancels(filt):
        value = (laid * alpha).sum() / laid.sum()
    return bool(value <= plan.working.faint)


def _way(plan: Plan, filt: Convolve, options: Options, clear: bool, alpha: bool) -> str:
    """Return what happens to a channel's sum before it is rounded and clipped."""
    steps = []
    if alpha and cancels(filt):
        steps.append("as it was: the weights sum to 0")
    elif alpha and filt.taps.total != filt.taps.divisor:
        steps.append("divided by the sum of the weights")
    elif clear and not alpha:
        steps.append("the colour as it was: transparent")
    elif plan.working.transparent and not alpha:
        steps.append("divided by alpha")
    if options.linear and not (alpha or clear):
        steps.append("out of linear light")
    if options.values not in ("clip", "raw") and not (alpha or clear):
        steps.append(f"values {options.values}")
    if output_dtype(options.depth, plan.working.dtype) != plan.working.dtype:
        steps.append(f"depth {options.depth}")
    return ", ".join(steps)


def _beyond(plan: Plan, filt: Convolve, row: int, column: int) -> Array:
    """Return which cells of a window lie beyond the picture's edge."""
    top, bottom, left, right = filt.reach
    if plan.border == "valid":
        return np.zeros((top + bottom + 1, left + right + 1), bool)
    rows = np.arange(row - top, row + bottom + 1)
    columns = np.arange(column - left, column + right + 1)
    outside_rows = (rows < 0) | (rows >= plan.shape[0])
    outside_columns = (columns < 0) | (columns >= plan.shape[1])
    both: Array = outside_rows[:, np.newaxis] | outside_columns
    return both
