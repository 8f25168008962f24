"""The working space: what a filter sees of a picture, and the way back.

The only place that knows depth, alpha and linear light.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..dtypes import Array, white_level
from ..engines.numpy.block_info import BlockInfo
from ..filters.base import Filter
from ..geometry import row_blocks

_VALUES = 1 << 16  # at once

_FINE = {"float64": 2.0**24, "float32": 2.0**14}
_BARELY = 2.0**-40  # relative to the full: below, what rounding left of nothing


def faint(dtype: np.dtype[Any]) -> float:
    """Return the greatest alpha that counts as none: half a level is stored as 0."""
    return _BARELY if dtype.kind == "f" else 0.5


@dataclass(frozen=True)
class Working:
    """How the pixels of one picture are shown to one filter.

    Attributes
    ----------
    filter : Filter
    dtype : dtype
        As stored: uint8, uint16, float32 or float64.
    alpha : bool
        The last channel is alpha.
    transparent : bool
        Some of that alpha, or of the border's, is less than full.
    linear_light : bool
        Colours are decoded from sRGB's curve.
    wide : bool
        In float64: the result is stored at a finer depth, or its levels are past float32.
    rounded : bool
        What comes out is only rounded, and clipped, to the levels of `dtype`.
    tallied : bool
        What clips is counted.
    output : dtype, optional
        What is stored; like `dtype` by default.
    """

    filter: Filter
    dtype: np.dtype[Any]
    alpha: bool = False
    transparent: bool = False
    linear_light: bool = False
    wide: bool = False
    rounded: bool = False
    tallied: bool = True
    output: np.dtype[Any] | None = None

    def block_info(self, colours: int) -> BlockInfo:
        """Return what the blocks are like that the filter sees, but for levels of 255."""
        wide = self.linear_light or self.wide or self.premultiplied
        dtype = np.dtype(np.float64) if wide else self.dtype
        return BlockInfo(dtype, colours + self.premultiplied, self.rounded, self.tallied)

    @property
    def premultiplied(self) -> bool:
        """Whether the filter sees alpha as one channel more, and colours times it."""
        return self.transparent and self.filter.premultiplied

    @property
    def faint(self) -> float:
        """The greatest alpha, in levels of `dtype`, that is stored as none."""
        output = self.output or self.dtype
        return faint(output) * (white_level(self.dtype) / white_level(output))

    def shown(self, padded: Array) -> tuple[Array, Array | None]:
        """Return the block that the filter sees, and the plane of its alpha if that counts."""
        colours = padded.shape[2] - self.alpha
        colour, alpha = padded[..., :colours], padded[..., colours:]
        colour = self._into_light(colour.astype(np.float64) if self.wide else colour)
        if not self.transparent:
            return self._into_levels(colour), None
        if self.dtype.kind == "f":
            # What can't be seen doesn't count, NaN and infinity included.
            colour = np.where(alpha > 0, colour, 0)
        if not self.premultiplied:
            return self._into_levels(colour), alpha[..., 0]
        covered = np.empty(padded.shape)
        if self.filter.in_8_bit_levels:
            covered[..., -1:] = alpha / white_level(self.dtype)
            colour = colour * (255 / white_level(self.dtype))
        else:
            covered[..., -1:] = alpha
        np.multiply(colour, covered[..., -1:], out=covered[..., :-1])
        if self.filter.in_8_bit_levels:
            covered[..., -1] *= 255
        return covered, covered[..., -1]

    def stored(self, values: Array, centre: Array) -> Array:
        """Return the (h, w, C) values in stored levels, alpha included, unrounded.

        Parameters
        ----------
        values : (h, w, K) array
            What the filter made of the block.
        centre : (h, w, C) array
            The picture's own pixels at the same places.
        """
        if not (self.alpha or self.linear_light or self._scaled):
            return values
        first, *rest = _cache_sized(values)
        found = self._brought_back(values[first], centre[first])
        levels = np.empty(centre.shape, found.dtype)
        levels[first] = found
        for rows in rest:
            levels[rows] = self._brought_back(values[rows], centre[rows])
        return levels

    def _brought_back(self, values: Array, centre: Array) -> Array:
        if not self.transparent:
            colour = self._out_of_light(self._out_of_levels(values))
            return np.concatenate([colour, centre[..., -1:]], axis=2) if self.alpha else colour
        colour, alpha = values[..., :-1], values[..., -1:]
        if self.premultiplied:
            colour, alpha = self._unmultiplied(colour, alpha, centre[..., -1:])
        else:
            colour = self._out_of_levels(colour)
        colour = self._out_of_light(colour)
        alpha = np.clip(alpha, 0, white_level(self.dtype))
        left = alpha > self.faint
        colour = np.where(left, colour, centre[..., :-1])
        # What is left of no alpha, as little as it is, would show a hidden colour.
        alpha = np.where(left | (centre[..., -1:] > 0), alpha, 0)
        return np.concatenate([colour, alpha], axis=2)

    def _unmultiplied(self, colour: Array, alpha: Array, kept: Array) -> tuple[Array, Array]:
        """Return colour that is not premultiplied, and its alpha: the kernel's over its sum."""
        if self.filter.in_8_bit_levels:
            alpha = alpha * (white_level(self.dtype) / 255)
            colour = colour * (white_level(self.dtype) ** 2 / 255)
        total = self.filter.weight_sum
        if total == 0:
            alpha = kept.astype(np.float64)
        elif total != 1:
            alpha = alpha / total
        with np.errstate(divide="ignore", invalid="ignore"):
            colour = colour / alpha
        return colour if kept.dtype.kind == "f" else halves_kept(colour), alpha

    def describe_way_back(self, levels: Array) -> tuple[list[str], list[str]]:
        """Return in words what `stored` does to a linear filter's sum of a colour, and of alpha.

        `levels` (C,) are those of the pixel, as `stored` returns them.
        """
        colour: list[str] = []
        alpha: list[str] = []
        if self.premultiplied:
            visible = levels[-1] > self.faint
            colour.append("divided by alpha" if visible else "the colour as it was: transparent")
            if self.filter.weight_sum == 0:
                alpha.append("as it was: the weights sum to 0")
            elif self.filter.weight_sum != 1:
                alpha.append("divided by the sum of the weights")
        if self.linear_light:
            colour.append("out of linear light")
        return colour, alpha

    @property
    def _scaled(self) -> bool:
        """Whether the filter takes 8-bit levels, and these are others."""
        return self.filter.in_8_bit_levels and white_level(self.dtype) != 255

    def _into_levels(self, colour: Array) -> Array:
        if not self._scaled:
            return colour
        if self.dtype.kind == "f":
            return np.multiply(colour, 255, dtype=colour.dtype)
        return np.multiply(colour, 255 / white_level(self.dtype))

    def _out_of_levels(self, values: Array) -> Array:
        if not self._scaled:
            return values
        return values * (white_level(self.dtype) / 255)

    def _into_light(self, colour: Array) -> Array:
        if not self.linear_light:
            return colour
        light: Array
        if self.dtype.kind == "f":
            light = np.empty(colour.shape)
            for rows in _cache_sized(colour):
                light[rows] = decoded(colour[rows].astype(np.float64))
        else:
            light = self._curve[colour.astype(self.dtype, copy=False)]
        return light

    @cached_property
    def _curve(self) -> Array:
        """The light of each stored level, in the same range."""
        top = white_level(self.dtype)
        return decoded(np.arange(top + 1) / top) * top

    def _out_of_light(self, values: Array) -> Array:
        if not self.linear_light:
            return values
        top = np.float64(white_level(self.dtype))
        return encoded(values / top) * top


def _cache_sized(values: Array) -> Iterator[slice]:
    return row_blocks(len(values), values[0].size, _VALUES)


def halves_kept(levels: Array, parts: str = "float64") -> Array:
    """Return levels so that what is truly a half is one, though its parts were rounded."""
    kept: Array = np.rint(levels * _FINE[parts]) / _FINE[parts]
    return kept


def decoded(signal: Array) -> Array:
    """Return the linear light of sRGB signals 0..1 (IEC 61966-2-1), odd below 0."""
    size = np.abs(signal)
    return np.copysign(
        np.where(size <= 0.04045, size / 12.92, ((size + 0.055) / 1.055) ** 2.4), signal
    )


def encoded(light: Array) -> Array:
    """Return the sRGB signals of linear light 0..1 (IEC 61966-2-1), odd below 0."""
    size = np.abs(light)
    return np.copysign(
        np.where(size <= 0.0031308, size * 12.92, 1.055 * size ** (1 / 2.4) - 0.055), light
    )
