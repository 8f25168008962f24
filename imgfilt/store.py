"""Store: values to stored levels, with what `--values` and `--depth` say; the only rounding."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np

from .blend import blended
from .number import shortest
from .working import Array, Working, halves_kept, peak


@dataclass
class Clipped:
    """How much of a result fell outside the range that its depth can hold."""

    limit: float
    outside: int = 0
    total: int = 0
    least: float = np.inf
    greatest: float = -np.inf

    @property
    def numbers(self) -> str:
        """How much fell outside which range, and how far."""
        share = 100 * self.outside / self.total
        text = f"{share:.1f}" if share >= 0.05 else "less than 0.1"
        return (
            f"{text} % of values fell outside 0..{shortest(self.limit)} "
            f"({_signed(self.least)}..{_signed(self.greatest)})"
        )

    def __str__(self) -> str:
        return f"{self.numbers} and were clipped; see --values"


def _signed(number: float) -> str:
    plain = abs(number) < 1e15
    return (shortest(round(number)) if plain else f"{number:.3g}").replace("-", "−")


def _mid_grey(dtype: np.dtype[Any]) -> float:
    return 0.5 if dtype.kind == "f" else (peak(dtype) + 1) / 2


class Store:
    """Turns values into stored levels: `--values`, depth, rounding, clipping, and their tally."""

    def __init__(self, working: Working, channels: int, dtype: np.dtype[Any], values: str):
        self.dtype, self.mode = dtype, values
        self.colours = channels - working.alpha
        self.transparent = working.transparent
        self.source = peak(working.dtype)
        self.scale = 1.0 if self.mode == "raw" else peak(dtype) / self.source
        self.low, self.high = np.inf, -np.inf
        self.clipped = Clipped(peak(dtype))
        self.lock = threading.Lock()

    def measure(self, values: Array) -> None:
        """Take a strip's colours into the least and greatest that `stretch` goes by."""
        colours = values[..., : self.colours]
        finite = colours[np.isfinite(colours)]
        if finite.size:
            with self.lock:
                self.low = min(self.low, float(finite.min()))
                self.high = max(self.high, float(finite.max()))

    def converted(self, pixels: Array) -> Array:
        """Return pixels that stay as they are, alpha included, in the output's depth."""
        if pixels.dtype == self.dtype and self.scale == 1:
            return pixels
        with np.errstate(over="ignore", invalid="ignore"):
            return self.narrowed(self.rounded(pixels.astype(np.float64) * self.scale))

    def stored(
        self, values: Array, original: Array | None = None, share: Array | None = None
    ) -> Array:
        """Return a strip's (h, w, C) values as the output stores them.

        With a `share` (h, w) of 0 to 1, so much of each is taken, and the rest of the picture's
        `original` pixels at the same places.
        """
        plain = self.mode == "clip" and self.scale == 1
        if share is None and plain and values.dtype == self.dtype:
            return values
        with np.errstate(over="ignore", invalid="ignore"):
            levels = self.levels(values)
            if original is not None and share is not None:
                unfiltered = original.astype(np.float64) * self.scale
                levels = levels.astype(np.float64, copy=False)
                levels = blended(levels, unfiltered, share, self.transparent, self.dtype)
            if self.dtype.kind == "f":
                return levels.astype(self.dtype, copy=False)
            levels = self.rounded(levels)
            if self.count(levels[..., : self.colours]) and not self.transparent:
                # Nothing to be clipped: alpha never is.
                return levels.astype(self.dtype)
            return self.narrowed(levels)

    def levels(self, values: Array) -> Array:
        """Return values as `--values` has them in the output's depth, unrounded."""
        if self.mode in ("clip", "raw") and self.scale == 1 and values.dtype.kind == "f":
            return values
        # Scaled in float64, as `converted` does: what didn't change is equal to its last bit.
        dtype = np.float64 if self.scale != 1 else np.result_type(values, np.float32)
        levels = values.astype(dtype)
        colours = levels[..., : self.colours]
        self.signed(colours)
        levels *= self.scale
        if self.mode == "offset":
            colours += _mid_grey(self.dtype)
        return levels

    def signed(self, colours: Array) -> None:
        """Do to colours, in place and in the input's levels, what `--values` says."""
        if self.mode == "abs":
            np.abs(colours, out=colours)
        elif self.mode == "stretch":
            span = self.high - self.low
            colours -= self.low
            colours *= self.source / span if span > 0 else 0

    def count(self, colours: Array) -> bool:
        """Take rounded colours into the tally of what the range can't hold; tell if it holds all.

        No number is outside, too.
        """
        least, greatest, outside = float(colours.min()), float(colours.max()), 0
        fits = least >= 0 and greatest <= self.clipped.limit
        if not fits:
            # NaN is passed over by fmin and fmax, which take longer.
            least, greatest = (
                float(np.fmin.reduce(colours, None)),
                float(np.fmax.reduce(colours, None)),
            )
            outside = int(np.count_nonzero(~((colours >= 0) & (colours <= self.clipped.limit))))
        with self.lock:
            self.clipped.outside += outside
            self.clipped.total += colours.size
            self.clipped.least = float(np.fmin(self.clipped.least, least))
            self.clipped.greatest = float(np.fmax(self.clipped.greatest, greatest))
        return fits

    def rounded(self, levels: Array) -> Array:
        """Return levels rounded, half to even, where the output is whole; the only rounding."""
        if self.dtype.kind == "f":
            return levels
        if self.scale != 1:
            levels = halves_kept(levels)
        rounded: Array = np.rint(levels)
        return rounded

    def narrowed(self, levels: Array) -> Array:
        """Return rounded levels in the output's dtype: floats as they are, others clipped."""
        if self.dtype.kind != "f":
            np.clip(np.nan_to_num(levels, copy=False), 0, peak(self.dtype), out=levels)
        return levels.astype(self.dtype)
