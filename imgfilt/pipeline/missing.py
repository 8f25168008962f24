"""Missing pixels: those that are NaN or have the `nodata` level, and have no weight in a result."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..dtypes import DTYPES, Array, white_level
from ..errors import Note, ParameterError
from ..filters.base import Filter
from ..numbers import format_brief, format_shortest
from .options import Options

_NAMES = "ignore_nan", "nodata"  # the options of users
_LEAST_SHARE = 2.0**-40  # a smaller share of the weights is taken for a rounding error of 0


class Missing(NamedTuple):
    """What marks a missing pixel, in the picture, in its border and in the result.

    Attributes
    ----------
    nan : bool
        Whether a pixel is missing if any of its colours is NaN.
    level : float or None
        If set, a pixel is missing if all of its colours are this level.
    """

    nan: bool
    level: float | None

    def find(self, pixels: Array, alpha: bool = False) -> Array:
        """Return the (h, w) bool array of the missing pixels; a transparent pixel isn't missing.

        Parameters
        ----------
        pixels : (h, w, C) array
        alpha : bool
            Whether the last channel is alpha; else all are colours.
        """
        colours = pixels[..., : pixels.shape[-1] - alpha]
        found: Array = np.zeros(colours.shape[:-1], bool)
        if self.nan and colours.dtype.kind == "f":
            found |= np.isnan(colours).any(axis=-1)
        if self.level is not None:
            found |= (colours == self.level).all(axis=-1)
        return found & (pixels[..., -1] > 0) if alpha else found

    @property
    def mark(self) -> float:
        """The level of a missing pixel of the result."""
        return np.nan if self.level is None else self.level

    def scaled(self, factor: float) -> Missing:
        """Return what marks a missing pixel after its levels are multiplied by a factor."""
        return self._replace(level=None if self.level is None else self.level * factor)


def divide_by_presence(sums: Array, share: Array, weight_sum: float) -> tuple[Array, Array]:
    """Return sums as if no pixel were missing, and whether there is any pixel (h, w, 1).

    Parameters
    ----------
    sums : (h, w, C) array
        Sums of weights times values, without the missing pixels.
    share : (h, w, 1) array
        Sums of the weights of the pixels that are there.
    weight_sum : float
        The sum of all weights.
    """
    present = share > _LEAST_SHARE * weight_sum
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(present, sums / (share / weight_sum), 0), present


def check_mean(filt: Filter, options: Options) -> None:
    """Raise ParameterError if pixels may be missing, and the filter can't leave them out."""
    if options.may_miss and not filt.is_mean:
        raise _error(
            options,
            "missing pixels can be left out of means and medians; "
            f"this {filt.title} has negative weights, or weights that sum to 0",
        )


def missing_of(options: Options, dtype: np.dtype[Any], output: np.dtype[Any]) -> Missing | None:
    """Return what marks a missing pixel of a picture, or None if no pixel can be missing.

    Parameters
    ----------
    options : Options
    dtype, output : dtype
        The picture's, and the result's.

    Raises
    ------
    ParameterError
        If no pixel of the picture can be marked so, or no pixel of the result.
    """
    if not options.may_miss:
        return None
    names = DTYPES[dtype.name], DTYPES[output.name]
    level = options.nodata
    if options.ignore_nan and dtype.kind != "f":
        raise ParameterError(f"ignore_nan: {names[0]} pixels can't be NaN", parameters=_NAMES)
    if level is not None:
        held = _round_to(level, dtype)
        if not (_may_equal(held, dtype) and np.isfinite(held)):
            raise _error(options, f"{names[0]} pixels can't be {format_brief(level)}")
        level = held
    missing = Missing(options.ignore_nan, level)
    scale = depth_factor(options, dtype, output)
    if not _may_equal(missing.scaled(scale).mark, output):
        found = format_brief(missing.mark)
        raise _error(options, f"what stays missing is {found}; {names[1]} pixels can't be that")
    return missing


def depth_factor(options: Options, dtype: np.dtype[Any], output: np.dtype[Any]) -> float:
    """Return the factor between levels of a picture and of its result.

    Parameters
    ----------
    options : Options
    dtype, output : dtype
        The picture's, and the result's.
    """
    if options.values == "raw":
        return 1.0
    return white_level(output, options.is_grid) / white_level(dtype, options.is_grid)


def describe_nodata(level: float | None, dtype: np.dtype[Any], options: Options) -> list[Note]:
    """Return a note if a file marks missing pixels by a level that the options don't name.

    Parameters
    ----------
    level : float or None
        The file's mark; it may be NaN.
    dtype : dtype
        The picture's.
    options : Options
    """
    if level is None or not _may_equal(level, dtype):
        return []
    if np.isnan(level):
        is_named, option, name = options.ignore_nan, "ignore_nan", "ignore_nan"
    else:
        named = options.nodata
        is_named = named is not None and _round_to(named, dtype) == _round_to(level, dtype)
        option, name = f"nodata {format_shortest(level)}", "nodata"
    text = f"pixels marked as missing are filtered like others; {option} leaves them out"
    return [] if is_named else [Note(text, (name,))]


def _round_to(level: float, dtype: np.dtype[Any]) -> float:
    """Return the number of a float dtype that is nearest to a level, which may be infinity."""
    with np.errstate(over="ignore"):
        return float(np.array(level).astype(dtype)) if dtype.kind == "f" else level


def _may_equal(level: float, dtype: np.dtype[Any]) -> bool:
    """Return whether pixels of a dtype can have a level, which may be NaN."""
    return dtype.kind == "f" or (0 <= level <= white_level(dtype) and level == np.rint(level))


def _error(options: Options, message: str) -> ParameterError:
    name = "ignore_nan" if options.nodata is None else "nodata"
    return ParameterError(f"{name}: {message}", parameters=_NAMES)
