"""Averaging: the mean of a rectangle, the same as `convolve` with the kernel `average`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from .. import engines
from ..geometry import Reach
from ..parameters import PerAxis, Side, per_axis
from .declaration import parameter
from .linear import Linear

if TYPE_CHECKING:
    from ..engines.numpy.convolution.taps import Taps


@dataclass(frozen=True)
class Blur(Linear):
    """Blur: replace every pixel by the mean of the rectangle around it.

    Examples
    --------
    With the border `reflect` the row 0 9 0 continues as 9 0 9 0 9.

    >>> import imgfilt, numpy as np
    >>> picture = np.array([[0, 9, 0], [0, 9, 0], [0, 9, 0]], np.uint8)
    >>> print(imgfilt.apply(imgfilt.Blur(size=3), picture))
    [[6 3 6]
     [6 3 6]
     [6 3 6]]
    """

    title: ClassVar[str] = "Averaging"
    example: ClassVar[str] = "imgfilt blur photo.jpg --size 5:45:10 -o figure.png"

    size: int | tuple[int, int] = parameter(
        PerAxis(Side()),
        5,
        "Side of the square in pixels, odd or even, or width and height of a rectangle.",
        short="s",
    )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the rectangle."""
        width, height = per_axis(self.size)
        return height, width

    @property
    def reach(self) -> Reach:
        """The reach of the kernel `average`, whose origin is (rows // 2, columns // 2)."""
        rows, columns = self.shape
        return Reach((rows - 1) // 2, rows // 2, (columns - 1) // 2, columns // 2)

    @cached_property
    def taps(self) -> Taps:
        """Ones, divided by their number."""
        down, across = (engines.numpy.convolution.taps.factor([1] * side) for side in self.shape)
        return engines.numpy.convolution.taps.Taps(
            (down, across), len(down) * len(across), whole=True
        )
