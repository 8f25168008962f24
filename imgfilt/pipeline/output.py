"""Store: values to stored levels, with what `--values` and `--depth` say; the only rounding."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..buffers import borrow, cast
from ..dtypes import Array, white_level
from ..numbers import format_shortest
from .blend import blended
from .stretch import Stretch
from .working_space import Working, halves_kept

_SHORT = 2**15


@dataclass
class Clipped:
    """How much of a result fell outside the range of its depth; `hint` says what would fit."""

    limit: float
    hint: str = "see --values"
    outside: int = 0
    total: int = 0
    least: float = np.inf
    greatest: float = -np.inf

    @classmethod
    def united(cls, parts: Sequence[Clipped]) -> Clipped:
        """Return what several parts of one result lost together."""
        return cls(
            parts[0].limit,
            parts[0].hint,
            sum(part.outside for part in parts),
            sum(part.total for part in parts),
            min(part.least for part in parts),
            max(part.greatest for part in parts),
        )

    @property
    def numbers(self) -> str:
        """How much fell outside which range, and how far."""
        share = 100 * self.outside / self.total
        text = f"{share:.1f}" if share >= 0.05 else "less than 0.1"
        return (
            f"{text} % of values fell outside 0..{format_shortest(self.limit)} "
            f"({_signed(self.least)}..{_signed(self.greatest)})"
        )

    def __str__(self) -> str:
        return f"{self.numbers} and were clipped; {self.hint}"


def _signed(number: float) -> str:
    plain = abs(number) < 1e15
    return (format_shortest(round(number)) if plain else f"{number:.3g}").replace("-", "−")


def _mid_grey(dtype: np.dtype[Any]) -> float:
    return 0.5 if dtype.kind == "f" else (white_level(dtype) + 1) / 2


class Store:
    """Turns values into stored levels: `--values`, depth, rounding, clipping, and their tally."""

    def __init__(self, working: Working, channels: int, dtype: np.dtype[Any], values: str):
        self.dtype, self.mode, self.tallied = dtype, values, working.tallied
        self.colours = channels - working.alpha
        self.working, self.transparent = working, working.transparent
        self.source = white_level(working.dtype)
        self.scale = 1.0 if self.mode == "raw" else white_level(dtype) / self.source
        self.stretch = Stretch(working, self.colours)
        self.clipped = Clipped(white_level(dtype))
        self.lock = threading.Lock()

    def shown(
        self, values: Array, original: Array | None = None, share: Array | None = None
    ) -> Array:
        """Return where (h, w) values are seen in the result, as far as colours are.

        With `original` and `share`, as `keep` has them, only where some of the values is taken.
        """
        alphas = [values[..., -1]]
        shown = np.ones(values.shape[:2], bool)
        if original is not None and share is not None:
            shown = share > 0
            alphas.append(share * values[..., -1] + (1 - share) * original[..., -1])
        for alpha in alphas if self.transparent else []:
            shown &= alpha > self.working.faint
        return shown

    def leave(self, pixels: Array, target: Array) -> None:
        """Put pixels that stay as they are, alpha included, into the output; tally them, too."""
        if pixels.dtype == self.dtype and self.scale == 1:
            target[...] = pixels
            alpha = pixels[..., -1]
            seen = int(np.count_nonzero(alpha)) if self.transparent else alpha.size
            with self.lock:
                self.clipped.total += seen * self.colours
            return
        with np.errstate(over="ignore", invalid="ignore"):
            self.put(self.rounded(pixels.astype(np.float64) * self.scale), target)

    def keep(
        self,
        values: Array,
        target: Array,
        original: Array | None = None,
        share: Array | None = None,
    ) -> None:
        """Put a strip's (h, w, C) values into the output as it stores them.

        With a `share` (h, w) of 0 to 1, so much of each is taken, and the rest of the picture's
        `original` pixels at the same places.
        """
        plain = self.mode == "clip" and self.scale == 1
        if share is None and plain and (values.dtype == self.dtype or self.dtype.kind == "f"):
            # float64 past what float32 holds becomes infinity.
            with np.errstate(over="ignore"):
                target[...] = values
            return
        with np.errstate(over="ignore", invalid="ignore"):
            levels = values
            if not plain or share is not None or values.dtype.kind == "f":
                levels = self.rounded(self.mixed(self.levels(values), original, share))
            self.put(levels, target)

    def mixed(self, levels: Array, original: Array | None, share: Array | None) -> Array:
        """Return levels blended with the original's where there is a mask."""
        if original is None or share is None:
            return levels
        unfiltered = original.astype(np.float64) * self.scale
        return blended(levels, unfiltered, share, self.transparent, self.dtype)

    def put(self, levels: Array, target: Array) -> None:
        """Put rounded levels into the output."""
        if self.dtype.kind == "f":
            target[...] = levels
        else:
            self.narrow(levels, target)

    def narrow(self, levels: Array, target: Array) -> None:
        """Clip rounded levels into the output, which is whole, and tally what it can't hold.

        No number is outside, too. Alpha isn't counted: where it is whole it never clips.
        """
        if not self.tallied and levels.dtype == np.int16 and self.dtype.name == "uint8":
            np.copyto(target, np.clip(levels, 0, 255, out=levels), casting="unsafe")
            return
        colours = levels[..., : self.colours]
        if self.transparent:
            # They are rounded: what has an alpha of 0 can't be seen.
            colours = colours[levels[..., -1] > 0]
        if not colours.size:
            target[...] = self.narrowed(levels)
            return
        least, greatest, outside = float(colours.min()), float(colours.max()), 0
        if least >= 0 and greatest <= self.clipped.limit and not self.transparent:
            np.copyto(target, levels, casting="unsafe")
        elif (
            least >= -_SHORT
            and greatest < _SHORT
            and self.dtype.name == "uint8"
            and not self.transparent
        ):
            short = cast("short", levels, np.int16)
            # Below 0 is above 255, too, without a sign.
            bare = short.view(np.uint16)[..., : self.colours]
            outside = int(np.count_nonzero(bare > 255))
            np.copyto(target, np.clip(short, 0, 255, out=short), casting="unsafe")
        else:
            # NaN is passed over by fmin and fmax, which take longer.
            least = float(np.fmin.reduce(colours, None))
            greatest = float(np.fmax.reduce(colours, None))
            outside = int(np.count_nonzero(~((colours >= 0) & (colours <= self.clipped.limit))))
            target[...] = self.narrowed(levels)
        with self.lock:
            self.clipped.outside += outside
            self.clipped.total += colours.size
            self.clipped.least = float(np.fmin(self.clipped.least, least))
            self.clipped.greatest = float(np.fmax(self.clipped.greatest, greatest))

    def levels(self, values: Array) -> Array:
        """Return values as `--values` has them in the output's depth, unrounded.

        A colour that can't be seen stays as it is.
        """
        if self.mode in ("clip", "raw") and self.scale == 1 and values.dtype.kind == "f":
            return values
        # Scaled in float64, as `leave` does: what didn't change is equal to its last bit.
        dtype = np.float64 if self.scale != 1 else np.result_type(values, np.float32)
        levels = values.astype(dtype)
        if self.mode in ("clip", "raw"):
            levels *= self.scale
            return levels
        colours = levels[..., : self.colours]
        hidden = ~self.shown(values)
        kept = colours[hidden] * self.scale
        if self.mode == "abs":
            np.abs(colours, out=colours)
        elif self.mode == "stretch":
            self.stretch.apply(colours, self.source)
        levels *= self.scale
        if self.mode == "offset":
            colours += _mid_grey(self.dtype)
        colours[hidden] = kept
        return levels

    def rounded(self, levels: Array) -> Array:
        """Return levels rounded, half to even, where the output is whole; the only rounding."""
        if self.dtype.kind == "f":
            return levels
        if self.scale != 1 or self.mode == "stretch":
            levels = halves_kept(levels)
        rounded: Array = np.rint(levels, out=borrow("rounded", levels.shape, levels.dtype))
        return rounded

    def narrowed(self, levels: Array) -> Array:
        """Return rounded levels in the output's dtype: floats as they are, others clipped."""
        if self.dtype.kind != "f":
            np.clip(np.nan_to_num(levels, copy=False), 0, white_level(self.dtype), out=levels)
        return levels.astype(self.dtype)
