"""The range of a result, for the mode `stretch`: its least value becomes 0, its greatest white."""

from __future__ import annotations

import threading

import numpy as np

from ..dtypes import Array
from .blocks import iter_rows
from .working_space import WorkingSpace

# How far rounding may move equal results apart, relative to Σ|w| · max|I|: sums in float64, levels
# in float32, and means in float32.
_FLOAT64_ERROR, _FLOAT32_ERROR, _MEAN_ERROR = 2.0**-36, 2.0**-22, 2.0**-16


class Stretch:
    """Measures the range of a result strip by strip, and maps values in it to the full range.

    Parameters
    ----------
    working_space : WorkingSpace
    colours : int
        How many channels are before alpha.
    """

    def __init__(self, working_space: WorkingSpace, colours: int):
        self.working_space, self.colours = working_space, colours
        self.low, self.high, self.largest_input = np.inf, -np.inf, 0.0
        self._lock = threading.Lock()

    def measure(self, values: Array, padded: Array) -> None:
        """Extend the range to visible values; NaN and infinity are ignored.

        Parameters
        ----------
        values : (N, C) array
            Alpha included.
        padded : (h, w, C) array
            The pixels that the values depend on.
        """
        finite = values[:, : self.colours]
        finite = finite[np.isfinite(finite)]
        largest = max(self._largest_magnitude(rows) for rows in iter_rows(padded))
        with self._lock:
            if finite.size:
                self.low = min(self.low, float(finite.min()))
                self.high = max(self.high, float(finite.max()))
            self.largest_input = max(self.largest_input, largest)

    def _largest_magnitude(self, pixels: Array) -> float:
        """Return the largest finite magnitude of the colours that are seen and not missing."""
        space, seen = self.working_space, []
        if space.transparent:
            seen.append(pixels[..., -1] > 0)
        if space.missing is not None:
            seen.append(~space.missing.find(pixels, space.alpha))
        counted = np.logical_and.reduce(seen) if seen else ...
        sizes = np.abs(pixels[..., : self.colours][counted].astype(np.float64))
        return float(np.max(sizes, initial=0, where=np.isfinite(sizes)))

    @property
    def tolerance(self) -> float:
        """The largest difference, in levels of the picture, that rounding alone can make."""
        gain = self.working_space.filter.gain
        if gain is None:
            return _MEAN_ERROR * self.largest_input
        is_float32 = self.working_space.dtype.name == "float32"
        return (_FLOAT32_ERROR if is_float32 else _FLOAT64_ERROR) * gain * self.largest_input

    @property
    def is_wide(self) -> bool:
        """Whether `low` and `high` differ by more than rounding errors."""
        return self.high - self.low > self.tolerance

    def apply(self, colours: Array, white: float) -> None:
        """Map colours in place: `low` becomes 0 and `high` becomes `white`.

        If `low` and `high` differ by no more than rounding errors, all colours become 0.
        """
        if not self.is_wide:
            colours[...] = 0
            return
        colours -= self.low
        # The products are exact for integer levels, so that each result is rounded once.
        colours *= white
        colours /= self.high - self.low
