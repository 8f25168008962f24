"""Numbers on the pixels of a grid: as texts, as grey levels, and the size in which they fit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError
from ..numbers import format_exact, nearest_float
from .fonts import Fonts
from .view import View

_LONGEST = 5  # letters of a fraction, and about those of a decimal
_SMALLEST = 0.001  # that isn't written as 0.0 beside large numbers
_LEAST_SIZE = 4.0  # points
_LEAST_HEIGHT = 6  # pixels of the raster
_SHARE = 0.8  # of a pixel's width and height that a number may take at most


def format_numbers(numbers: NDArray[np.object_]) -> NDArray[np.str_]:
    """Return numbers as short texts: fractions if all are short and below 1, else decimals.

    Parameters
    ----------
    numbers : (H, W) array of Fraction or float

    Returns
    -------
    (H, W) array of str
        Whole numbers have no point. Decimals are rounded to about four digits.
    """
    flat = numbers.ravel().tolist()
    is_short = all(isinstance(n, Fraction) and (abs(n) < 1 or n.denominator == 1) for n in flat)
    texts = [format_exact(number) or "" for number in flat] if is_short else []
    if not is_short or max(map(len, texts)) > _LONGEST:
        texts = _format_decimals([nearest_float(number) for number in flat])
    return np.array([text.replace("-", "−") for text in texts]).reshape(numbers.shape)


def _format_decimals(numbers: Sequence[float]) -> list[str]:
    largest = max((abs(number) for number in numbers if isfinite(number)), default=0.0)
    if not 0.01 <= largest < 1e6:
        return [f"{number + 0.0:.3g}" for number in numbers]
    digits = max(_LONGEST - 1 - len(str(int(largest))), 0)
    return [_format_decimal(number, digits) for number in numbers]


def _format_decimal(number: float, digits: int) -> str:
    """Return a number with some digits after the point, of a small one with one that isn't 0."""
    if not isfinite(number) or number.is_integer():
        return f"{number + 0.0:.0f}"  # -0.0 + 0.0 is 0.0, which has no sign
    text = f"{number:.{digits}f}"
    if float(text):
        return text
    return f"{number:.1g}" if abs(number) >= _SMALLEST else f"{0:.{max(digits, 1)}f}"


def to_levels(numbers: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """Return (H, W) numbers as (H, W, 1) grey levels: `low` is black and `high` is white.

    Parameters
    ----------
    numbers : (H, W) array
    low, high : float
        If they are equal, all is white. NaN is black.
    """
    if low == high:
        return np.full((*numbers.shape, 1), 255, np.uint8)
    shares = np.nan_to_num((numbers.astype(np.float64) - low) / (high - low))
    return np.rint(255 * np.clip(shares, 0, 1)).astype(np.uint8)[..., np.newaxis]


def fit_numbers(
    views: Sequence[View], fonts: Fonts, pixels_per_point: float, caption_size: float
) -> float:
    """Return the size in which all numbers fit their pixels.

    Parameters
    ----------
    views : sequence of View
    fonts : Fonts
    pixels_per_point : float
    caption_size : float
        In displayed pixels, as the result; numbers are at most twice as high.

    Raises
    ------
    ParameterError
        If they would be too small to be read.
    """
    size = 2 * caption_size
    for view in views:
        if view.numbers is None or not view.numbers.size:
            continue
        longest = max(fonts.width(text, 1) for text in set(view.numbers.ravel().tolist()))
        width, height = float(view.horizontal.scale), float(view.vertical.scale)
        size = min(size, _SHARE * width / longest, _SHARE * height)
        if size < max(_LEAST_SIZE * pixels_per_point, _LEAST_HEIGHT):
            rows, columns = view.numbers.shape
            raise ParameterError(
                f"numbers: {columns} x {rows} of them have no room in a cell; "
                "give fewer columns, a zoom, or a larger figure_width or cell_width",
                parameters=("numbers", "columns", "zoom", "figure_width", "cell_width"),
            )
    return size
