"""The width of a page: a length in print, or pixels, which the dots per inch make a length."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..errors import ParameterError
from ..numbers import describe, quote
from .kind import ParameterType
from .length import Length

_INCH = 72  # points
_DPI = 300  # of a page that has a width


class UnitlessLength(float):
    """A length in points that was given as a number without a unit."""


class Pixels(NamedTuple):
    """A width in pixels, and the limits of the width in points."""

    across: int
    minimum: float
    maximum: float


class PageWidth(ParameterType):
    """A width in points, parsed from a number with a unit; without one it is in points.

    Parameters
    ----------
    minimum, maximum : float
        In points.

    Examples
    --------
    >>> PageWidth(36, 14_400).parse("6.4in", "width")
    460.8
    >>> to_points(PageWidth(36, 14_400).parse("1920 px", "width"), None, None)
    460.8
    """

    metavar = Length.metavar

    def __init__(self, minimum: float, maximum: float):
        self._length = Length(minimum, maximum, units="pt, mm, cm, in or px")

    @property
    def limits(self) -> str:
        """The smallest and the largest width, in points."""
        return self._length.limits

    def parse(self, text: str, name: str) -> float | Pixels:
        """Return the width; ParameterError if it is none or out of range."""
        if match := re.fullmatch(r"0*([1-9][0-9]{0,6})[ \t]*px", text):
            return Pixels(int(match[1]), self._length.minimum, self._length.maximum)
        points = self._length.parse(text, name)
        return points if text[-1:].isalpha() else UnitlessLength(points)

    def check(self, value: Any, name: str) -> float | Pixels:
        """Return the width that is given as a text."""
        if not isinstance(value, str):
            raise ParameterError(f"{name}: {describe(value)} is not {self._length.description}")
        return self.parse(value, name)


def to_points(
    width: float | Pixels | None, dpi: float | None, cell_width: int | None
) -> float | None:
    """Return a page's width in points, or None if there is none.

    Parameters
    ----------
    width : float, Pixels or None
        As `PageWidth` gives it.
    dpi : float or None
        Dots per inch; None is 300.
    cell_width : int or None
        The number of pixels of a cell.

    Raises
    ------
    ParameterError
        If so many pixels are out of range, or the cells' width sets the pixels already.
    """
    if not isinstance(width, Pixels):
        return width
    if cell_width is not None:
        raise ParameterError(
            f"figure_width {width.across}px and cell_width both set the number of pixels; "
            "give one of them",
            parameters=("figure_width", "cell_width"),
        )
    dpi = dpi or _DPI
    points = width.across * _INCH / dpi
    if not width.minimum <= points <= width.maximum:
        limits = (limit * dpi / _INCH for limit in (width.minimum, width.maximum))
        wanted = " to ".join(f"{limit:.0f}" for limit in limits) + f" pixels at {dpi:g} dpi"
        raise ParameterError(
            f"figure_width: {quote(f'{width.across}px')} is not from {wanted}",
            parameters=("figure_width",),
        )
    return points
