"""Measure the error of an approximate result against the exact filter, in a few small squares.

The exact filter runs on these squares after all strips are filtered.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ..dtypes import Array
from ..geometry import Rect
from .working_space import WorkingSpace

_SIDE = 12  # of a sample, in pixels
_COUNT = 24  # samples of a picture; if it has more strips, each strip has one sample
_MOST_PIXELS = 5e7  # of the windows of all samples: large discs have fewer


class ErrorSampler:
    """Collects the values of an approximate result at samples of each strip.

    Parameters
    ----------
    strips : sequence of Rect
    working_space : WorkingSpace
    """

    def __init__(self, strips: Sequence[Rect], working_space: WorkingSpace):
        self.working_space = working_space
        self.samples: dict[Rect, Array] = {}
        count = _MOST_PIXELS / (_SIDE**2 * working_space.filter.window().size)
        self.samples_per_strip = max(1, int(min(count, _COUNT)) // len(strips))

    def add(self, strip: Rect, values: Array) -> None:
        """Keep a copy of a strip's (h, w, C) values at its samples."""
        count = self.samples_per_strip
        for number in range(count):
            # On a diagonal of the strip, so that the samples differ in rows and in columns.
            top = _sample_start(strip.top, strip.bottom, number, count)
            left = _sample_start(strip.left, strip.right, number, count)
            rect = Rect(top, left, min(top + _SIDE, strip.bottom), min(left + _SIDE, strip.right))
            sample = values[rect.moved(-strip.top, -strip.left).slices]
            self.samples[rect] = sample.copy()

    def describe_error(self, exact_values: Callable[[Rect], Array]) -> str:
        """Return a note on the errors; `exact_values` computes the exact values of a rectangle."""
        errors = []
        for rect, sample in sorted(self.samples.items()):
            exact = exact_values(rect)
            with np.errstate(invalid="ignore"):
                error = sample - exact
            if self.working_space.transparent:
                error = error[sample[..., -1] > self.working_space.alpha_epsilon]
            errors.append(error.ravel())
        levels = np.abs(np.concatenate(errors)) * (255 / self.working_space.white)
        levels = levels[np.isfinite(levels)]
        rms = math.sqrt(float(np.mean(levels**2))) if levels.size else 0.0
        quality = f"{20 * math.log10(255 / rms):.1f} dB" if rms else "no error"
        worst = float(levels.max(initial=0))
        if not levels.size:
            return "fast: no value could be compared with the exact filter"
        return (
            f"fast: {quality} against the exact filter, at most {worst:.3g} of 255 levels off, "
            f"in a sample of {levels.size} values"
        )


def _sample_start(start: int, end: int, number: int, count: int) -> int:
    """Return the first row, or column, of one of `count` samples between two edges."""
    room = max(0, end - start - _SIDE)
    return start + room * (2 * number + 1) // (2 * count)
