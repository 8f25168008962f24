"""Median: the middle value of a window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .. import engines
from ..geometry import Reach
from ..parameters import Side
from .base import Filter, Method, parameter, square

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..engines.numpy.block_info import Blocks

_LARGEST_WIDE = 5  # the largest size for which cv2.medianBlur takes more than 8 bits
_HISTOGRAM = 100.0  # what cv2's histograms cost a pixel of 8 bits, at any size

# Sizes of uint8 at which the network takes less time than cv2's histograms.
_NETWORK = range(7, 12)


@dataclass(frozen=True)
class Median(Filter):
    """Replace every pixel by the median of the square around it, channel by channel."""

    title: ClassVar[str] = "Median"
    orders_infinity: ClassVar[bool] = True

    size: int = parameter(Side(odd=True), 5, "Side of the square in pixels, odd.", short="s")

    @property
    def identity(self) -> bool:
        """Whether the square is one pixel."""
        return self.size == 1

    @property
    def reach(self) -> Reach:
        """Half the side, each way."""
        return square(self.size)

    def method(self, engine: str, blocks: Blocks) -> Method:
        """Return the network or a way of counting, by size and depth."""
        if engine == "opencv":
            return Method("medianBlur", _HISTOGRAM)
        name = engines.numpy.median.method(self.size, blocks.dtype)
        return Method(name, engines.numpy.median.operations(self.size, blocks.dtype))

    def faster(self, blocks: Blocks) -> str:
        """Return NumPy where its network beats histograms."""
        return "numpy" if self.size in _NETWORK else "opencv"

    def supports(self, blocks: Blocks) -> str | None:
        """Return why cv2 can't do this for a picture."""
        if blocks.dtype.name == "uint8" and self.size < 256:
            return None
        if blocks.dtype.name in ("uint16", "float32") and self.size <= _LARGEST_WIDE:
            return None
        if blocks.dtype.name == "float64":
            return "its median takes uint8, uint16 and float32 pictures, not float64"
        largest = 255 if blocks.dtype.name == "uint8" else _LARGEST_WIDE
        return f"its median takes {blocks.dtype.name} only up to size {largest}"

    def numpy(self, padded: Array, weight: Array | None = None) -> Array:
        """Return the medians; the fully transparent are left out."""
        if weight is None:
            return engines.numpy.median.run(padded, self.size)
        return engines.numpy.median.run_weighted(padded, weight, self.size)

    def opencv(self, padded: Array, sides: str | None = None) -> Array:
        """Return the medians."""
        return engines.opencv.median(padded, self.size)

    def marks(self, padded: Array) -> Array:
        """Return NaN where the window holds one; infinities are in order like any number."""
        return engines.numpy.nonfinite.square_marks(padded, self.size)
