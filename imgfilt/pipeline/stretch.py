"""Stretch: the least and the greatest value that is seen of a result, for `--values stretch`."""

from __future__ import annotations

import threading

import numpy as np

from ..dtypes import Array
from .tiles import parts_of
from .working_space import Working

# What rounding makes of equal results, over Σ|w| · max|I|: of float64 sums of whole levels or
# float64, of the levels themselves where they are float32, and of means in float32.
_WIDE, _SINGLE, _MEANS = 2.0**-36, 2.0**-22, 2.0**-16


class Stretch:
    """Measures the strips of a result, and maps its values to the full range.

    Parameters
    ----------
    working : Working
    colours : int
        The channels before alpha.
    """

    def __init__(self, working: Working, colours: int):
        self.working, self.colours = working, colours
        self.low, self.high, self.largest = np.inf, -np.inf, 0.0
        self.lock = threading.Lock()

    def measure(self, values: Array, padded: Array) -> None:
        """Take in values that are seen, and the pixels that they were made of.

        Parameters
        ----------
        values : (N, C) array
            Alpha included. NaN and infinity don't count.
        padded : (h, w, C) array
            As stored.
        """
        finite = values[:, : self.colours]
        finite = finite[np.isfinite(finite)]
        largest = max(self._largest(rows) for rows in parts_of(padded))
        with self.lock:
            if finite.size:
                self.low = min(self.low, float(finite.min()))
                self.high = max(self.high, float(finite.max()))
            self.largest = max(self.largest, largest)

    def _largest(self, pixels: Array) -> float:
        seen = pixels[..., -1] > 0 if self.working.transparent else ...
        sizes = np.abs(pixels[..., : self.colours][seen].astype(np.float64))
        return float(np.max(sizes, initial=0, where=np.isfinite(sizes)))

    @property
    def rounding(self) -> float:
        """How far results may lie apart, in stored levels, that are equal but for rounding."""
        gain = self.working.filter.gain
        if gain is None:
            return _MEANS * self.largest
        unit = _SINGLE if self.working.dtype.name == "float32" else _WIDE
        return unit * gain * self.largest

    def apply(self, colours: Array, top: float) -> None:
        """Change colours, in place, so that the least is 0 and the greatest is `top`."""
        span = self.high - self.low
        if not span > self.rounding:
            colours[...] = 0
            return
        colours -= self.low
        # Multiplied first: a whole number of levels over another is rounded once.
        colours *= top
        colours /= span
