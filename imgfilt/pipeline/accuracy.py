"""Probes: small parts of a result that only comes near to a filter, to be held against the filter.

They are few, and measured after all is done, so that what is said is what was made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ..dtypes import Array, white_level
from ..geometry import Rect
from .working_space import Working

_SIDE, _COUNT = 12, 24  # pixels of a probe's side; probes of a picture, a strip at least has one


class Probes:
    """The values at the probes of all strips.

    Parameters
    ----------
    strips : sequence of Rect
    working : Working
    """

    def __init__(self, strips: Sequence[Rect], working: Working):
        self.working = working
        self.found: dict[Rect, Array] = {}
        self.each = max(1, _COUNT // len(strips))

    def take(self, strip: Rect, values: Array) -> None:
        """Keep what a strip's (h, w, C) values are at its probes."""
        for number in range(self.each):
            # Along a line across the strip, so that neither its rows nor columns are the same.
            top = _spread(strip.top, strip.bottom, number, self.each)
            left = _spread(strip.left, strip.right, number, self.each)
            span = Rect(top, left, min(top + _SIDE, strip.bottom), min(left + _SIDE, strip.right))
            part = values[span.top - strip.top :, span.left - strip.left :]
            self.found[span] = part[: span.bottom - span.top, : span.right - span.left].copy()

    def deviation(self, exactly: Callable[[Rect], Array]) -> str:
        """Return how far the values are from those that a function gives for a span."""
        off = []
        for span, found in sorted(self.found.items()):
            wanted = exactly(span)
            with np.errstate(invalid="ignore"):
                difference = found - wanted
            if self.working.transparent:
                difference = difference[found[..., -1] > self.working.faint]
            off.append(difference.ravel())
        levels = np.abs(np.concatenate(off)) * (255 / white_level(self.working.dtype))
        levels = levels[np.isfinite(levels)]
        error = math.sqrt(float(np.mean(levels**2))) if levels.size else 0.0
        quality = f"{20 * math.log10(255 / error):.1f} dB" if error else "no error"
        worst = float(levels.max(initial=0))
        return (
            f"fast: {quality} against the exact filter, at most {worst:.2g} of 255 levels off, "
            f"at {levels.size} values of the result"
        )


def _spread(first: int, end: int, number: int, count: int) -> int:
    """Return one of so many places between two, the last of them leaving room for a probe."""
    room = max(0, end - first - _SIDE)
    return first + room * (2 * number + 1) // (2 * count)
