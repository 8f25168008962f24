"""Resolutions: two fractions and a unit, exact as in the file.

Pillow converts most resolutions to dots per inch, and rounds when it writes.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

NO_UNIT, INCH, CENTIMETRE = 1, 2, 3  # values of TIFF's ResolutionUnit

# Units of length, in metres.
PER_INCH, PER_CENTIMETRE, PER_METRE = Fraction(254, 10_000), Fraction(1, 100), Fraction(1)

_METRES = {INCH: PER_INCH, CENTIMETRE: PER_CENTIMETRE}
_MAX = 2**32 - 1

# The number n in a GIF means that a pixel is (n + 15) / 64 times as wide as high; 0: unknown.
_ASPECT_OFFSET, _ASPECT_DIVISOR = 15, 64

Ratio = tuple[int, int]


class Resolution(NamedTuple):
    """Pixels per unit across and down, each as (numerator, denominator).

    Without a unit only the ratio of both is meaningful: it gives the shape of a pixel.
    """

    across: Ratio
    down: Ratio
    unit: int = INCH

    @property
    def swapped(self) -> Resolution:
        """The resolution of the picture turned by 90 degrees."""
        return Resolution(self.down, self.across, self.unit)

    @property
    def dpi(self) -> tuple[float, float] | None:
        """Pixels per inch across and down; None without a unit."""
        if self.unit == NO_UNIT:
            return None
        inch = _METRES[INCH] / _METRES[self.unit]
        return float(Fraction(*self.across) * inch), float(Fraction(*self.down) * inch)

    @property
    def is_square_only(self) -> bool:
        """Whether the resolution has no unit and says only that pixels are square, the default."""
        return self.unit == NO_UNIT and Fraction(*self.across) == Fraction(*self.down) == 1

    @property
    def gif_aspect(self) -> int:
        """The number of the pixel aspect ratio in a GIF; 0 if a GIF can't hold it."""
        number = self.down[0] - _ASPECT_OFFSET
        return number if 0 < number < 256 and self == from_gif_aspect(number) else 0

    def to_integers(self, metres: Fraction | None, maximum: int) -> tuple[int, int] | None:
        """Return the resolution as two integers, or None if integers are too inexact.

        Parameters
        ----------
        metres : Fraction or None
            The unit of the integers, whose relative error is up to 1/1000. None for a resolution
            without a unit; then the integers are exact.
        maximum : int
            The largest integer.
        """
        if (metres is None) != (self.unit == NO_UNIT):
            return None
        factor = Fraction(1) if metres is None else metres / _METRES[self.unit]
        values = [Fraction(*ratio) * factor for ratio in (self.across, self.down)]
        rounded = [math.floor(value + Fraction(1, 2)) for value in values]
        tolerance = 0 if metres is None else Fraction(1, 1000)
        for number, value in zip(rounded, values, strict=True):
            if not 0 < number <= maximum or abs(number - value) > value * tolerance:
                return None
        return rounded[0], rounded[1]


def valid_resolution(across: Ratio, down: Ratio, unit: int) -> Resolution | None:
    """Return a resolution, or None if the numbers in a file are no valid resolution.

    Parameters
    ----------
    across, down : (int, int)
        Pixels per unit as (numerator, denominator).
    unit : int
        The unit as a value of TIFF's ResolutionUnit.
    """
    possible = all(0 < part <= _MAX for part in (*across, *down))
    return Resolution(across, down, unit) if possible and unit in (NO_UNIT, *_METRES) else None


def from_gif_aspect(number: int) -> Resolution | None:
    """Return the resolution for a GIF's pixel aspect ratio; None if pixels are square."""
    across, down = _ASPECT_DIVISOR, number + _ASPECT_OFFSET
    return Resolution((across, 1), (down, 1), NO_UNIT) if number and across != down else None


def from_per_metre(across: int, down: int) -> Resolution | None:
    """Return the exact resolution for numbers of pixels per metre; None if it is invalid."""
    return valid_resolution((across, 100), (down, 100), CENTIMETRE)
