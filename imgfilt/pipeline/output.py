"""Convert values to the output: the mode of `values`, depth, mask, rounding and clipping."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from ..buffers import borrow, cast
from ..dtypes import Array, white_level
from .clipping import Clipping
from .levels import blend, snap_halves
from .stretch import Stretch
from .working_space import WorkingSpace

_INT16_END = 2**15


class OutputConverter:
    """Converts values in levels of the picture to levels of the output, and counts clipped ones.

    Parameters
    ----------
    working_space : WorkingSpace
    channels : int
        How many the picture has, alpha included.
    dtype : dtype
        The output's.
    mode : str
        A key of VALUES.

    Attributes
    ----------
    clipping : Clipping
        How many values have been clipped so far.
    stretch : Stretch
        The range of the result. In the mode `stretch`, it must measure the whole result before the
        first `write`.
    """

    def __init__(self, working_space: WorkingSpace, channels: int, dtype: np.dtype[Any], mode: str):
        self.dtype, self.mode = dtype, mode
        self.working_space = working_space
        self.colours = channels - working_space.alpha
        self.white = white_level(dtype, working_space.is_grid)
        self.scale = 1.0 if mode == "raw" else self.white / working_space.white
        self.missing = working_space.missing
        self.stored_missing = self.missing and self.missing.scaled(self.scale)
        self.stretch = Stretch(working_space, self.colours)
        self.clipping = Clipping(self.white)
        self._lock = threading.Lock()

    @property
    def offset(self) -> float:
        """What the mode `offset` adds, in levels of the output: mid-grey."""
        return 0.5 if self.white == 1 else (self.white + 1) / 2

    def visible(
        self, values: Array, original: Array | None = None, share: Array | None = None
    ) -> Array:
        """Return a (h, w) bool array: whether a pixel's colours have an effect on the output.

        The colours have no effect if alpha is 0 or the pixel is missing. With a mask, they also
        have no effect if the values' share or the blended alpha is 0.

        Parameters
        ----------
        values, original, share
            As for `write`.
        """
        alphas = [values[..., -1]]
        visible = np.ones(values.shape[:2], bool)
        if original is not None and share is not None:
            visible = share > 0
            alphas.append(share * values[..., -1] + (1 - share) * original[..., -1])
        for alpha in alphas if self.working_space.transparent else []:
            visible &= alpha > self.working_space.alpha_epsilon
        if self.missing is not None:
            visible &= ~self.missing.find(values[..., : self.colours])
        return visible

    def write(
        self,
        values: Array,
        target: Array,
        original: Array | None = None,
        share: Array | None = None,
    ) -> None:
        """Convert a block of values into the output.

        Parameters
        ----------
        values : (h, w, C) array
            In levels of the picture, rounded if a method did that.
        target : (h, w, C) array
            The block of the output.
        original : (h, w, C) array, optional
            With a mask: the picture's pixels at the same places.
        share : (h, w) array, optional
            With a mask: the share of the values in the result, 0 to 1.
        """
        is_plain = self.mode == "clip" and self.scale == 1
        if share is None and is_plain and (values.dtype == self.dtype or self.dtype.kind == "f"):
            # A float64 too large for float32 becomes infinity.
            with np.errstate(over="ignore"):
                target[...] = values
            return
        with np.errstate(over="ignore", invalid="ignore"):
            levels = values
            if not is_plain or share is not None or values.dtype.kind == "f":
                levels = self.to_output_levels(values)
                if original is not None and share is not None:
                    unfiltered = original.astype(np.float64) * self.scale
                    transparent = self.working_space.transparent
                    if self.missing is not None:
                        share = self._share_without_missing(values, original, share)
                    levels = blend(levels, unfiltered, share, transparent, self.dtype)
                levels = self._round(levels)
            self._store(levels, target)

    def _share_without_missing(self, values: Array, original: Array, share: Array) -> Array:
        """Return the share of the values; a missing pixel leaves all of it to the other."""
        assert self.missing is not None
        no_original = self.missing.find(original[..., : self.colours]) & (share > 0)
        no_value = self.missing.find(values[..., : self.colours])
        found: Array = np.where(no_value, 0.0, np.where(no_original, 1.0, share))
        return found

    def write_unfiltered(self, pixels: Array, target: Array) -> None:
        """Convert (h, w, C) pixels of the picture into the output; `values` has no effect."""
        if pixels.dtype == self.dtype and self.scale == 1:
            target[...] = pixels
            alpha = pixels[..., -1]
            transparent = self.working_space.transparent
            visible = int(np.count_nonzero(alpha)) if transparent else alpha.size
            if self.missing is not None:
                visible -= int(np.count_nonzero(self.missing.find(pixels[..., : self.colours])))
            with self._lock:
                self.clipping.total += visible * self.colours
            return
        with np.errstate(over="ignore", invalid="ignore"):
            self._store(self._round(pixels.astype(np.float64) * self.scale), target)

    def to_output_levels(self, values: Array) -> Array:
        """Return (h, w, C) values in levels of the output, with the mode applied, not rounded.

        The mode doesn't change the colour of a transparent pixel.
        """
        if self.mode in ("clip", "raw") and self.scale == 1 and values.dtype.kind == "f":
            return values
        # In float64, as in write_unfiltered: an unchanged value gives the same level in both.
        dtype = np.float64 if self.scale != 1 else np.result_type(values, np.float32)
        levels = values.astype(dtype)
        if self.mode in ("clip", "raw"):
            levels *= self.scale
            return levels
        colours = levels[..., : self.colours]
        hidden = ~self.visible(values)
        hidden_colours = colours[hidden] * self.scale
        if self.mode == "abs":
            np.abs(colours, out=colours)
        elif self.mode == "stretch":
            self.stretch.apply(colours, self.working_space.white)
        levels *= self.scale
        if self.mode == "offset":
            colours += self.offset
        colours[hidden] = hidden_colours
        return levels

    def _round(self, levels: Array) -> Array:
        """Return levels, rounded half to even if the output has integers."""
        if self.dtype.kind == "f":
            return levels
        if self.scale != 1 or self.mode == "stretch":
            levels = snap_halves(levels)
        rounded: Array = np.rint(levels, out=borrow("rounded", levels.shape, levels.dtype))
        return rounded

    def _store(self, levels: Array, target: Array) -> None:
        """Write rounded levels into the output; clip and count them if it has integers.

        NaN counts as clipped. Alpha isn't counted.
        """
        if self.dtype.kind == "f":
            target[...] = levels
            return
        is_uint8, transparent = self.dtype.name == "uint8", self.working_space.transparent
        if not self.working_space.count_clipped and levels.dtype == np.int16 and is_uint8:
            np.copyto(target, np.clip(levels, 0, 255, out=levels), casting="unsafe")
            return
        colours = levels[..., : self.colours]
        if transparent:
            # Alpha is rounded, too: if it becomes 0, the output shows no colour.
            colours = colours[levels[..., -1] > 0]
        if self.stored_missing is not None:
            colours = colours[~self.stored_missing.find(colours)]
        if not colours.size:
            self._clip(levels, target)
            return
        least, greatest, count, undefined = float(colours.min()), float(colours.max()), 0, 0
        if least >= 0 and greatest <= self.clipping.limit and not transparent:
            np.copyto(target, levels, casting="unsafe")
        elif least >= -_INT16_END and greatest < _INT16_END and is_uint8 and not transparent:
            short = cast("short", levels, np.int16)
            # As uint16, a negative number is above 255, too.
            unsigned = short.view(np.uint16)[..., : self.colours]
            count = int(np.count_nonzero(unsigned > 255))
            np.copyto(target, np.clip(short, 0, 255, out=short), casting="unsafe")
        else:
            # fmin and fmax take longer than min and max, and ignore NaN.
            least = float(np.fmin.reduce(colours, None))
            greatest = float(np.fmax.reduce(colours, None))
            count = int(np.count_nonzero(~((colours >= 0) & (colours <= self.clipping.limit))))
            undefined = int(np.count_nonzero(np.isnan(colours)))
            self._clip(levels, target)
        with self._lock:
            self.clipping.count += count
            self.clipping.undefined += undefined
            self.clipping.total += colours.size
            self.clipping.least = float(np.fmin(self.clipping.least, least))
            self.clipping.greatest = float(np.fmax(self.clipping.greatest, greatest))

    def _clip(self, levels: Array, target: Array) -> None:
        np.clip(np.nan_to_num(levels, copy=False), 0, self.white, out=levels)
        np.copyto(target, levels, casting="unsafe")
