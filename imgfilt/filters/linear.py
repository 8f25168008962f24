"""Linear: what convolve, blur and gaussian share. Each is its taps, and nothing else."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from .. import engines
from ..border import folded
from ..geometry import Reach
from .base import Filter, Method

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..engines.numpy.block_info import Blocks
    from ..engines.numpy.convolution.taps import Taps

# What a method of numerics must take of cv2's time to be preferred: its shorter operations leave
# threads waiting for each other.
_CLEARLY = 0.8

_MOST_PIXELS = 1 << 20  # of a strip, so that there are some for several workers

_LARGEST_FLOAT32 = 1e33  # Σ|w| with which sums of 16-bit levels are float32 still
_LARGEST_ROUNDING = 1 / 8  # levels, of a float32 as large as sums may be on the way: there are many


class Linear(Filter):
    """A weighted sum of the pixels around."""

    premultiplied: ClassVar[bool] = True

    @property
    @abstractmethod
    def taps(self) -> Taps:
        """The weights as they are laid on a padded block."""

    @property
    def identity(self) -> bool:
        """Whether the one weight is 1."""
        return self.reach == (0, 0, 0, 0) and self.taps.total == self.taps.divisor

    def fitted(self, height: int, width: int, border: str) -> Linear:
        """Fold a kernel that is larger than the picture onto it."""
        rows = folded(border, self.reach.top, self.reach.bottom, height)
        columns = folded(border, self.reach.left, self.reach.right, width)
        # Python's integers: a reach is printed, and written as JSON.
        reach = Reach(*map(int, (-rows.min(), rows.max(), -columns.min(), columns.max())))
        if reach == self.reach:
            return self
        return Folded(self.taps, rows + reach.top, columns + reach.left, reach)

    def method(self, engine: str, blocks: Blocks) -> Method:
        """Return the method that suits the taps."""
        summing = engines.opencv.convolution if engine == "opencv" else engines.numpy.convolution
        name = summing.method(self.taps, blocks)
        method = summing.METHODS[name]
        strip = min(method.strip // blocks.channels, _MOST_PIXELS)
        return Method(name, method.operations(self.taps), strip)

    def faster(self, blocks: Blocks) -> str:
        """Return `numpy` where a kernel's structure serves it better than cv2's own sums."""
        ours, theirs = engines.numpy.convolution, engines.opencv.convolution
        name = ours.method(self.taps, blocks)
        own = ours.nanoseconds(name, self.taps, blocks)
        method = theirs.METHODS[theirs.method(self.taps, blocks)]
        return "numpy" if own < _CLEARLY * method.nanoseconds(self.taps) else "opencv"

    def supports(self, blocks: Blocks) -> str | None:
        """Return why cv2 can't do this for a picture: its sums are float32."""
        if blocks.dtype.name == "float64":
            return None
        gain = self.taps.magnitude / self.taps.divisor
        most = _LARGEST_FLOAT32
        if blocks.dtype.kind == "u":
            most = _LARGEST_ROUNDING * 2.0**24 / 2 ** (8 * blocks.dtype.itemsize)
        if gain <= most:
            return None
        return "its sums are float32, too coarse for weights as large as these"

    def reaches_beyond(self, border: str, blocks: Blocks) -> bool:
        """Return whether it is one of cv2's, and the origin in the middle as cv2 has it."""
        return border in engines.opencv.BORDERS and self.reach.left == self.taps.shape[1] // 2

    def run(
        self,
        engine: str,
        method: str,
        padded: Array,
        weight: Array | None = None,
        sides: str | None = None,
    ) -> Array:
        """Return the sums, divided; alpha, if any, is one of the channels."""
        if engine == "opencv":
            return engines.opencv.convolution.run(padded, self.taps, method, sides)
        return engines.numpy.convolution.run(padded, self.taps, method)

    def numpy(self, padded: Array, weight: Array | None = None) -> Array:
        """Return the sums, divided, by the method that suits the taps."""
        return self.run("numpy", self._named("numpy", padded), padded)

    def opencv(self, padded: Array, sides: str | None = None) -> Array:
        """Return the sums, divided, by the method that suits the taps."""
        return self.run("opencv", self._named("opencv", padded), padded, sides=sides)

    def _named(self, engine: str, padded: Array) -> str:
        return self.method(engine, engines.numpy.block_info.blocks_of(padded)).name

    def marks(self, padded: Array) -> Array:
        """Return what IEEE sums make of NaN and infinity."""
        return engines.numpy.nonfinite.linear_marks(padded, self.taps.signs())


class Folded(Linear):
    """A kernel that was larger than the picture, folded onto it by the picture's border."""

    title: ClassVar[str] = "Folded"

    def __init__(self, taps: Taps, rows: Array, columns: Array, reach: Reach):
        self._taps, self._reach = taps.folded(rows, columns), reach
        self._unfolded = taps, rows, columns

    @property
    def taps(self) -> Taps:
        """The weights as they are laid on a padded block."""
        return self._taps

    @property
    def reach(self) -> Reach:
        """At most about the size of the picture."""
        return self._reach

    def marks(self, padded: Array) -> Array:
        """Return what IEEE sums make of NaN and infinity, each weight by itself."""
        taps, rows, columns = self._unfolded
        return engines.numpy.nonfinite.linear_marks(padded, taps.signs(rows, columns))
