"""Non-local means: smooth by patches that are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .. import numerics, opencv
from ..border import Reach
from ..values import AUTO, LARGEST_WINDOW, Number, NumberOrAuto
from .filter import Filter, Method, parameter, square

if TYPE_CHECKING:
    from ..numerics.blocks import Blocks
    from ..numerics.taps import Array

_STRONGEST = 1e6  # levels; more than any difference, and its square is finite
_WINDOW = Number(1, LARGEST_WINDOW, whole=True, odd=True)


@dataclass(frozen=True)
class NLMeans(Filter):
    """Remove noise by non-local means: a mean of the pixels whose surroundings are alike."""

    title: ClassVar[str] = "Non-local means"
    levels: ClassVar[bool] = True
    premultiplied: ClassVar[bool] = True

    strength: float | str = parameter(
        NumberOrAuto(0, _STRONGEST),
        10,
        "How different patches may be, in 8-bit levels; auto: as the picture's noise makes them.",
    )
    patch: int = parameter(_WINDOW, 7, "Side of the patches that are compared, in pixels, odd.")
    search: int = parameter(_WINDOW, 21, "Side of the square that is searched, in pixels, odd.")

    @property
    def identity(self) -> bool:
        """Whether only the pixel itself counts."""
        return self.search == 1 or (not self.adapts and self._h < 1e-100)

    @property
    def adapts(self) -> bool:
        """Whether the strength is still to be found."""
        return self.strength == AUTO

    def adapted(self, samples: Sequence[Array], alpha: bool) -> NLMeans:
        """Return the filter whose strength is the deviation of the picture's noise.

        On photos with noise of 5 to 30 levels no other multiple of it came nearer to them without.
        """
        noise = numerics.noise.estimated(samples, alpha)
        found = Estimated(min(noise.deviation, _STRONGEST), self.patch, self.search)
        object.__setattr__(found, "flat", noise.flat)
        return found

    @property
    def _h(self) -> float:
        assert not isinstance(self.strength, str)
        return self.strength

    @property
    def reach(self) -> Reach:
        """Half a patch beyond half the search, each way."""
        return square(self.patch + self.search - 1)

    def method(self, engine: str, blocks: Blocks) -> Method:
        """Return the one method that each engine has."""
        operations = numerics.nlmeans.operations(self.patch, self.search, blocks.channels)
        return Method("fastNlMeansDenoising" if engine == "opencv" else "pairs", operations)

    def supports(self, blocks: Blocks) -> str | None:
        """Return why cv2 can't do this for a picture."""
        if blocks.dtype.name != "uint8":
            return f"its non-local means takes uint8 pictures, not {blocks.dtype.name}"
        if blocks.channels > 4:
            return f"its non-local means takes up to 4 colour channels, not {blocks.channels}"
        # Its distances are 32-bit integers, which overflow without a word: black pictures.
        if blocks.channels * 255**2 * self.patch**2 >= 2**31:
            return f"its non-local means can't sum the distances of patches of {self.patch}"
        return None

    def numpy(self, padded: Array, weight: Array | None = None) -> Array:
        """Return the means."""
        alpha = weight is not None
        return numerics.nlmeans.run(padded, self._h, self.patch, self.search, alpha)

    def opencv(self, padded: Array, sides: str | None = None) -> Array:
        """Return the means."""
        return opencv.nlmeans(padded, self._h, self.patch, self.search)

    def marks(self, padded: Array) -> Array:
        """Return NaN where the window holds a NaN or infinity: no likeness to it is defined."""
        return numerics.nonfinite.window_marks(
            padded, numerics.nlmeans.window(self.patch, self.search)
        )


class Estimated(NLMeans):
    """Non-local means whose strength came of the picture."""

    flat: float

    @property
    def remark(self) -> str:
        """The strength, and how much of the picture was too flat to have a say."""
        strength = f"--strength {self._h:.3g}"
        if not self.flat:
            return f"noise of {self._h:.3g} levels was found: {strength}"
        if self.flat == 1:
            return f"no noise was found, for nearly all of the picture is flat: {strength}"
        return (
            f"{100 * self.flat:.0f} % of the picture is flat or next to a flat part; noise of "
            f"{self._h:.3g} levels was found in the rest: {strength}"
        )
