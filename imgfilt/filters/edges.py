"""Edges: the magnitude of the gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal

from .. import engines
from ..engines.method import ChosenMethod
from ..geometry import Reach, square_reach
from ..parameters import Choice
from .base import Filter
from .declaration import parameter

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..engines.numpy.block_info import BlockInfo
    from ..engines.numpy.convolution.taps import Taps
    from .pixel import Part, PixelExplanation, Table
    from .weights import Weights

# The weights along an edge. Divided by their sum, a step from black to white has the level white.
_ALONG = {"sobel": (1, 2, 1), "scharr": (3, 10, 3), "prewitt": (1, 1, 1), "central": (0, 1, 0)}
_LUMA = 299, 587, 114  # thousandths of red, green and blue (ITU-R BT.601)

_STRIP = 1 << 18  # values of a strip: the two derivatives stay in the cache


@dataclass(frozen=True)
class Edges(Filter):
    """Show edges: the magnitude of the gradient, white at a step from black to white.

    The gradient (x, y) is the difference of the neighbours across and down, weighted along the
    edge by 1 2 1 / 4 (sobel), 3 10 3 / 16 (scharr), 1 1 1 / 3 (prewitt) or not at all (central).
    The magnitude is √(x² + y²). At corners of edges it can be larger than white.

    Examples
    --------
    The step of 90 lies between the columns next to it.

    >>> import imgfilt, numpy as np
    >>> picture = np.array([[0, 0, 90], [0, 0, 90], [0, 0, 90]], np.uint8)
    >>> print(imgfilt.apply(imgfilt.Edges(), picture, border="replicate"))
    [[ 0 90 90]
     [ 0 90 90]
     [ 0 90 90]]
    """

    title: ClassVar[str] = "Edges"
    example: ClassVar[str] = "imgfilt edges photo.jpg --of luma -o edges.png"
    premultiplied: ClassVar[bool] = True
    leaves_range: ClassVar[bool] = True
    opencv_takes_weights: ClassVar[bool] = True

    operator: Literal["sobel", "scharr", "prewitt", "central"] = parameter(
        Choice(tuple(_ALONG)),
        "sobel",
        "The weights along an edge, divided by their sum: 1 2 1 (sobel), 3 10 3 (scharr), 1 1 1 "
        "(prewitt) or 0 1 0 (central).",
    )
    of: Literal["channels", "luma"] = parameter(
        Choice(("channels", "luma")),
        "channels",
        "Edges of each channel (channels), or of the brightness (luma): of 0.299 R + 0.587 G + "
        "0.114 B, or of the mean of the channels if they aren't R, G and B.",
    )

    @property
    def reach(self) -> Reach:
        """One pixel in each direction."""
        return square_reach(3)

    @property
    def weight_sum(self) -> float:
        """0: alpha stays as it is."""
        return 0.0

    @property
    def is_mean(self) -> bool:
        """False: a difference needs both pixels."""
        return False

    @property
    def gain(self) -> float:
        """Σ|w| is 2 for each derivative."""
        return 2 * 2**0.5

    @cached_property
    def _derivatives(self) -> tuple[Taps, Taps]:
        """The whole weights of the horizontal and the vertical derivative."""
        taps = engines.numpy.convolution.taps
        along, step = taps.factor(_ALONG[self.operator]), taps.factor((-1, 0, 1))
        return taps.Taps((along, step), whole=True), taps.Taps((step, along), whole=True)

    def choose_method(self, engine: str, block_info: BlockInfo) -> ChosenMethod:
        """Return the one method: two convolutions, then the magnitude."""
        methods = engines.opencv.convolution if engine == "opencv" else engines.numpy.convolution
        name = methods.choose_method(self._derivatives[0], block_info)
        operations = 2 * methods.METHODS[name].operations(self._derivatives[0]) + 4
        return ChosenMethod("gradient", operations, _STRIP // block_info.channels)

    def numpy(self, padded: Array, weights: Weights | None = None) -> Array:
        """Return the magnitudes; a last channel for alpha isn't used, as `weight_sum` is 0."""
        return self._compute_magnitudes(padded, weights, engines.numpy.convolution.run)

    def opencv(self, padded: Array, weights: Weights | None = None) -> Array:
        """Return the magnitudes; a last channel for alpha isn't used, as `weight_sum` is 0."""
        return self._compute_magnitudes(padded, weights, engines.opencv.convolution.run)

    def _compute_magnitudes(
        self, padded: Array, weights: Weights | None, convolve: Callable[[Array, Taps], Array]
    ) -> Array:
        import numpy as np

        planes, divisor = padded, sum(_ALONG[self.operator])
        if self.of == "luma":
            planes, scale = _compute_luma(padded if weights is None else padded[..., :-1])
            divisor *= scale
        # Squares of float32 may overflow.
        dtype = np.float32 if planes.dtype == np.uint8 else np.float64
        across, down = self._derivatives
        # Each convolution may lie in the same scratch memory.
        values = np.square(convolve(planes, across), dtype=dtype)
        values += np.square(convolve(planes, down), dtype=dtype)
        np.sqrt(values, out=values)
        if planes.dtype == np.float64 and not engines.numpy.block_info.is_finite(values):
            x = convolve(planes, across).copy()
            np.hypot(x, convolve(planes, down), out=values)
        values /= divisor
        return np.repeat(values, padded.shape[2], axis=2) if self.of == "luma" else values

    def nonfinite_result(self, padded: Array) -> Array:
        """Return (h, w, C): the NaN or infinity that IEEE sums would give, else 0."""
        import numpy as np

        planes = padded
        if self.of == "luma":
            planes = padded.sum(axis=2, keepdims=True, dtype=np.float64)
        propagate = engines.numpy.nonfinite.propagate_linear
        x, y = (propagate(planes, taps.signs()) for taps in self._derivatives)
        return np.broadcast_to(np.sqrt(x * x + y * y), (*x.shape[:2], padded.shape[2])).copy()

    def explain_pixel(self, window: Array, weights: Weights | None = None) -> PixelExplanation:
        """Return the sums of both derivatives, and their magnitude."""
        from . import pixel

        colours = window if weights is None else window[..., :-1]
        unchanged = [] if weights is None else [pixel.Part()]
        if self.of == "channels":
            channels = map(self._explain_plane, pixel.split_channels(colours, (1, 1)))
            return pixel.PixelExplanation(pixel.Part(), [*channels, *unchanged])
        luma, scale = _compute_luma(colours)
        (table,) = pixel.split_channels(luma, (1, 1))
        name = "luma" if scale == 1 else f"{scale}·luma"
        shared = self._explain_plane(table._replace(name=name), scale)
        same = pixel.Part(lines=[shared.lines[-1]._replace(name="magnitude of luma")])
        return pixel.PixelExplanation(shared, [*[same] * colours.shape[2], *unchanged])

    def _explain_plane(self, window: Table, scale: int = 1) -> Part:
        from . import pixel

        tables, lines = [window], []
        for name, direction, taps in zip("xy", ("across", "down"), self._derivatives, strict=True):
            weights = pixel.exact_weights(taps)
            tables.append(pixel.Table(f"weights {direction}", weights, (1, 1)))
            lines.append(pixel.sum_products(name, window.cells, weights))
        magnitude = pixel.magnitude(*(line.value for line in lines))
        lines += [pixel.Line("√(x² + y²)", magnitude)]
        lines += pixel.division(magnitude, scale * sum(_ALONG[self.operator]))
        return pixel.Part(tables, lines)


def _compute_luma(colours: Array) -> tuple[Array, int]:
    """Return luma (h, w, 1), and the number that divides it."""
    import numpy as np

    if colours.shape[2] == 1:
        return colours, 1
    if colours.shape[2] != len(_LUMA):
        return colours.sum(axis=2, keepdims=True, dtype=np.float64), colours.shape[2]
    luma = np.multiply(colours[..., :1], _LUMA[0], dtype=np.float64)
    for channel in (1, 2):
        luma += np.multiply(colours[..., channel : channel + 1], _LUMA[channel], dtype=np.float64)
    return luma, sum(_LUMA)
