"""The median filter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .. import engines
from ..engines.method import ChosenMethod
from ..geometry import Reach, centred_reach
from ..parameters import PerAxis, Side, per_axis
from .base import Filter
from .declaration import parameter

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..engines.numpy.block_info import BlockInfo
    from ..engines.numpy.integer_sums import IntegerForm
    from .pixel import Part, PixelExplanation, Table
    from .weights import Weights

_LARGEST_WIDE = 5  # the largest size for which cv2.medianBlur takes more than 8 bits
_HISTOGRAM = 100.0  # operations a pixel of cv2's histograms of 8 bits, at any size

# Sizes of uint8 at which the sorting network takes less time than cv2's histograms.
_NETWORK = range(7, 12)


@dataclass(frozen=True)
class Median(Filter):
    """Replace every pixel by the median of the rectangle around it, channel by channel.

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

    size: int | tuple[int, int] = parameter(
        PerAxis(Side(odd=True)),
        5,
        "Side of the square in pixels (odd), or width and height of a rectangle.",
        short="s",
    )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the rectangle."""
        width, height = per_axis(self.size)
        return height, width

    @property
    def identity(self) -> bool:
        """Whether the rectangle is one pixel."""
        return self.shape == (1, 1)

    @property
    def reach(self) -> Reach:
        """Half the sides in each direction."""
        return centred_reach(*self.shape)

    @property
    def exact_form(self) -> IntegerForm:
        """The middle of each window."""
        return engines.numpy.integer_sums.median(self.reach)

    def choose_method(self, engine: str, block_info: BlockInfo) -> ChosenMethod:
        """Return the sorting network or a way of counting, by size and depth."""
        if engine == "opencv":
            return ChosenMethod("medianBlur", _HISTOGRAM)
        name = engines.numpy.median.choose_method(self.shape, block_info.dtype)
        return ChosenMethod(name, engines.numpy.median.operations(self.shape, block_info.dtype))

    def preferred_engine(self, block_info: BlockInfo) -> str:
        """Return `numpy` if its network takes less time than histograms, else `opencv`."""
        return "numpy" if self.shape[0] in _NETWORK else "opencv"

    def why_unsupported(self, block_info: BlockInfo) -> str | None:
        """Return why OpenCV can't compute it for a picture, or None if it can."""
        size, width = self.shape
        if width != size:
            return f"its median takes squares, not {width} x {size}"
        if block_info.dtype.name == "uint8" and size < 256:
            return None
        if block_info.dtype.name in ("uint16", "float32") and size <= _LARGEST_WIDE:
            return None
        if block_info.dtype.name == "float64":
            return "its median takes uint8, uint16 and float32 pictures, not float64"
        largest = 255 if block_info.dtype.name == "uint8" else _LARGEST_WIDE
        return f"its median takes {block_info.dtype.name} only up to size {largest}"

    def numpy(self, padded: Array, weights: Weights | None = None) -> Array:
        """Return the median of each window, without its transparent and its missing pixels."""
        if weights is None:
            return engines.numpy.median.run(padded, self.shape)
        return engines.numpy.median.run_weighted(padded, *weights, self.shape)

    def opencv(self, padded: Array, weights: Weights | None = None) -> Array:
        """Return the medians."""
        return engines.opencv.simple.median(padded, self.shape[0])

    def explain_pixel(self, window: Array, weights: Weights | None = None) -> PixelExplanation:
        """Return the levels in order, with their middle."""
        import numpy as np

        from . import pixel

        origin = self.reach.top, self.reach.left
        alpha, present = weights or (None, None)
        there = np.ones(window.shape[:2], bool) if present is None else present
        seen = there if alpha is None else alpha > 0
        channels = [_explain_channel(table, seen) for table in pixel.split_channels(window, origin)]
        if alpha is not None:
            (table,) = pixel.split_channels(alpha[..., np.newaxis], origin)
            channels.append(_explain_channel(table, there))
        if present is not None:
            channels.append(pixel.Part([], [pixel.Line("any pixel is there", int(present.any()))]))
        return pixel.PixelExplanation(pixel.Part(), channels)


def _explain_channel(window: Table, used: Array) -> Part:
    from . import pixel

    terms = sorted(window.cells[used].tolist())
    table = window._replace(cells=pixel.mark_unused(window.cells, used))
    middle = (len(terms) - 1) // 2
    if not terms:
        line = pixel.Line("none is seen; the one at the centre", window.cells[window.origin])
    elif any(math.isnan(level) for level in terms):
        line = pixel.Line("with a NaN", math.nan)
    else:
        line = pixel.Line("in order", terms[middle], terms, middle)
    return pixel.Part([table], [line])
