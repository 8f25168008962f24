"""What the bilateral filter and its approximations share: parameters, and the exact means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from .. import engines
from ..border import pad
from ..engines.method import ChosenMethod
from ..geometry import EngineBorder, Reach, Rect, square_reach
from ..parameters import LARGEST_THRESHOLD, LARGEST_WINDOW, Flag, Number
from .base import Filter
from .declaration import parameter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..dtypes import Array
    from ..engines.numpy.block_info import BlockInfo
    from .pixel import PixelExplanation
    from .weights import Weights

_FARTHEST = 1e6  # more than any distance in a window
_SMALLEST = 1e-100  # below, a square would be 0
# The largest diameter with fewer than 512 pixels. If each sum were rounded by half a step, all one
# way, cv2's means would be 0.8 of a 16-bit level off. With more pixels, steps are twice as large.
_LARGEST_IN_16_BITS = 25
_LEAST_IN_16_BITS = 2  # sigma-color, below which cv2's table over 255 levels is too coarse


@dataclass(frozen=True)
class BilateralMean(Filter):
    """What Bilateral and its approximations share: the parameters, and the exact means."""

    title: ClassVar[str] = "Bilateral"
    example: ClassVar[str] = (
        "imgfilt bilateral photo.jpg --diameter 15 --sigma-color 40 -o smooth.jpg"
    )
    level_parameter: ClassVar[str] = "sigma_color"
    premultiplied: ClassVar[bool] = True

    diameter: int = parameter(
        Number(1, LARGEST_WINDOW, whole=True, odd=True),
        9,
        "Diameter of the round neighbourhood, in pixels (odd).",
        short="d",
    )
    sigma_color: float = parameter(
        Number(0, LARGEST_THRESHOLD),
        75,
        "How different a pixel may be and still count: the standard deviation of its weight, in "
        "8-bit levels, summed over the channels. Larger values smooth stronger edges.",
    )
    sigma_space: float = parameter(
        Number(0, _FARTHEST),
        75,
        "How far away a pixel may be and still count: the standard deviation of its weight, in "
        "pixels.",
    )
    fast: bool = parameter(
        Flag(),
        False,
        "Approximate the filter where that is faster: with large diameters, from about 25 for grey "
        "and 35 for colour.",
    )

    @property
    def identity(self) -> bool:
        """Whether each pixel is the mean of itself only."""
        return self.diameter == 1 or min(self.sigma_color, self.sigma_space) < _SMALLEST

    @property
    def reach(self) -> Reach:
        """The radius of the disc in each direction."""
        return square_reach(self.diameter)

    @property
    def mixes_channels(self) -> bool:
        """True: the difference of two pixels is summed over all channels."""
        return True

    def window(self) -> NDArray[Any]:
        """Return the disc."""
        return engines.numpy.bilateral.disc(self.diameter)

    @property
    def disc_and_sigmas(self) -> tuple[int, float, float]:
        """The diameter, sigma-color and sigma-space."""
        return self.diameter, self.sigma_color, self.sigma_space

    def choose_method(self, engine: str, block_info: BlockInfo) -> ChosenMethod:
        """Return the one method of each engine."""
        operations = engines.numpy.bilateral.operations(self.diameter, block_info.channels)
        name = "bilateralFilter" if engine == "opencv" else "disc"
        return ChosenMethod(name, operations)

    def why_unsupported(self, block_info: BlockInfo) -> str | None:
        """Return why OpenCV can't compute it for a picture, or None if it can."""
        if block_info.dtype.name == "float64":
            return "its bilateral filter has no float64"
        if block_info.dtype.name == "uint16" and self.diameter > _LARGEST_IN_16_BITS:
            return (
                f"its bilateral filter has float32 sums, too coarse for uint16 from diameter "
                f"{_LARGEST_IN_16_BITS + 2} up"
            )
        if block_info.dtype.name == "uint16" and self.sigma_color < _LEAST_IN_16_BITS:
            return (
                f"its bilateral filter rounds its weights too coarsely for uint16 below "
                f"sigma-color {_LEAST_IN_16_BITS}"
            )
        if block_info.channels not in (1, 3):
            return f"its bilateral filter takes 1 or 3 colour channels, not {block_info.channels}"
        return None

    def numpy(self, padded: Array, weights: Weights | None = None) -> Array:
        """Return the weighted means; those of missing pixels are weighted by distance alone."""
        means = engines.numpy.bilateral.run(padded, *self.disc_and_sigmas)
        if weights is None or weights.present is None:
            return means
        return self._fill_missing(means, padded, weights.present)

    def _fill_missing(self, means: Array, padded: Array, present: Array) -> Array:
        """Return means in which a missing pixel has the mean of all pixels around it.

        Its colour isn't known, so that no pixel can be more like it than another.
        """
        top, bottom, left, right = self.reach
        centres = present[top : len(present) - bottom, left : present.shape[1] - right]
        if not centres.all():
            bell = engines.numpy.bilateral.spatial_weights(self.diameter, self.sigma_space)
            taps = engines.numpy.convolution.taps.Taps(bell)
            by_distance = engines.numpy.convolution.run(padded, taps)
            means[~centres] = by_distance[~centres]
        return means

    def engine_extends(self, border: str) -> bool:
        """Return whether OpenCV has this border; in centred levels, its zeros would be grey."""
        return border in {*engines.opencv.BORDERS} - {"zero"}

    def opencv(self, padded: Array, weights: Weights | None = None) -> Array:
        """Return the weighted means."""
        (height, width), (top, bottom, left, right) = padded.shape[:2], self.reach
        inner = Rect(top, left, height - bottom, width - right)
        return self.opencv_unpadded(padded, EngineBorder("reflect", inner))

    def opencv_unpadded(self, block: Array, engine_border: EngineBorder) -> Array:
        """Return the weighted means."""
        if engines.opencv.simple.lut_too_coarse(block, self.sigma_color):
            border, inner = engine_border
            return self.numpy(pad(block, inner, self.reach, border, block[0, 0]))
        return engines.opencv.simple.bilateral(block, *self.disc_and_sigmas, engine_border)

    def explain_pixel(self, window: Array, weights: Weights | None = None) -> PixelExplanation:
        """Return the weights by distance and by difference, their product, and the means."""
        import numpy as np

        from . import pixel

        origin = self.reach.top, self.reach.left
        down, across = np.indices(window.shape[:2]) - self.diameter // 2
        levels = window.astype(np.float64)
        with np.errstate(all="ignore"):
            difference = np.abs(levels - levels[origin]).sum(axis=2)
            if weights and weights.present is not None and not weights.present[origin]:
                difference[:] = 0  # it isn't known: see `_fill_missing`
            by_distance = np.exp(-(down**2 + across**2) / (2 * self.sigma_space**2))
            by_difference = np.exp(-(difference**2) / (2 * self.sigma_color**2))
            products = by_distance * by_difference
        disc = self.window()
        cells = {
            "weight by distance": by_distance,
            "difference from the pixel": pixel.as_exact(difference),
            "weight by difference": by_difference,
            "weight, the product": products,
        }
        tables = [
            pixel.Table(name, pixel.mark_unused(numbers, disc), origin)
            for name, numbers in cells.items()
        ]
        channels = pixel.weighted_means(window, products, disc)
        return pixel.PixelExplanation(pixel.Part(tables), channels)
