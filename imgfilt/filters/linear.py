"""Linear: what convolve, blur and gaussian share. Each is its taps, and nothing else."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from .. import numerics, opencv
from .filter import Filter, Method

if TYPE_CHECKING:
    import numpy as np

    from ..numerics.taps import Array, Taps


class Linear(Filter):
    """A weighted sum of the pixels around."""

    linear: ClassVar[bool] = True

    @property
    @abstractmethod
    def taps(self) -> Taps:
        """The weights as they are laid on a padded block."""

    @property
    def identity(self) -> bool:
        """Whether the one weight is 1."""
        return self.reach == (0, 0, 0, 0) and self.taps.total == self.taps.divisor

    def method(self, engine: str, dtype: np.dtype[Any], channels: int) -> Method:
        """Return the method that suits the taps."""
        convolution = numerics.convolution
        name = convolution.method(self.taps)
        operations = convolution.METHODS[name].operations(self.taps)
        return Method(
            opencv.convolution_method(self.taps) if engine == "opencv" else name, operations
        )

    def numpy(self, padded: Array, weight: Array | None = None) -> Array:
        """Return the sums, divided; alpha, if any, is one of the channels."""
        return numerics.convolution.run(padded, self.taps)

    def opencv(self, padded: Array) -> Array:
        """Return the sums, divided."""
        return opencv.convolve(padded, self.taps)

    def marks(self, padded: Array) -> Array:
        """Return what IEEE sums make of NaN and infinity."""
        return numerics.nonfinite.linear_marks(padded, self.taps)
