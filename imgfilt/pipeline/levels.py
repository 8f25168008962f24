"""Arithmetic on arrays of levels: the sRGB curve, rounding errors, blending by a mask."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from ..dtypes import Array, white_level
from ..geometry import row_blocks

# `snap_halves` rounds to multiples of 1 over this.
_SNAP_GRID = {"float64": 2.0**24, "float32": 2.0**14}
_BLOCK_VALUES = 1 << 16  # values of a block of `iter_cached_rows`
_FLOAT_ALPHA_EPSILON = 2.0**-40  # a float alpha up to this is taken for a rounding error of 0


def srgb_to_linear(signal: Array) -> Array:
    """Return the linear light of sRGB signals 0..1 (IEC 61966-2-1); an odd function below 0."""
    size = np.abs(signal)
    return np.copysign(
        np.where(size <= 0.04045, size / 12.92, ((size + 0.055) / 1.055) ** 2.4), signal
    )


def linear_to_srgb(light: Array) -> Array:
    """Return the sRGB signals of linear light 0..1 (IEC 61966-2-1); an odd function below 0."""
    size = np.abs(light)
    return np.copysign(
        np.where(size <= 0.0031308, size * 12.92, 1.055 * size ** (1 / 2.4) - 0.055), light
    )


def levels_to_linear(levels: Array, dtype: np.dtype[Any], white: int) -> Array:
    """Return the linear light of sRGB levels.

    Parameters
    ----------
    levels : (h, w, C) array
        Of any dtype, but with the levels of `dtype`.
    dtype : dtype
        The picture's.
    white : int
        The level of white, of levels and of light.
    """
    if dtype.kind != "f":
        tabled: Array = _linear_table(dtype)[levels.astype(dtype, copy=False)]
        return tabled
    light = np.empty(levels.shape)
    for rows in iter_cached_rows(levels):
        light[rows] = srgb_to_linear(levels[rows].astype(np.float64) / white) * white
    return light


def linear_to_levels(light: Array, white: int) -> Array:
    """Return the sRGB levels of linear light that `levels_to_linear` gave, not rounded."""
    return linear_to_srgb(light / np.float64(white)) * np.float64(white)


@cache
def _linear_table(dtype: np.dtype[Any]) -> Array:
    """Return the linear light of each level of an integer dtype, from 0 to the white level."""
    white = white_level(dtype)
    return srgb_to_linear(np.arange(white + 1) / white) * white


def iter_cached_rows(values: Array) -> Iterator[slice]:
    """Cut a (h, w, C) array into blocks of rows whose temporary arrays stay in the cache."""
    return row_blocks(len(values), values[0].size, _BLOCK_VALUES)


def premultiply(colours: Array, alpha: Array, white: int | None) -> Array:
    """Return (h, w, C + 1): colours times alpha, and alpha.

    Parameters
    ----------
    colours : (h, w, C) array
    alpha : (h, w, 1) array
    white : int or None
        The white level of both, if the result shall be in 8-bit levels, with alpha as 0 to 1.
    """
    block = np.empty((*colours.shape[:2], colours.shape[2] + 1))
    block[..., -1:] = alpha if white is None else alpha / white
    scaled = colours if white is None else colours * (255 / white)
    np.multiply(scaled, block[..., -1:], out=block[..., :-1])
    if white is not None:
        block[..., -1] *= 255
    return block


def alpha_epsilon(dtype: np.dtype[Any]) -> float:
    """Return the greatest alpha that counts as 0; an integer output stores half a level as 0."""
    return _FLOAT_ALPHA_EPSILON if dtype.kind == "f" else 0.5


def snap_halves(levels: Array, precision: str = "float64") -> Array:
    """Return levels rounded to a fine grid, so that rounding errors don't move halves.

    Parameters
    ----------
    levels : float array
    precision : {"float64", "float32"}
        The dtype in which the levels were computed: the step of the grid is 2⁻²⁴ or 2⁻¹⁴.
    """
    snapped: Array = np.rint(levels * _SNAP_GRID[precision]) / _SNAP_GRID[precision]
    return snapped


def blend(
    filtered: Array, original: Array, share: Array, transparent: bool, dtype: np.dtype[Any]
) -> Array:
    """Return levels blended, not rounded.

    Parameters
    ----------
    filtered : (h, w, C) float32 or float64 array
        Levels of the output.
    original : (h, w, C) float64 array
        Levels of the output.
    share : (h, w) array
        The share of `filtered`, 0 to 1. At 0 the result is the original pixel, at 1 the filtered
        pixel, even if the other pixel is NaN or infinity.
    transparent : bool
        Whether the last channel is alpha that isn't at the white level everywhere. Colours are then
        weighted by alpha; transparent pixels of the result keep the original's colours.
    dtype : dtype
        The output's.

    Returns
    -------
    (h, w, C) float64 array
    """
    share = share[..., np.newaxis]
    if transparent:
        mixed = _mix_premultiplied(filtered, original, share, dtype)
    else:
        mixed = share * filtered + (1 - share) * original
    if dtype.kind != "f":
        mixed = snap_halves(mixed, filtered.dtype.name)
    return np.where(share == 0, original, np.where(share == 1, filtered, mixed))


def _mix_premultiplied(
    filtered: Array, original: Array, share: Array, dtype: np.dtype[Any]
) -> Array:
    filtered_alpha = share * filtered[..., -1:]
    original_alpha = (1 - share) * original[..., -1:]
    alpha = filtered_alpha + original_alpha
    # The colour of a transparent pixel has no effect, even if it is NaN or infinity.
    colours = np.where(filtered_alpha > 0, filtered[..., :-1] * filtered_alpha, 0)
    colours += np.where(original_alpha > 0, original[..., :-1] * original_alpha, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        colours = np.where(alpha > alpha_epsilon(dtype), colours / alpha, original[..., :-1])
    return np.concatenate([colours, alpha], axis=2)
