"""The working space: convert padded pixels to the block that a filter sees, and values back.

In the working space, colours may be in linear light, multiplied by alpha, and in 8-bit levels.
Missing pixels are 0 there, and whether a pixel is there may be one more channel: results are
divided by it (Knutsson & Westin, "Normalized and differential convolution", 1993).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..dtypes import Array, white_level
from ..engines.numpy.block_info import BlockInfo
from ..filters.base import Filter
from ..filters.weights import Weights
from .levels import (
    alpha_epsilon,
    iter_cached_rows,
    levels_to_linear,
    linear_to_levels,
    premultiply,
    snap_halves,
)
from .missing import Missing, divide_by_presence


class WorkingSpace(NamedTuple):
    """How the pixels of one picture are converted for one filter, and its values back.

    Attributes
    ----------
    filter : Filter
        The filter, which decides whether colours are premultiplied or in 8-bit levels.
    dtype : dtype
        The picture's: uint8, uint16, float32 or float64.
    alpha : bool
        Whether the last channel is alpha.
    transparent : bool
        Whether alpha is below the white level anywhere in the picture or its border.
    missing : Missing, optional
        What marks missing pixels, if the picture or its border has any.
    linear_light : bool
        Whether colours are decoded from the sRGB curve.
    needs_float64 : bool
        Whether colours are converted to float64, because float32 would be too coarse or overflow.
    may_round : bool
        Whether a method may round, because values will only be rounded and clipped to `dtype`.
    count_clipped : bool
        Whether clipped values will be counted.
    output : dtype, optional
        The output's; by default the picture's.
    is_grid : bool
        Whether the picture is a grid of numbers, in which 255 is white.
    """

    filter: Filter
    dtype: np.dtype[Any]
    alpha: bool = False
    transparent: bool = False
    missing: Missing | None = None
    linear_light: bool = False
    needs_float64: bool = False
    may_round: bool = False
    count_clipped: bool = True
    output: np.dtype[Any] | None = None
    is_grid: bool = False

    @property
    def white(self) -> int:
        """The level of white in the picture."""
        return white_level(self.dtype, self.is_grid)

    def block_info(self, colours: int) -> BlockInfo:
        """Return the dtype and channels of the filter's blocks, before 8-bit levels are made."""
        weights = self.weight_channels
        is_float64 = self.linear_light or self.needs_float64 or weights
        dtype = np.dtype(np.float64) if is_float64 else self.dtype
        return BlockInfo(dtype, colours + weights, self.may_round, self.count_clipped)

    @property
    def weight_channels(self) -> int:
        """How many channels after the colours are weights, in the filter's blocks."""
        return self.filter.premultiplied * (self.transparent + (self.missing is not None))

    @property
    def premultiplied(self) -> bool:
        """Whether the filter sees colours multiplied by alpha, and alpha as one more channel."""
        return self.transparent and self.filter.premultiplied

    @property
    def alpha_epsilon(self) -> float:
        """The greatest alpha, in levels of `dtype`, that the output stores as 0."""
        output = self.output or self.dtype
        return alpha_epsilon(output) * (self.white / white_level(output))

    def to_working(self, padded: Array) -> tuple[Array, Weights | None]:
        """Return the block that the filter sees, and the weights of its pixels.

        Parameters
        ----------
        padded : (h, w, C) array
            Pixels of the picture and its border.

        Returns
        -------
        block : (h, w, K) array
            Colours, and the weights if the filter is premultiplied: alpha, then 1 or 0 for pixels
            that are there or missing.
        weights : Weights or None
            None if the picture is opaque and no pixel is missing.
        """
        if self.missing is None:
            block, alpha = self._to_working(padded)
            return block, None if alpha is None else Weights(alpha, None)
        present = ~self.missing.find(padded, self.alpha)
        block, alpha = self._to_working(np.where(present[..., np.newaxis], padded, 0))
        if self.filter.premultiplied:
            block = np.concatenate([block, present[..., np.newaxis]], axis=2, dtype=np.float64)
        return block, Weights(alpha, present)

    def _to_working(self, padded: Array) -> tuple[Array, Array | None]:
        """Return the block of pixels of which none is missing, and its (h, w) alpha or None."""
        channels = padded.shape[2] - self.alpha
        colours, alpha = padded[..., :channels], padded[..., channels:]
        if not self.transparent:
            return self.to_levels(colours), None
        colours = self._decode_srgb(colours)
        if self.dtype.kind == "f":
            # The colour of a transparent pixel has no effect, even if it is NaN or infinity.
            colours = np.where(alpha > 0, colours, 0)
        if not self.premultiplied:
            return self._to_8_bit_levels(colours), alpha[..., 0]
        block = premultiply(colours, alpha, self.white if self.filter.level_parameter else None)
        return block, block[..., -1]

    def to_levels(self, colours: Array) -> Array:
        """Return colours as the filter sees them where they are opaque, in the same shape."""
        return self._to_8_bit_levels(self._decode_srgb(colours))

    def from_working(self, values: Array, original: Array) -> Array:
        """Return a filter's values in levels of the picture, alpha included, not rounded.

        Parameters
        ----------
        values : (h, w, K) array
            The filter's result.
        original : (h, w, C) array
            The picture's pixels at the same places.

        Returns
        -------
        (h, w, C) array
        """
        if not (self.alpha or self.linear_light or self.is_scaled or self.missing):
            return values
        first, *rest = iter_cached_rows(values)
        convert = self._from_working if self.missing is None else self._from_working_with_missing
        converted = convert(values[first], original[first])
        levels = np.empty(original.shape, converted.dtype)
        levels[first] = converted
        for rows in rest:
            levels[rows] = convert(values[rows], original[rows])
        return levels

    def _from_working_with_missing(self, values: Array, original: Array) -> Array:
        """Divide sums by the share of the pixels that are there, and mark what is missing."""
        assert self.missing is not None
        values, share = values[..., :-1], values[..., -1:]
        present = share > 0
        if self.filter.premultiplied:
            values, present = divide_by_presence(values, share, self.filter.weight_sum)
            if not self.transparent and self.dtype.kind != "f":
                values = snap_halves(values)
        marked = np.full(original.shape, self.missing.mark)
        np.copyto(marked[..., -1], original[..., -1], where=self.alpha)
        return np.where(present, self._from_working(values, original), marked)

    def _from_working(self, values: Array, original: Array) -> Array:
        if not self.transparent:
            colours = self._encode_srgb(self._from_8_bit_levels(values))
            return np.concatenate([colours, original[..., -1:]], axis=2) if self.alpha else colours
        colours, alpha = values[..., :-1], values[..., -1:]
        if self.premultiplied:
            colours, alpha = self._divide_by_alpha(colours, alpha, original[..., -1:])
        else:
            colours = self._from_8_bit_levels(colours)
        colours = self._encode_srgb(colours)
        alpha = np.clip(alpha, 0, self.white)
        visible = alpha > self.alpha_epsilon
        colours = np.where(visible, colours, original[..., :-1])
        # Any alpha above 0 would make the colour of a transparent pixel visible.
        alpha = np.where(visible | (original[..., -1:] > 0), alpha, 0)
        return np.concatenate([colours, alpha], axis=2)

    def _divide_by_alpha(self, colours: Array, alpha: Array, old: Array) -> tuple[Array, Array]:
        """Return colours over alpha, and alpha over the sum of the weights; if it is 0, the old."""
        if self.filter.level_parameter:
            alpha = alpha * (self.white / 255)
            colours = colours * (self.white**2 / 255)
        total = self.filter.weight_sum
        alpha = alpha / total if total else old.astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            colours = colours / alpha
        return colours if old.dtype.kind == "f" else snap_halves(colours), alpha

    def is_visible(self, levels: Array) -> bool:
        """Return whether the alpha of a (C,) pixel from `from_working` is above 0."""
        return not self.transparent or bool(levels[-1] > self.alpha_epsilon)

    @property
    def is_scaled(self) -> bool:
        """Whether the picture's levels must be scaled to 8-bit levels for the filter."""
        return bool(self.filter.level_parameter) and self.white != 255

    def _to_8_bit_levels(self, colours: Array) -> Array:
        return np.multiply(colours, 255 / self.white) if self.is_scaled else colours

    def _from_8_bit_levels(self, values: Array) -> Array:
        return values * (self.white / 255) if self.is_scaled else values

    def _decode_srgb(self, colours: Array) -> Array:
        colours = colours.astype(np.float64) if self.needs_float64 else colours
        return levels_to_linear(colours, self.dtype, self.white) if self.linear_light else colours

    def _encode_srgb(self, values: Array) -> Array:
        return linear_to_levels(values, self.white) if self.linear_light else values
