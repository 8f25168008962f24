"""Give the rows of a result from top to bottom, while threads filter the strips that follow."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from .. import concurrency
from ..dtypes import Array
from ..geometry import Rect, rects_outside
from .filter_run import FilterRun

# The most bytes of the strips that are filtered or wait, so that memory doesn't grow with the
# number of cores; with two cores there is room for all that `ordered_map` would compute ahead.
_MAX_AHEAD = 400 << 20


class StripRows:
    """The rows of a result: only the strips that are being computed or given are in memory.

    Parameters
    ----------
    run : FilterRun
        Its first strip is filtered now, after the range of the result is measured if need be.
    runs : int
        How many runs share the memory.
    """

    def __init__(self, run: FilterRun, runs: int):
        self.run = run
        space, (padded, values) = run.plan.working_space, run.plan.strip_values
        block = space.block_info(run.plan.shape[2] - space.alpha)
        strip_bytes = max(padded * block.dtype.itemsize, values * run.dtype.itemsize)
        self._most_ahead = max(2, _MAX_AHEAD // (runs * strip_bytes))
        self._strips = sorted(run.plan.strips)  # by their first rows
        self._outside = rects_outside(run.plan.region, *run.plan.shape[:2])
        self._results = self._compute()
        # The strips that the next rows may need, with their results; and how many were taken.
        self._held: list[tuple[Rect, Array]] = []
        self._taken = 0
        run.measure()
        self._take_strip()

    def _compute(self) -> Generator[Array, None, None]:
        """Give the results of the strips."""
        with self.run.engine_threads():
            yield from concurrency.ordered_map(
                self._filter, self._strips, self.run.workers, self._most_ahead
            )

    def _filter(self, strip: Rect) -> Array:
        output = np.empty((strip.height, strip.width, self.run.plan.shape[2]), self.run.dtype)
        self.run.write_strip(strip, output)
        return output

    def _take_strip(self) -> None:
        self._held.append((self._strips[self._taken], next(self._results)))
        self._taken += 1

    def read(self, top: int, bottom: int) -> Array:
        """Return the rows from `top` to before `bottom`; `top` is the last call's `bottom`.

        Returns
        -------
        (bottom - top, W, C) array
            It may be a view of a strip.
        """
        while self._taken < len(self._strips) and self._strips[self._taken].top < bottom:
            self._take_strip()
        height, width, _ = self.run.plan.shape
        within = (
            values[top - strip.top : bottom - strip.top]
            for strip, values in self._held
            if strip.top <= top and bottom <= strip.bottom and strip.width == width
        )
        rows = next(within, None)
        if rows is None:
            rows = self._assemble(top, bottom)
        self._held = [(strip, values) for strip, values in self._held if strip.bottom > bottom]
        if bottom == height:
            self._results.close()
        return rows

    def _assemble(self, top: int, bottom: int) -> Array:
        """Return a copy of rows from several strips, or from beside or between them."""
        rows = np.empty((bottom - top, *self.run.plan.shape[1:]), self.run.dtype)
        wanted = Rect(top, 0, bottom, self.run.plan.shape[1])
        for strip, values in self._held:
            part = strip.intersection(wanted)
            if part.height > 0:
                target = rows[part.moved(-top, 0).slices]
                target[...] = values[part.moved(-strip.top, -strip.left).slices]
        for rect in self._outside:
            part = rect.intersection(wanted)
            if part.height > 0:
                self.run.copy_unfiltered(part, rows[part.moved(-top, 0).slices])
        return rows
