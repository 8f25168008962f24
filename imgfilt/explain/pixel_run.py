"""Single pixels of a run: what the filter does with the window, and what the run stores.

The window comes from the pipeline's border and working space, the explained values go through the
pipeline's conversions, and the stored levels are taken from the run's own strip.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ..border import BORDERS, pad
from ..dtypes import Array
from ..errors import ImageError
from ..filters.pixel import Part, PixelExplanation
from ..geometry import Rect
from ..numbers import nearest_float
from ..pipeline.filter_run import FilterRun
from ..pipeline.strips import filter_strip

_LARGEST_WINDOW = 1_000_000  # pixels, as many as a kernel may have


class ExplainedPixel(NamedTuple):
    """What the definition of the filter gives for one output pixel.

    Attributes
    ----------
    explanation : PixelExplanation
    values : (K,) array
        The filter's values, NaN where the explanation has none.
    levels, outputs : (C,) array
        The values in levels of the picture, and in levels of the output, not rounded.
    stored : (C,) array
        The levels in the dtype of the output.
    """

    explanation: PixelExplanation
    values: Array
    levels: Array
    outputs: Array
    stored: Array


class PixelRun:
    """The single pixels of one run.

    Attributes
    ----------
    run : FilterRun
    filter : Filter
        The filter that runs, with its whole window.
    """

    def __init__(self, run: FilterRun):
        self.run, self.filter = run, run.plan.filter.unfolded
        top, bottom, left, right = self.filter.reach
        rows, columns = top + bottom + 1, left + right + 1
        if rows * columns > _LARGEST_WINDOW and not self.filter.identity:
            raise ImageError(
                f"at: the window has {columns} x {rows} pixels; wanted {_LARGEST_WINDOW} at most",
                parameters=("at",),
            )
        self._strip = self._computed_strip = Rect(0, 0, 0, 0)
        self._output = self._levels = np.empty((0, 0, 0))
        with run.engine_threads():
            run.measure()

    def mark_beyond_edge(self, rect: Rect) -> Array:
        """Return the window of an output pixel as bool: True beyond the picture's edge."""
        inside = np.broadcast_to(np.False_, (*self.run.pixels.shape[:2], 1))
        border = self.run.plan.border
        # A border that copies pixels would copy False.
        border = border if BORDERS[border].growth else "constant"
        return pad(inside, rect, self.filter.reach, border, np.array([True]))[..., 0]

    def explain(self, rect: Rect) -> ExplainedPixel:
        """Return what the definition of the filter gives for an output pixel."""
        run, reach, space = self.run, self.filter.reach, self.run.plan.working_space
        window = pad(run.pixels, rect, reach, run.plan.border, run.fill)
        original = window[reach.top : reach.top + 1, reach.left : reach.left + 1]
        with np.errstate(all="ignore"):
            explanation = self.filter.explain_pixel(*space.to_working(window))
            values = np.array([[[*map(_as_float, explanation.channels)]]])
            if np.isnan(values).all():  # maybe the filter explains nothing
                levels = self._compute_levels(rect)
            else:
                levels = space.from_working(values, original)
            outputs = run.converter.to_output_levels(levels)
            stored = np.empty(levels.shape, run.dtype)
            run.converter.write(levels, stored)
        pixel = values, levels, outputs, stored
        return ExplainedPixel(explanation, *(array[0, 0] for array in pixel))

    def compute(self, rect: Rect) -> Array:
        """Return the (C,) levels of the output as the engine computes them, not rounded."""
        with np.errstate(all="ignore"):
            levels = self.run.converter.to_output_levels(self._compute_levels(rect))
        return np.asarray(levels[0, 0])

    def _compute_levels(self, rect: Rect) -> Array:
        """Return (1, 1, C) levels of the picture; an approximation depends on the whole strip."""
        run, strip = self.run, self.find_strip(rect)
        assert strip is not None
        if strip != self._computed_strip:
            with run.engine_threads():
                # The strip may be in scratch memory.
                levels = filter_strip(run.plan, run.pixels, strip, run.fill).copy()
            self._computed_strip, self._levels = strip, levels
        return self._levels[rect.moved(-strip.top, -strip.left).slices]

    def store(self, rect: Rect) -> list[Any]:
        """Return the C levels of an output pixel as the run writes them, each of its dtype."""
        run, strip = self.run, self.find_strip(rect)
        channels = run.plan.shape[2]
        if strip is None:
            target = np.empty((1, 1, channels), run.dtype)
            run.copy_unfiltered(rect, target)
            return [*target[0, 0]]
        if strip != self._strip:
            self._strip = strip
            self._output = np.empty((strip.height, strip.width, channels), run.dtype)
            with run.engine_threads():
                run.write_strip(strip, self._output)
        return [*self._output[rect.top - strip.top, rect.left - strip.left]]

    def find_strip(self, rect: Rect) -> Rect | None:
        """Return the run's strip in which an output pixel lies; None outside the region."""
        strips = self.run.plan.strips
        return next((strip for strip in strips if rect.intersection(strip) == rect), None)


def _as_float(part: Part) -> float:
    """Return a part's value as float64, NaN if it has none."""
    return math.nan if part.value is None else nearest_float(part.value)
