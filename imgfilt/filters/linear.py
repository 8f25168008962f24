"""Linear filters: weighted sums of a window. A subclass gives its reach and its taps."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from .. import engines
from ..border import fold_offsets
from ..engines.method import ChosenMethod
from ..geometry import Reach
from .base import Filter

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..engines.numpy.block_info import BlockInfo
    from ..engines.numpy.convolution.taps import Taps
    from ..engines.numpy.integer_sums import IntegerForm
    from ..kernel.kernel import Kernel
    from .block import Block
    from .pixel import PixelExplanation
    from .weights import Weights

# NumPy is preferred if its method takes less than this share of OpenCV's time: NumPy's calls are
# shorter, and threads wait for each other between them.
_CLEAR_SHARE = 0.8

_MOST_PIXELS = 1 << 20  # of a strip, so that there are enough strips for several workers

_LARGEST_FLOAT32 = 1e33  # the greatest Σ|w| with which float32 can hold sums of 16-bit levels
_LARGEST_ROUNDING = 1 / 8  # in levels: how much float32 may round a sum
_ROUNDING = 2.0**-40  # relative to Σ|w|: if Σw is less, the weights sum to 0


class Linear(Filter):
    """A weighted sum of the pixels in a window."""

    premultiplied: ClassVar[bool] = True
    opencv_takes_weights: ClassVar[bool] = True

    @property
    @abstractmethod
    def taps(self) -> Taps:
        """The weights, flipped, as they lie on the window."""

    def convolution_kernel(self) -> Kernel:
        """Return the exact kernel, with which convolution gives the same result."""
        from ..kernel.kernel import Kernel

        weights = self.taps.weights[::-1, ::-1]
        kernel = Kernel(weights, (self.reach.bottom, self.reach.right))
        return kernel.scaled(Fraction(1) / Fraction(self.taps.divisor))

    @property
    def operation(self) -> str:
        """The name of the operation, as `--explain` prints it."""
        return "convolution"

    @property
    def identity(self) -> bool:
        """Whether the only weight is 1."""
        return self.reach == (0, 0, 0, 0) and self.taps.total == self.taps.divisor

    @property
    def weight_sum(self) -> float:
        """Σw; 0 if only rounding makes it differ from 0."""
        if abs(self.taps.total) <= self.taps.magnitude * _ROUNDING:
            return 0.0
        return self.taps.total / self.taps.divisor

    @property
    def is_mean(self) -> bool:
        """Whether no weight is negative, and some are positive."""
        return self.taps.magnitude == self.taps.total > 0

    @property
    def gain(self) -> float:
        """Σ|w|."""
        return self.taps.magnitude / self.taps.divisor

    @property
    def exact_form(self) -> IntegerForm | None:
        """The whole weights, or factors of them; None if weights are no fractions."""
        taps = self.taps
        if not taps.whole:
            return None
        factors: tuple[Array, ...] = (taps.given,)  # type: ignore[assignment]
        if isinstance(taps.given, tuple):
            down, across = taps.given
            factors = down[:, None], across[None]
        correlation = engines.numpy.integer_sums.correlation
        return correlation([grid.astype(int) for grid in factors], taps.divisor)

    def folded_to(self, height: int, width: int, border: str) -> Linear:
        """Fold a kernel that is larger than the picture onto it; see Filter.folded_to.

        Parameters
        ----------
        height, width : int
            The picture's, in pixels.
        border : str
            A key of BORDERS with which the result has this size.

        Returns
        -------
        Linear
            This filter if the kernel isn't larger than the picture.
        """
        rows = fold_offsets(border, self.reach.top, self.reach.bottom, height)
        columns = fold_offsets(border, self.reach.left, self.reach.right, width)
        folded = FoldedKernel(self, tuple(rows.tolist()), tuple(columns.tolist()))
        return self if folded.reach == self.reach else folded

    def choose_method(self, engine: str, block_info: BlockInfo) -> ChosenMethod:
        """Return the method that suits the taps."""
        convolution = (
            engines.opencv.convolution if engine == "opencv" else engines.numpy.convolution
        )
        name = convolution.choose_method(self.taps, block_info)
        method = convolution.METHODS[name]
        pixels = min(method.strip_values // block_info.channels, _MOST_PIXELS)
        return ChosenMethod(name, method.operations(self.taps), pixels, method.rows, method.block)

    def preferred_engine(self, block_info: BlockInfo) -> str:
        """Return `numpy` if its method takes clearly less time than OpenCV's, else `opencv`."""
        ours, theirs = engines.numpy.convolution, engines.opencv.convolution
        name = ours.choose_method(self.taps, block_info)
        own = ours.nanoseconds(name, self.taps, block_info)
        method = theirs.METHODS[theirs.choose_method(self.taps, block_info)]
        other = method.nanoseconds(self.taps, block_info.channels)
        return "numpy" if own < _CLEAR_SHARE * other else "opencv"

    def why_unsupported(self, block_info: BlockInfo) -> str | None:
        """Return why OpenCV's float32 sums are too coarse for a picture, or None if they aren't."""
        if block_info.dtype.name == "float64":
            return None
        most = _LARGEST_FLOAT32
        if block_info.dtype.kind == "u":
            most = _LARGEST_ROUNDING * 2.0**24 / 2 ** (8 * block_info.dtype.itemsize)
        if self.gain <= most:
            return None
        return "its sums are float32, too coarse for weights as large as these"

    def engine_extends(self, border: str) -> bool:
        """Return whether OpenCV has this border, and the origin is in the middle of the kernel."""
        rows, columns = self.taps.shape
        middle = self.reach.top, self.reach.left
        return border in engines.opencv.BORDERS and middle == (rows // 2, columns // 2)

    def run(self, engine: str, method: str, block: Block) -> Array:
        """Return the (h, w, C) sums, divided, by the method of the plan.

        Parameters
        ----------
        engine, method, block
            As for `Filter.run`.
        """
        given = block.pixels, self.taps, method
        if engine == "opencv":
            return engines.opencv.convolution.run(*given, block.engine_border)
        return engines.numpy.convolution.run(*given, block.may_round)

    def explain_pixel(self, window: Array, weights: Weights | None = None) -> PixelExplanation:
        """Return the products of levels and weights, their sum, and its division."""
        from . import pixel

        taps, origin = self.taps, (self.reach.top, self.reach.left)
        name = "flipped kernel" if self.operation == "convolution" else "kernel"
        kernel = pixel.Table(name, pixel.exact_weights(taps), origin)
        channels = []
        for levels in pixel.split_channels(window, origin):
            products = pixel.Table("products", levels.cells, origin, kernel.cells)
            total = pixel.sum_products("sum", levels.cells, kernel.cells)
            lines = [total, *pixel.division(total.value, taps.divisor)]
            channels.append(pixel.Part([levels, kernel, products], lines))
        return pixel.PixelExplanation(pixel.Part(), channels)

    def nonfinite_result(self, padded: Array) -> Array:
        """Return (h, w, C): the NaN or infinity that IEEE sums would give, else 0."""
        return engines.numpy.nonfinite.propagate_linear(padded, self.taps.signs())


@dataclass(frozen=True)
class FoldedKernel(Linear):
    """A kernel that was larger than the picture, folded onto it by the picture's border.

    Attributes
    ----------
    original : Linear
        The filter with the whole kernel.
    rows, columns : tuple of int
        Where each row and column of its window is read, from the output pixel.
    """

    title: ClassVar[str] = "Folded"

    original: Linear
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def unfolded(self) -> Linear:
        """The filter with the whole kernel."""
        return self.original

    @property
    def reach(self) -> Reach:
        """About the size of the picture at most."""
        return Reach(-min(self.rows), max(self.rows), -min(self.columns), max(self.columns))

    @property
    def _places(self) -> tuple[Array, Array]:
        """The rows and columns of the folded kernel to which those of the whole kernel add."""
        import numpy as np

        return np.array(self.rows) - min(self.rows), np.array(self.columns) - min(self.columns)

    @cached_property
    def taps(self) -> Taps:
        """The weights, flipped, as they lie on the window."""
        return self.original.taps.folded(*self._places)

    def nonfinite_result(self, padded: Array) -> Array:
        """Return (h, w, C): the NaN or infinity of IEEE sums with the unfolded weights, else 0."""
        signs = self.original.taps.signs(*self._places)
        return engines.numpy.nonfinite.propagate_linear(padded, signs)
