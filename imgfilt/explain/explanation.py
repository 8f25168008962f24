"""Facts: what a run will do with one picture; what isn't in its plan isn't said."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..border import BORDERS
from ..concurrency import worker_limit
from ..filters import Filter
from ..filters.convolve import Convolve
from ..filters.linear import Linear
from ..geometry import Reach
from ..kernel.formatting import sum_written
from ..pipeline.apply import prepare
from ..pipeline.options import Options
from ..pipeline.plan import Plan

# Height, width and channels of the picture that is assumed where there is none; of 8 bits.
ASSUMED = 2000, 3000, 3


@dataclass(frozen=True)
class Explanation:
    """What a run will do with one picture.

    Attributes
    ----------
    filter : Filter
        As it was asked for.
    plan : Plan
        What runs.
    options : Options
    shape : (int, int, int)
        The picture's height, width and channels.
    workers : int
        How many threads the picture gets at most.
    """

    filter: Filter
    plan: Plan
    options: Options
    shape: tuple[int, int, int]
    workers: int

    def said(self) -> dict[str, Any]:
        """Return all of it in words and numbers for programs."""
        plan, (height, width, channels) = self.plan, self.shape
        rows, columns = _window(self.filter.reach)
        strips = max(strip.bottom - strip.top for strip in plan.strips)
        return {
            "picture": {
                "height": height,
                "width": width,
                "channels": channels,
                "alpha": plan.working.alpha,
                "transparent": plan.working.transparent,
                "dtype": plan.working.dtype.name,
            },
            "result": {"height": plan.shape[0], "width": plan.shape[1]},
            "region": self.options.region or None,
            "computes": self._computes(),
            "window": {"rows": rows, "columns": columns},
            "kernel": kernel_said(self.filter) if isinstance(self.filter, Linear) else None,
            "composed": self._composed(),
            "linear_light": plan.working.linear_light,
            "values": self.options.values,
            "border": {
                "name": plan.border,
                "picture": BORDERS[plan.border].picture,
                "meaning": BORDERS[plan.border].meaning,
                "share": self._share(),
            },
            "engine": plan.engine,
            "reason": plan.reason,
            "method": plan.method,
            "operations": plan.operations,
            "direct": 2 * rows * columns - 1 if isinstance(self.filter, Linear) else None,
            "strips": len(plan.strips),
            "strip_rows": strips,
            "workers": min(self.workers, len(plan.strips)),
            "memory": self._memory(),
        }

    def _computes(self) -> str:
        if self.plan.filter.identity:
            return "nothing: every pixel stays what it is"
        if not isinstance(self.filter, Linear):
            return self.filter.title.lower()
        if isinstance(self.filter, Convolve) and self.filter.correlate:
            return "correlation"
        return "convolution"

    def _composed(self) -> dict[str, Any] | None:
        """Return where a composed kernel may differ from its kernels one after the other.

        Each of those goes on beyond the edge of what the one before it made, which a later kernel
        sees as far as it reaches; with `wrap` and `valid` that is what the composed one sees.
        """
        if not isinstance(self.filter, Convolve) or len(self.filter.parts) < 2:
            return None
        parts, correlate = self.filter.parts, self.filter.correlate
        later = [Convolve(part, correlate=correlate).reach for part in parts[1:]]
        within = [sum(sides) for sides in zip(*later, strict=True)]
        if self.plan.border in ("wrap", "valid"):
            within = [0, 0, 0, 0]
        return {
            "kernels": len(parts),
            "may_differ_within": dict(zip(Reach._fields, within, strict=True)),
        }

    def _share(self) -> float:
        """Return the share of the computed pixels whose window looks beyond the edge."""
        plan = self.plan
        if plan.border == "valid":
            return 0.0
        (height, width, _), reach = plan.shape, self.filter.reach
        if plan.filter.identity:
            reach = plan.reach
        inside, area = 0, 0
        for top, left, bottom, right in plan.region:
            down = min(bottom, height - reach.bottom) - max(top, reach.top)
            across = min(right, width - reach.right) - max(left, reach.left)
            inside += max(0, down) * max(0, across)
            area += (bottom - top) * (right - left)
        return 1 - inside / area

    def _memory(self) -> int:
        """Return about how many bytes the picture, its result and the workers need."""
        height, width, channels = self.shape
        pixels = height * width * channels * self.plan.working.dtype.itemsize
        return 2 * pixels + min(self.workers, len(self.plan.strips)) * self.plan.memory


def explained(
    filt: Filter, pixels: np.ndarray[Any, Any], alpha: bool, options: Options
) -> Explanation:
    """Return what a run with these options will do with a (H, W, C) picture.

    Raises
    ------
    ImgfiltError
        Where the run would fail before it begins.
    """
    height, width, channels = pixels.shape
    plan, _ = prepare(filt, pixels, alpha, options)
    return Explanation(
        filt, plan, options, (height, width, channels), options.workers or worker_limit()
    )


def assumed(filt: Filter, options: Options) -> Explanation:
    """Return what a run will do with a picture of 3000 x 2000, RGB, 8 bits."""
    return explained(filt, np.broadcast_to(np.uint8(0), ASSUMED), False, options)


def kernel_said(filt: Linear) -> dict[str, Any]:
    """Return what there is to say of a linear filter's kernel, as it was written."""
    if isinstance(filt, Convolve):
        kernel = filt.composed
        (rows, columns), origin, rank = kernel.shape, kernel.origin, kernel.rank
        total = sum_written(kernel.sum)
    else:
        (rows, columns), taps = filt.taps.shape, filt.taps
        origin, rank = (filt.reach.bottom, filt.reach.right), 1
        exact = Fraction(taps.total) / taps.divisor
        total = sum_written(exact if taps.whole else Fraction(repr(float(exact))))
    return {"rows": rows, "columns": columns, "origin": list(origin), "sum": total, "rank": rank}


def _window(reach: Reach) -> tuple[int, int]:
    return reach.top + reach.bottom + 1, reach.left + reach.right + 1
