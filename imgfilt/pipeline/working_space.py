"""The working space: convert padded pixels to the block that a filter sees, and values back.

In the working space, colours may be in linear light, multiplied by alpha, and in 8-bit levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ..dtypes import Array, white_level
from ..engines.numpy.block_info import BlockInfo
from ..filters.base import Filter
from ..geometry import row_blocks
from .levels import alpha_epsilon, linear_to_srgb, snap_halves, srgb_to_linear

_BLOCK_VALUES = 1 << 16  # values of a block whose temporary arrays stay in the cache


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
    linear_light : bool
        Whether colours are decoded from the sRGB curve.
    needs_float64 : bool
        Whether colours are converted to float64, because float32 would be too coarse or overflow.
    rounded : bool
        Whether the values will only be rounded and clipped to `dtype`.
    count_clipped : bool
        Whether clipped values will be counted.
    output : dtype, optional
        The output's; by default the picture's.
    numbers : bool
        Whether the picture is a grid of numbers, in which 255 is white.
    """

    filter: Filter
    dtype: np.dtype[Any]
    alpha: bool = False
    transparent: bool = False
    linear_light: bool = False
    needs_float64: bool = False
    rounded: bool = False
    count_clipped: bool = True
    output: np.dtype[Any] | None = None
    numbers: bool = False

    @property
    def white(self) -> int:
        """The level of white in the picture."""
        return white_level(self.dtype, self.numbers)

    def block_info(self, colours: int) -> BlockInfo:
        """Return the dtype and channels of the filter's blocks, before 8-bit levels are made."""
        is_float64 = self.linear_light or self.needs_float64 or self.premultiplied
        dtype = np.dtype(np.float64) if is_float64 else self.dtype
        return BlockInfo(dtype, colours + self.premultiplied, self.rounded, self.count_clipped)

    @property
    def premultiplied(self) -> bool:
        """Whether the filter sees colours multiplied by alpha, and alpha as one more channel."""
        return self.transparent and self.filter.premultiplied

    @property
    def alpha_epsilon(self) -> float:
        """The greatest alpha, in levels of `dtype`, that the output stores as 0."""
        output = self.output or self.dtype
        return alpha_epsilon(output) * (self.white / white_level(output))

    def to_working(self, padded: Array) -> tuple[Array, Array | None]:
        """Return the block that the filter sees, and its alpha.

        Parameters
        ----------
        padded : (h, w, C) array
            Pixels of the picture and its border.

        Returns
        -------
        block : (h, w, K) array
            Colours; with alpha as the last channel if premultiplied.
        alpha : (h, w) array or None
            None if the picture is opaque.
        """
        channels = padded.shape[2] - self.alpha
        colours, alpha = padded[..., :channels], padded[..., channels:]
        colours = self._decode_srgb(colours.astype(np.float64) if self.needs_float64 else colours)
        if not self.transparent:
            return self._to_8_bit_levels(colours), None
        if self.dtype.kind == "f":
            # The colour of a transparent pixel has no effect, even if it is NaN or infinity.
            colours = np.where(alpha > 0, colours, 0)
        if not self.premultiplied:
            return self._to_8_bit_levels(colours), alpha[..., 0]
        block = np.empty(padded.shape)
        if self.filter.in_8_bit_levels:
            block[..., -1:] = alpha / self.white
            colours = colours * (255 / self.white)
        else:
            block[..., -1:] = alpha
        np.multiply(colours, block[..., -1:], out=block[..., :-1])
        if self.filter.in_8_bit_levels:
            block[..., -1] *= 255
        return block, block[..., -1]

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
        if not (self.alpha or self.linear_light or self.is_scaled):
            return values
        first, *rest = _iter_cached_rows(values)
        converted = self._from_working(values[first], original[first])
        levels = np.empty(original.shape, converted.dtype)
        levels[first] = converted
        for rows in rest:
            levels[rows] = self._from_working(values[rows], original[rows])
        return levels

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

    def _divide_by_alpha(
        self, colours: Array, alpha: Array, original_alpha: Array
    ) -> tuple[Array, Array]:
        """Return colours divided by alpha, and alpha divided by the sum of the weights."""
        if self.filter.in_8_bit_levels:
            alpha = alpha * (self.white / 255)
            colours = colours * (self.white**2 / 255)
        total = self.filter.weight_sum
        if total == 0:
            alpha = original_alpha.astype(np.float64)
        elif total != 1:
            alpha = alpha / total
        with np.errstate(divide="ignore", invalid="ignore"):
            colours = colours / alpha
        return colours if original_alpha.dtype.kind == "f" else snap_halves(colours), alpha

    def is_visible(self, levels: Array) -> bool:
        """Return whether the alpha of a (C,) pixel from `from_working` is above 0."""
        return not self.transparent or bool(levels[-1] > self.alpha_epsilon)

    @property
    def is_scaled(self) -> bool:
        """Whether the picture's levels must be scaled to 8-bit levels for the filter."""
        return self.filter.in_8_bit_levels and self.white != 255

    def _to_8_bit_levels(self, colours: Array) -> Array:
        if not self.is_scaled:
            return colours
        if self.dtype.kind == "f":
            return np.multiply(colours, 255, dtype=colours.dtype)
        return np.multiply(colours, 255 / self.white)

    def _from_8_bit_levels(self, values: Array) -> Array:
        if not self.is_scaled:
            return values
        return values * (self.white / 255)

    def _decode_srgb(self, colours: Array) -> Array:
        if not self.linear_light:
            return colours
        if self.dtype.kind != "f":
            levels = colours.astype(self.dtype, copy=False)
            return np.asarray(_linear_table(self.dtype)[levels])
        light = np.empty(colours.shape)
        for rows in _iter_cached_rows(colours):
            signal = colours[rows].astype(np.float64) / self.white
            light[rows] = srgb_to_linear(signal) * self.white
        return light

    def _encode_srgb(self, values: Array) -> Array:
        if not self.linear_light:
            return values
        white = np.float64(self.white)
        return linear_to_srgb(values / white) * white


@cache
def _linear_table(dtype: np.dtype[Any]) -> Array:
    """Return the linear light of each level of an integer dtype, from 0 to the white level."""
    white = white_level(dtype)
    return srgb_to_linear(np.arange(white + 1) / white) * white


def _iter_cached_rows(values: Array) -> Iterator[slice]:
    return row_blocks(len(values), values[0].size, _BLOCK_VALUES)
