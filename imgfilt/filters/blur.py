"""Blur: the mean of a rectangle, which is to convolve with `average`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from .. import engines
from ..geometry import Reach
from ..parameters import Sides
from .base import parameter
from .linear import Linear

if TYPE_CHECKING:
    from ..engines.numpy.convolution.taps import Taps


@dataclass(frozen=True)
class Blur(Linear):
    """Blur: every pixel becomes the mean of the rectangle around it."""

    title: ClassVar[str] = "Averaging"

    size: int | tuple[int, int] = parameter(
        Sides(),
        5,
        "Side of the rectangle in pixels, or WIDTHxHEIGHT; even sides are fine.",
        short="s",
    )

    @property
    def sides(self) -> tuple[int, int]:
        """Rows and columns."""
        width, height = self.size if isinstance(self.size, tuple) else (self.size, self.size)
        return height, width

    @property
    def reach(self) -> Reach:
        """As of `average`, whose origin is (rows // 2, columns // 2)."""
        rows, columns = self.sides
        return Reach((rows - 1) // 2, rows // 2, (columns - 1) // 2, columns // 2)

    @cached_property
    def taps(self) -> Taps:
        """Ones, divided by their number."""
        down, across = (engines.numpy.convolution.taps.factor([1] * side) for side in self.sides)
        return engines.numpy.convolution.taps.Taps(
            (down, across), len(down) * len(across), whole=True
        )
