"""Explain how a run will process one picture, as a dictionary for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..border import BORDERS, to_picture
from ..concurrency import worker_limit
from ..dtypes import white_level
from ..errors import command_note, name_options
from ..filters import Filter
from ..geometry import Reach
from ..kernel.formatting import format_sum
from ..pipeline.chain import Step, step_context, with_nodata_levels, with_regions
from ..pipeline.options import Options, output_dtype
from ..pipeline.plan import Plan
from ..pipeline.prepare import prepare
from .cost import compute_cost

# Height, width and channels of the 8-bit picture that is assumed if no input is given.
ASSUMED = 2000, 3000, 3


@dataclass(frozen=True)
class Explanation:
    """The plan of a run for one picture, with all that `--explain` prints.

    Attributes
    ----------
    filter : Filter
        The filter as the user gave it. The plan may have another, fitted to the picture.
    plan : Plan
        The plan that `pipeline.apply.run` follows.
    options : Options
        The options of the run.
    shape : (int, int, int)
        The picture's height, width and channels.
    workers : int
        The most threads that the picture gets.
    """

    filter: Filter
    plan: Plan
    options: Options
    shape: tuple[int, int, int]
    workers: int

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as `--json` prints it."""
        plan = self.plan
        rows, columns = _window_size(self.filter.reach)
        return {
            "picture": self._picture_to_dict(),
            "result": {"height": plan.shape[0], "width": plan.shape[1]},
            "region": self.options.region or None,
            "computes": self._describe_computation(),
            "window": {"rows": rows, "columns": columns},
            "kernel": describe_kernel(self.filter),
            "composed": self._describe_composition(),
            "missing": self._describe_missing() if self.options.may_miss else None,
            "linear_light": plan.working_space.linear_light,
            "values": self.options.values,
            "border": {
                "name": plan.border,
                "picture": BORDERS[plan.border].example,
                "meaning": name_options(BORDERS[plan.border].meaning, ("border_value",)),
                "share": self._compute_border_share(),
            },
            "engine": plan.engine,
            "reason": command_note(plan.reason),
            "method": plan.method,
            "operations": plan.operations,
            "direct": 2 * rows * columns - 1 if self.filter.taps is not None else None,
            "cost": self._compute_cost(rows, columns),
            "strips": len(plan.strips),
            "strip_rows": max(strip.height for strip in plan.strips),
            "workers": min(self.workers, len(plan.strips)),
            "memory": self._estimate_memory(),
        }

    def _picture_to_dict(self) -> dict[str, Any]:
        height, width, channels = self.shape
        working = self.plan.working_space
        return {
            "height": height,
            "width": width,
            "channels": channels,
            "alpha": working.alpha,
            "transparent": working.transparent,
            "premultiplied": working.premultiplied,
            "dtype": working.dtype.name,
        }

    def _describe_computation(self) -> str:
        if self.plan.filter.identity:
            return "nothing: every pixel stays what it is"
        return self.filter.operation

    def _describe_composition(self) -> dict[str, Any] | None:
        """Return how far from the edge a composed kernel may differ from its parts, one by one.

        If the parts run one after the other, the border extends the result of each part; a later
        part reads that extension as far as it reaches. The composed kernel reads the border of the
        picture instead. With `wrap`, `valid` and `full` both results are the same.
        """
        kernels = self.filter.kernels
        if len(kernels) < 2:
            return None
        same = self.plan.border == "wrap" or BORDERS[self.plan.border].growth != 0
        within = Reach(0, 0, 0, 0) if same else self.filter.later_reach
        return {"kernels": len(kernels), "may_differ_within": within._asdict()}

    def _describe_missing(self) -> dict[str, Any]:
        """Return what marks a missing pixel, and whether there is any."""
        options, found = self.options, self.plan.working_space.missing is not None
        return {"nan": options.ignore_nan, "level": options.nodata, "found": found}

    def _compute_border_share(self) -> float:
        """Return the share of the computed pixels whose window reaches beyond the edge."""
        plan = self.plan
        (height, width, _), reach = self.shape, self.filter.reach
        if plan.filter.identity:
            reach = plan.reach
        inside, area = 0, 0
        for rect in (to_picture(plan.border, rect, reach) for rect in plan.region):
            rows = min(rect.bottom, height - reach.bottom) - max(rect.top, reach.top)
            columns = min(rect.right, width - reach.right) - max(rect.left, reach.left)
            inside += max(0, rows) * max(0, columns)
            area += rect.height * rect.width
        return 1 - inside / area

    def _compute_cost(self, rows: int, columns: int) -> dict[str, int | None] | None:
        """Return the operations on the whole picture; None if the filter isn't linear."""
        plan, taps = self.plan, self.filter.taps
        if taps is None or plan.filter.identity:
            return None
        pixels = sum(rect.height * rect.width for rect in plan.region)
        return compute_cost(rows, columns, taps.rank == 1, pixels, plan.operations)

    def _estimate_memory(self) -> int:
        """Return about how many bytes the picture, its result and the workers need."""
        height, width, channels = self.shape
        pixels = height * width * channels * self.plan.working_space.dtype.itemsize
        return 2 * pixels + min(self.workers, len(self.plan.strips)) * self.plan.memory


def explain_run(
    filt: Filter, pixels: np.ndarray[Any, Any], alpha: bool, options: Options
) -> Explanation:
    """Return what a run will do with a picture; no pixel is computed.

    Parameters
    ----------
    filt : Filter
    pixels : (H, W, C) array
        uint8, uint16, float32 or float64.
    alpha : bool
        Whether the last channel is alpha.
    options : Options

    Returns
    -------
    Explanation

    Raises
    ------
    ImgfiltError
        If the run would fail before it computes the first pixel.
    """
    height, width, channels = pixels.shape
    plan, *_ = prepare(filt, pixels, alpha, options)
    return Explanation(
        filt, plan, options, (height, width, channels), options.workers or worker_limit()
    )


def assumed_picture(may_miss: bool = False) -> np.ndarray[Any, Any]:
    """Return the picture that is assumed if no input is given; floats if pixels may be missing."""
    return np.broadcast_to(np.float32(0) if may_miss else np.uint8(0), ASSUMED)


def explain_chain(
    steps: Sequence[Step], pixels: np.ndarray[Any, Any], alpha: bool, workers: int
) -> list[Explanation]:
    """Return what each step will do; no pixel is computed.

    Parameters
    ----------
    steps : sequence of Step
    pixels, alpha
        As in `explain_run`.
    workers : int
        How many threads run at once.

    Raises
    ------
    ImgfiltError
        If a step would fail before it computes the first pixel.
    """
    explanations = []
    steps = with_regions(with_nodata_levels(steps, pixels.dtype), *pixels.shape[:2])
    for number, step in enumerate(steps):
        options = replace(step.options, workers=workers)
        with step_context(steps, number):
            explanation = explain_run(step.filter, pixels, alpha, options)
        explanations.append(explanation)
        pixels = _assume_result(explanation, pixels)
    return explanations


def _assume_result(explanation: Explanation, pixels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return a picture like the result of a step: with its shape, its dtype and such an alpha."""
    plan = explanation.plan
    dtype = output_dtype(explanation.options.depth, pixels.dtype)
    if plan.shape == pixels.shape and dtype == pixels.dtype:
        return pixels
    pixel = np.full(plan.shape[2], white_level(dtype), dtype)
    if plan.working_space.transparent:
        pixel[-1] = 0
    return np.broadcast_to(pixel, plan.shape)


def describe_kernel(filt: Filter) -> dict[str, Any] | None:
    """Return size, origin, sum and rank of a linear filter's kernel; None for other filters."""
    kernel, taps = filt.composed, filt.taps
    if taps is None:
        return None
    if kernel is not None:
        (rows, columns), origin, rank = kernel.shape, kernel.origin, kernel.rank
        total = format_sum(kernel.sum)
    else:
        (rows, columns), origin = taps.shape, (filt.reach.bottom, filt.reach.right)
        rank = taps.rank
        exact = Fraction(taps.total) / taps.divisor
        total = format_sum(exact if taps.whole else Fraction(repr(float(exact))))
    return {"rows": rows, "columns": columns, "origin": list(origin), "sum": total, "rank": rank}


def _window_size(reach: Reach) -> tuple[int, int]:
    """Return the rows and columns that an output pixel depends on."""
    return reach.top + reach.bottom + 1, reach.left + reach.right + 1
