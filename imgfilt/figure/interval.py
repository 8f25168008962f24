"""Which displayed pixels show which pixels of a picture, along one axis.

A picture of another size than the first, because its border was `valid` or `full`, lies where its
pixels belong in the first. It is sampled at the same points as the first. So equal pixels in two
cells look equal at every scale.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from .reduction import LOBES


@dataclass(frozen=True)
class Interval:
    """An interval of displayed pixels along one axis, and the picture pixels that it shows.

    Attributes
    ----------
    start, stop : int
        In displayed pixels from the start of the first picture, or of its zoomed part.
    offset : int
        The picture's first pixel, in picture pixels from the same start.
    length : int
        The picture's pixels along this axis.
    scale : Fraction
        Displayed pixels for each picture pixel.
    shown : (first, last) of int
        The shown part in picture pixels from the same start; `start` and `stop` are its edges in
        displayed pixels, rounded inwards.
    """

    start: int
    stop: int
    offset: int
    length: int
    scale: Fraction
    shown: tuple[int, int]

    @property
    def visible_edges(self) -> tuple[float, float]:
        """The edges of the visible part in the picture's own pixels, for a reduction."""
        first = max(self.start / self.scale - self.offset, Fraction(0))
        last = min(self.stop / self.scale - self.offset, Fraction(self.length))
        return float(first), float(last)

    @property
    def pixel_edges(self) -> tuple[float, float]:
        """The edges of the shown part in displayed pixels, not rounded."""
        first, last = self.shown
        return float(first * self.scale), float(last * self.scale)

    def middle(self, pixel: int) -> float:
        """Return the middle of a picture pixel, in displayed pixels."""
        return float((self.offset + pixel + Fraction(1, 2)) * self.scale)

    @property
    def nearest_pixels(self) -> NDArray[np.intp]:
        """The picture's pixel below the middle of each displayed pixel, for an enlargement."""
        return self._find_nearest(np.arange(self.start, self.stop))

    def cut(self, reduced: bool) -> tuple[slice, Interval]:
        """Return the slice of pixels that the shown part needs, and the interval for these alone.

        Parameters
        ----------
        reduced : bool
            Whether the picture is reduced; else it is enlarged.
        """
        if self.stop == self.start:
            return slice(0, 0), replace(self, length=0)
        if reduced:
            first, last = self.visible_edges
            reach = LOBES * max(1.0, (last - first) / (self.stop - self.start))
            start, stop = max(floor(first - reach), 0), min(ceil(last + reach), self.length)
        else:
            start, end = map(int, self._find_nearest(np.array([self.start, self.stop - 1])))
            stop = end + 1
        return slice(start, stop), replace(self, offset=self.offset + start, length=stop - start)

    def cut_to_shown(self) -> tuple[slice, Interval]:
        """Return the slice of the shown pixels, and the interval for these alone."""
        first, last = self.shown
        start, length = first - self.offset, last - first
        return slice(start, start + length), replace(self, offset=first, length=length)

    def _find_nearest(self, displayed: NDArray[np.intp]) -> NDArray[np.intp]:
        # Multiplied before it is divided: a middle on the edge between two pixels is then exact,
        # and rounded in the same way in every cell.
        under = np.floor((displayed + 0.5) * self.scale.denominator / self.scale.numerator)
        return np.clip(under.astype(np.intp) - self.offset, 0, self.length - 1)


def make_interval(
    length: int, offset: int, scale: Fraction, part: tuple[int, int] | None
) -> Interval:
    """Return the interval of a picture.

    Parameters
    ----------
    length : int
        In pixels.
    offset : int
        The picture's first pixel, from the start of the first picture.
    scale : Fraction
        Displayed pixels for each pixel.
    part : (start, length) or None
        What is shown of the first.
    """
    first, last = offset, offset + length
    if part is not None:
        offset -= part[0]
        first, last = max(offset, 0), min(offset + length, part[1])
    if last <= first:
        return Interval(0, 0, offset, length, scale, (offset, offset))
    start, stop = ceil(first * scale), floor(last * scale)
    if stop <= start:  # less than one displayed pixel
        start = floor(first * scale)
        stop = start + 1
    return Interval(start, stop, offset, length, scale, (first, last))
