"""Resolutions: two fractions and a unit, kept as a file says them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

NO_UNIT, INCH, CENTIMETRE = 1, 2, 3  # as TIFF and EXIF have them

# What a whole number counts pixels in, as a fraction of a metre.
PER_INCH, PER_CENTIMETRE, PER_METRE = Fraction(254, 10_000), Fraction(1, 100), Fraction(1)

_METRES = {INCH: PER_INCH, CENTIMETRE: PER_CENTIMETRE}
_MOST = 2**32 - 1

# A GIF says that a pixel is (number + 15) / 64 as wide as it is high; 0 says nothing.
_LEAST_ASPECT, _ASPECT_STEPS = 15, 64

Ratio = tuple[int, int]


@dataclass(frozen=True)
class Resolution:
    """Pixels per unit across and down, each a numerator and a denominator.

    Without a unit they say the shape of a pixel, or its size in a unit that stands elsewhere.
    """

    across: Ratio
    down: Ratio
    unit: int = INCH

    @property
    def swapped(self) -> Resolution:
        """That of the picture turned by 90 degrees."""
        return Resolution(self.down, self.across, self.unit)

    @property
    def dpi(self) -> tuple[float, float] | None:
        """Pixels per inch; None without a unit."""
        if self.unit == NO_UNIT:
            return None
        inch = _METRES[INCH] / _METRES[self.unit]
        return float(Fraction(*self.across) * inch), float(Fraction(*self.down) * inch)

    @property
    def says_nothing(self) -> bool:
        """Whether it only says that pixels are square, which is assumed anyway."""
        return self.unit == NO_UNIT and Fraction(*self.across) == Fraction(*self.down) == 1

    @property
    def in_gif(self) -> int:
        """The number by which a GIF says the same; 0, which says nothing, if none does."""
        number = self.down[0] - _LEAST_ASPECT
        return number if 0 < number < 256 and self == from_gif(number) else 0

    def whole(self, metres: Fraction | None, most: int) -> tuple[int, int] | None:
        """Return it in whole numbers up to a limit; None where they would say something else.

        They count pixels a unit of so many metres, and may be off by a thousandth; without a unit
        they are exact, as they may be the size of a pixel in a unit that stands elsewhere.
        """
        if (metres is None) != (self.unit == NO_UNIT):
            return None
        factor = Fraction(1) if metres is None else metres / _METRES[self.unit]
        exact = [Fraction(*ratio) * factor for ratio in (self.across, self.down)]
        rounded = [math.floor(value + Fraction(1, 2)) for value in exact]
        finest = 0 if metres is None else Fraction(1, 1000)
        for number, value in zip(rounded, exact, strict=True):
            if not 0 < number <= most or abs(number - value) > value * finest:
                return None
        return rounded[0], rounded[1]


def resolution(across: Ratio, down: Ratio, unit: int) -> Resolution | None:
    """Return a resolution, or None where what a file says can't be one."""
    possible = all(0 < part <= _MOST for part in (*across, *down))
    return Resolution(across, down, unit) if possible and unit in (NO_UNIT, *_METRES) else None


def from_gif(number: int) -> Resolution | None:
    """Return what the number of a GIF's pixel aspect ratio says; None of square pixels."""
    across, down = _ASPECT_STEPS, number + _LEAST_ASPECT
    return Resolution((across, 1), (down, 1), NO_UNIT) if number and across != down else None


def per_metre(across: int, down: int) -> Resolution | None:
    """Return the resolution of so many pixels a metre, exactly."""
    return resolution((across, 100), (down, 100), CENTIMETRE)
