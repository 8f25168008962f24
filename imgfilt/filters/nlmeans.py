"""Non-local means: remove noise by a mean of pixels whose surroundings are similar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from .. import engines
from ..engines.method import ChosenMethod
from ..errors import Note
from ..geometry import Reach, square_reach
from ..parameters import AUTO, LARGEST_THRESHOLD, LARGEST_WINDOW, Number, NumberOrAuto
from .base import Filter
from .declaration import parameter

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..engines.numpy.block_info import BlockInfo
    from .pixel import PixelExplanation
    from .samples import Samples
    from .weights import Weights

_STRONGEST_IN_8_BITS = 1e6  # more than any difference of such levels; cv2 takes a float32
_SAMPLE_ROWS = 5  # the least in which noise can be measured
_WINDOW = Number(1, LARGEST_WINDOW, whole=True, odd=True)


@dataclass(frozen=True)
class NLMeans(Filter):
    """Remove noise by non-local means: a mean of pixels whose surroundings are similar.

    Examples
    --------
    Patches of one pixel: 99 is unlike all the others and keeps its value; 10 and 12 become means.

    >>> import imgfilt, numpy as np
    >>> picture = np.array([[10, 12, 10], [12, 99, 12], [10, 12, 10]], np.uint8)
    >>> print(imgfilt.apply(imgfilt.NLMeans(10, patch=1, search=3), picture, border="replicate"))
    [[11 11 11]
     [11 99 11]
     [11 11 11]]
    """

    title: ClassVar[str] = "Non-local means"
    example: ClassVar[str] = "imgfilt nlmeans noisy.png --strength 12 -o clean.png"
    level_parameter: ClassVar[str] = "strength"
    premultiplied: ClassVar[bool] = True

    strength: float | Literal["auto"] = parameter(
        NumberOrAuto(0, LARGEST_THRESHOLD),
        10,
        "How different patches may be and still count, in 8-bit levels. Larger values remove more "
        "noise, and more detail. auto measures the noise in each picture, and takes its standard "
        "deviation.",
    )
    patch: int = parameter(_WINDOW, 7, "Side of the patches that are compared, in pixels (odd).")
    search: int = parameter(
        _WINDOW, 21, "Side of the square in which similar patches are searched, in pixels (odd)."
    )

    @property
    def identity(self) -> bool:
        """Whether each pixel is the mean of itself only."""
        return self.search == 1 or (not self.needs_samples and self._h < 1e-100)

    @property
    def needs_samples(self) -> bool:
        """Whether the strength is to be estimated from the picture."""
        return self.strength == AUTO

    def resolve(self, samples: Samples) -> NLMeans:
        """Return the filter whose strength is the standard deviation of the picture's noise.

        On photos with added noise of 5 to 30 levels, no other multiple of the deviation gave
        results nearer to the photos without noise.
        """
        blocks = list(samples.read_blocks(_SAMPLE_ROWS))
        noise = engines.numpy.noise.estimate_noise(blocks, samples.weights)
        resolved = EstimatedNLMeans(
            min(noise.deviation, LARGEST_THRESHOLD), self.patch, self.search
        )
        object.__setattr__(resolved, "flat", noise.flat)
        return resolved

    @property
    def _h(self) -> float:
        assert not isinstance(self.strength, str)
        return self.strength

    @property
    def reach(self) -> Reach:
        """Half a patch beyond half the searched square, in each direction."""
        return square_reach(self.patch + self.search - 1)

    @property
    def mixes_channels(self) -> bool:
        """True: the difference of two patches is summed over all channels."""
        return True

    def choose_method(self, engine: str, block_info: BlockInfo) -> ChosenMethod:
        """Return the one method of each engine."""
        operations = engines.numpy.nlmeans.operations(self.patch, self.search, block_info.channels)
        return ChosenMethod("fastNlMeansDenoising" if engine == "opencv" else "pairs", operations)

    def why_unsupported(self, block_info: BlockInfo) -> str | None:
        """Return why OpenCV can't compute it for a picture, or None if it can."""
        if block_info.dtype.name != "uint8":
            return f"its non-local means takes uint8 pictures, not {block_info.dtype.name}"
        if block_info.channels > 4:
            return f"its non-local means takes up to 4 colour channels, not {block_info.channels}"
        # Its distances are 32-bit integers. Where they overflow, the picture becomes black.
        if block_info.channels * 255**2 * self.patch**2 >= 2**31:
            return f"its non-local means can't sum the distances of patches of {self.patch}"
        return None

    def numpy(self, padded: Array, weights: Weights | None = None) -> Array:
        """Return the weighted means; patches are compared where both have pixels."""
        count, present = (weights.channels, weights.present) if weights else (0, None)
        return engines.numpy.nlmeans.run(
            padded, self._h, self.patch, self.search, count, present is not None
        )

    def opencv(self, padded: Array, weights: Weights | None = None) -> Array:
        """Return the weighted means."""
        strength = min(self._h, _STRONGEST_IN_8_BITS)
        return engines.opencv.nlmeans.run(padded, strength, self.patch, self.search)

    def explain_pixel(self, window: Array, weights: Weights | None = None) -> PixelExplanation:
        """Return the mean squared differences D of patches, their weights, and the means."""
        import numpy as np

        from . import pixel

        levels, around = window.astype(np.float64), self.patch // 2
        sides, middle = (self.patch, self.patch), self.search // 2
        patches = np.lib.stride_tricks.sliding_window_view(levels, sides, (0, 1))
        channels, present = (weights.channels, weights.present) if weights else (0, None)
        there = np.ones(levels.shape[:2], bool) if present is None else present
        known = np.lib.stride_tricks.sliding_window_view(there, sides)
        known = known & known[middle, middle]
        count = known.sum((2, 3)) * (window.shape[2] - channels)
        with np.errstate(all="ignore"):
            # Row by row: all patches at once may need more memory than there is.
            sums = [
                (np.square(row - patches[middle, middle]).sum(1) * both).sum((1, 2))
                for row, both in zip(patches, known, strict=True)
            ]
            distance = np.where(count > 0, np.stack(sums) / count, np.inf)
            distance[middle, middle] = 0
            likeness = np.exp(-distance / self._h**2)
        least = engines.numpy.nlmeans.SMALLEST_WEIGHT
        likeness[likeness < least] = 0
        tables = [
            pixel.Table("D, mean squared difference", pixel.as_exact(distance), (middle, middle)),
            pixel.Table(f"weight exp(-D/h²), 0 below {least}", likeness, (middle, middle)),
        ]
        searched = window[around : around + self.search, around : around + self.search]
        means = pixel.weighted_means(searched, likeness, np.ones(likeness.shape, bool))
        return pixel.PixelExplanation(pixel.Part(tables, [pixel.Line("h²", self._h**2)]), means)


class EstimatedNLMeans(NLMeans):
    """Non-local means with a strength that was estimated from the picture.

    Attributes
    ----------
    flat : float
        The share of the picture that was too flat to be measured, 0 to 1.
    """

    flat: float

    @property
    def note(self) -> Note:
        """The strength, and how much of the picture was too flat to be measured."""
        found = f"noise of {self._h:.3g} of 255 levels was found"
        if self.flat == 1:
            found = "no noise was found, for nearly all of the picture is flat"
        elif self.flat:
            flat = f"{100 * self.flat:.0f} % of the picture is flat or next to a flat part"
            found = f"{flat}; {found} in the rest"
        return Note(f"{found}: strength {self._h:.3g}", ("strength",))
