"""Bilateral: smooth what is alike, keep the edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .. import numerics, opencv
from ..border import Reach
from ..values import LARGEST_WINDOW, Flag, Number
from .filter import Filter, Method, parameter, square

if TYPE_CHECKING:
    from ..numerics.blocks import Blocks
    from ..numerics.taps import Array

_LARGEST = 1e6  # more than any difference or distance, and its square is finite
_SMALLEST = 1e-100  # below, a square would be 0
# The largest of fewer than 512 pixels: were each sum rounded by half a step, and all the same way,
# cv2's means would be 0.8 of a 16-bit level off; from then on steps are twice as large.
_LARGEST_IN_16_BITS = 25
_LEAST_IN_16_BITS = 2  # sigma-color, below which cv2's table over 255 levels is too coarse


@dataclass(frozen=True)
class Bilateral(Filter):
    """Smooth with a mean weighted by distance and by likeness, which keeps edges."""

    title: ClassVar[str] = "Bilateral"
    levels: ClassVar[bool] = True
    premultiplied: ClassVar[bool] = True

    diameter: int = parameter(
        Number(1, LARGEST_WINDOW, whole=True, odd=True),
        9,
        "Of the disc, in pixels, odd.",
        short="d",
    )
    sigma_color: float = parameter(
        Number(0, _LARGEST),
        75,
        "How different pixels may be: 8-bit levels, summed over the channels.",
    )
    sigma_space: float = parameter(Number(0, _LARGEST), 75, "How far pixels may be: pixels.")
    fast: bool = parameter(
        Flag(), False, "Approximate the filter, from diameter 17 up; -v prints the error."
    )

    @property
    def identity(self) -> bool:
        """Whether only the pixel itself counts."""
        return self.diameter == 1 or min(self.sigma_color, self.sigma_space) < _SMALLEST

    @property
    def reach(self) -> Reach:
        """The radius of the disc, each way."""
        return square(self.diameter)

    @property
    def adapts(self) -> bool:
        """Whether the few colours to compare with are still to be found."""
        return self.fast and not self.identity

    @property
    def remark(self) -> str | None:
        """That the fast filter would gain nothing."""
        return "--fast would not be faster here: the exact filter runs" if self.adapts else None

    def adapted(self, samples: Sequence[Array], alpha: bool) -> Bilateral:
        """Return the fast filter for a picture; this one where that would not be faster."""
        if numerics.bilateral.cell(self.diameter, self.sigma_space) == 1:
            return self
        centres = numerics.bilateral.choose(samples, self.sigma_color)
        return self if centres is None else _near(self, centres)

    def method(self, engine: str, blocks: Blocks) -> Method:
        """Return the one method that each engine has."""
        operations = numerics.bilateral.operations(self.diameter, blocks.channels)
        name = "bilateralFilter" if engine == "opencv" else "disc"
        return Method(name, operations)

    def supports(self, blocks: Blocks) -> str | None:
        """Return why cv2 can't do this for a picture."""
        if blocks.dtype.name == "float64":
            return "its bilateral filter has no float64"
        if blocks.dtype.name == "uint16" and self.diameter > _LARGEST_IN_16_BITS:
            return (
                f"its bilateral filter has float32 sums, too coarse for uint16 from diameter "
                f"{_LARGEST_IN_16_BITS + 2} up"
            )
        if blocks.dtype.name == "uint16" and self.sigma_color < _LEAST_IN_16_BITS:
            return (
                f"its bilateral filter rounds its weights too coarsely for uint16 below "
                f"sigma-color {_LEAST_IN_16_BITS}"
            )
        if blocks.channels not in (1, 3):
            return f"its bilateral filter takes 1 or 3 colour channels, not {blocks.channels}"
        return None

    def numpy(self, padded: Array, weight: Array | None = None) -> Array:
        """Return the means."""
        return numerics.bilateral.run(padded, self.diameter, self.sigma_color, self.sigma_space)

    def reaches_beyond(self, border: str, blocks: Blocks) -> bool:
        """Return whether it is one of cv2's, and blocks come to cv2 as they are."""
        return border in opencv.BORDERS and blocks.dtype.name == "uint8"

    def opencv(self, padded: Array, sides: str | None = None) -> Array:
        """Return the means."""
        if sides is None and opencv.too_coarse(padded, self.sigma_color):
            return self.numpy(padded)
        return opencv.bilateral(padded, self.diameter, self.sigma_color, self.sigma_space, sides)

    def marks(self, padded: Array) -> Array:
        """Return NaN where the disc holds a NaN or infinity: no likeness to it is defined."""
        return numerics.nonfinite.window_marks(padded, numerics.bilateral.disc(self.diameter))


class Near(Bilateral):
    """A bilateral filter by few levels or colours and fewer pixels, near to the exact one."""

    centres: Array

    @property
    def adapts(self) -> bool:
        """The colours are found."""
        return False

    @property
    def exactly(self) -> Bilateral:
        """The filter without `fast`."""
        return Bilateral(self.diameter, self.sigma_color, self.sigma_space)

    def method(self, engine: str, blocks: Blocks) -> Method:
        """Return moments for grey, centres for colours."""
        name = "moments" if blocks.channels == 1 else "centres"
        operations = numerics.bilateral.fast_operations(
            len(self.centres), blocks.channels, self.diameter, self.sigma_space
        )
        return Method(name, operations)

    def supports(self, blocks: Blocks) -> str:
        """Return that cv2 can't do this."""
        return "it has no fast bilateral filter"

    def numpy(self, padded: Array, weight: Array | None = None) -> Array:
        """Return about the means."""
        return numerics.bilateral.run_fast(
            padded, self.diameter, self.sigma_color, self.sigma_space, self.centres
        )


def _near(filt: Bilateral, centres: Array) -> Near:
    near = Near(filt.diameter, filt.sigma_color, filt.sigma_space, True)
    object.__setattr__(near, "centres", centres)
    return near
