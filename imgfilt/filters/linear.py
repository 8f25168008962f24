"""Linear: what convolve, blur and gaussian share. Each is its taps, and nothing else."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from .. import numerics, opencv
from ..border import Reach, folded
from .filter import Filter, Method

if TYPE_CHECKING:
    import numpy as np

    from ..numerics.taps import Array, Taps

# From so many taps on two matrix products beat cv2.sepFilter2D: 1000 x 1500 pixels, one thread,
# grey and RGB; they take 0.9 of its time there, 0.2 to 0.4 of it at 129. The tiles of the FFT take
# 0.7 to 0.9 of filter2D's time on uint8 (more on others), boxes of 16-bit sums 0.1 to 0.9 of
# boxFilter's.
_LONG = {"uint8": 41, "uint16": 25, "float32": 61, "float64": 61}

_LARGEST_FLOAT32 = 1e33  # Σ|w| with which sums of 16-bit levels are float32 still


class Linear(Filter):
    """A weighted sum of the pixels around.

    Alpha goes through it as a channel of premultiplied colour; other filters take it as a weight.
    """

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
        reach = Reach(-rows.min(), rows.max(), -columns.min(), columns.max())
        if reach == self.reach:
            return self
        return Folded(self.taps.folded(rows + reach.top, columns + reach.left), reach)

    def method(
        self, engine: str, dtype: np.dtype[Any], channels: int, rounded: bool = False
    ) -> Method:
        """Return the method that suits the taps."""
        convolution = numerics.convolution
        name = convolution.method(self.taps)
        operations = convolution.METHODS[name].operations(self.taps)
        return Method(
            opencv.convolution_method(self.taps) if engine == "opencv" else name, operations
        )

    def faster(self, dtype: np.dtype[Any], channels: int, rounded: bool = False) -> str:
        """Return `numpy` where a kernel's structure serves it better than cv2's own sums."""
        name = numerics.convolution.method(self.taps)
        rows, columns = self.taps.shape
        if name == "separable" and max(rows, columns) >= _LONG[dtype.name]:
            return "numpy"
        if dtype.name == "uint8" and (name == "fft" or (name == "box" and rows * columns < 256)):
            return "numpy"
        return "opencv"

    def supports(self, dtype: np.dtype[Any], channels: int) -> str | None:
        """Return why cv2 can't do this for a picture: its sums are float32."""
        if dtype.name == "float64" or self.taps.magnitude / self.taps.divisor < _LARGEST_FLOAT32:
            return None
        return "its sums can't hold weights as large as these"

    def numpy(self, padded: Array, weight: Array | None = None) -> Array:
        """Return the sums, divided; alpha, if any, is one of the channels."""
        return numerics.convolution.run(padded, self.taps)

    def opencv(self, padded: Array) -> Array:
        """Return the sums, divided."""
        return opencv.convolve(padded, self.taps)

    def marks(self, padded: Array) -> Array:
        """Return what IEEE sums make of NaN and infinity."""
        return numerics.nonfinite.linear_marks(padded, self.taps)


class Folded(Linear):
    """A kernel that was larger than the picture, folded onto it by the picture's border."""

    title: ClassVar[str] = "Folded"

    def __init__(self, taps: Taps, reach: Reach):
        self._taps, self._reach = taps, reach

    @property
    def taps(self) -> Taps:
        """The weights as they are laid on a padded block."""
        return self._taps

    @property
    def reach(self) -> Reach:
        """At most about the size of the picture."""
        return self._reach
