"""The median filter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .. import engines
from ..geometry import Reach, square_reach
from ..parameters import Side
from .base import ChosenMethod, Filter
from .declaration import parameter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..dtypes import Array
    from ..engines.numpy.block_info import BlockInfo
    from .pixel import Part, PixelExplanation, Table

_LARGEST_WIDE = 5  # the largest size for which cv2.medianBlur takes more than 8 bits
_HISTOGRAM = 100.0  # operations a pixel of cv2's histograms of 8 bits, at any size

# Sizes of uint8 at which the sorting network takes less time than cv2's histograms.
_NETWORK = range(7, 12)


@dataclass(frozen=True)
class Median(Filter):
    """Replace every pixel by the median of the square around it, channel by channel.

    Examples
    --------
    The middle of nine values in order: 0 0 1 2 3 4 5 6 99.

    >>> import imgfilt, numpy as np
    >>> picture = np.array([[0, 1, 2], [3, 99, 0], [6, 5, 4]], np.uint8)
    >>> print(imgfilt.apply(imgfilt.Median(size=3), picture, border="valid"))
    [[3]]
    """

    title: ClassVar[str] = "Median"
    example: ClassVar[str] = "imgfilt median noisy.png --size 7 -o clean.png"
    is_rank: ClassVar[bool] = True

    size: int = parameter(Side(odd=True), 5, "Side of the square in pixels, odd.", short="s")

    @property
    def identity(self) -> bool:
        """Whether the square is one pixel."""
        return self.size == 1

    @property
    def reach(self) -> Reach:
        """Half the side in each direction."""
        return square_reach(self.size)

    def choose_method(self, engine: str, block_info: BlockInfo) -> ChosenMethod:
        """Return the sorting network or a way of counting, by size and depth."""
        if engine == "opencv":
            return ChosenMethod("medianBlur", _HISTOGRAM)
        name = engines.numpy.median.choose_method(self.size, block_info.dtype)
        return ChosenMethod(name, engines.numpy.median.operations(self.size, block_info.dtype))

    def preferred_engine(self, block_info: BlockInfo) -> str:
        """Return `numpy` if its network takes less time than histograms, else `opencv`."""
        return "numpy" if self.size in _NETWORK else "opencv"

    def why_unsupported(self, block_info: BlockInfo) -> str | None:
        """Return why OpenCV can't compute it for a picture, or None if it can."""
        if block_info.dtype.name == "uint8" and self.size < 256:
            return None
        if block_info.dtype.name in ("uint16", "float32") and self.size <= _LARGEST_WIDE:
            return None
        if block_info.dtype.name == "float64":
            return "its median takes uint8, uint16 and float32 pictures, not float64"
        largest = 255 if block_info.dtype.name == "uint8" else _LARGEST_WIDE
        return f"its median takes {block_info.dtype.name} only up to size {largest}"

    def numpy(self, padded: Array, weight: Array | None = None) -> Array:
        """Return the median of each window, without its fully transparent pixels."""
        if weight is None:
            return engines.numpy.median.run(padded, self.size)
        return engines.numpy.median.run_weighted(padded, weight, self.size)

    def opencv(self, padded: Array, weight: Array | None = None) -> Array:
        """Return the medians."""
        return engines.opencv.simple.median(padded, self.size)

    def explain_pixel(self, window: Array, weight: Array | None = None) -> PixelExplanation:
        """Return the levels in order, with their middle."""
        import numpy as np

        from . import pixel

        origin = self.reach.top, self.reach.left
        channels = []
        for levels in pixel.split_channels(window, origin):
            used = np.ones(window.shape[:2], bool) if weight is None else weight > 0
            channels.append(_explain_channel(levels, used))
        if weight is not None:
            (levels,) = pixel.split_channels(weight[..., np.newaxis], origin)
            channels.append(_explain_channel(levels, np.ones(weight.shape, bool)))
        return pixel.PixelExplanation(pixel.Part(), channels)


def _explain_channel(window: Table, used: NDArray[np.bool_]) -> Part:
    from . import pixel

    terms = window.cells[used].tolist()
    table = window._replace(cells=pixel.mark_unused(window.cells, used))
    if not terms:
        line = pixel.Line("no pixel is visible; the one in the middle", window.cells[window.origin])
    elif any(math.isnan(level) for level in terms):
        line = pixel.Line("with a NaN", math.nan)
    else:
        middle = (len(terms) - 1) // 2
        terms.sort()
        line = pixel.Line("in order", terms[middle], terms, middle)
    return pixel.Part([table], [line])
