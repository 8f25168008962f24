"""The interface of a filter, with defaults that suit a filter of a small window.

A filter is a frozen dataclass: its parameters, its reach, and the function of each engine. Options,
checks, help, sweeps, captions and the documentation of the parameters follow from it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from .. import engines
from ..border import COMMON_BORDERS
from ..engines.method import ChosenMethod
from ..geometry import EngineBorder, Reach
from .chain import Chainable
from .declaration import Declared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..dtypes import Array
    from ..engines.numpy.block_info import BlockInfo
    from ..engines.numpy.convolution.taps import Taps
    from ..engines.numpy.integer_sums import IntegerForm
    from ..kernel.kernel import Kernel
    from .block import Block
    from .pixel import PixelExplanation
    from .samples import Samples
    from .weights import Weights


class Filter(Declared, Chainable, ABC):
    """A filter. Subclasses declare its parameters.

    Attributes
    ----------
    level_parameter : str
        The parameter in 8-bit levels, which such a filter sees at every depth; "" if it has none.
    premultiplied : bool
        Whether the filter sees colours times their weights, which are more channels of the block.
        Other filters only get the Weights.
    is_rank : bool
        Whether results are values of the window, chosen by their order, and so may be infinity.
    leaves_range : bool
        Whether results may lie outside the picture's range, so that the command has `--values`.
    opencv_takes_weights : bool
        Whether `opencv` takes weights, too.
    borders : tuple of str
        The keys of BORDERS that the filter takes.
    """

    level_parameter: ClassVar[str] = ""
    premultiplied: ClassVar[bool] = False
    is_rank: ClassVar[bool] = False
    leaves_range: ClassVar[bool] = False
    opencv_takes_weights: ClassVar[bool] = False
    borders: ClassVar[tuple[str, ...]] = COMMON_BORDERS

    @property
    def operation(self) -> str:
        """The name of the operation, as `--explain` prints it."""
        return self.title.lower()

    @property
    def note(self) -> str | None:
        """A line for the user about what `resolve` found in the picture."""
        return None

    @property
    @abstractmethod
    def reach(self) -> Reach:
        """Rows and columns around an output pixel that it depends on."""

    @property
    def margin(self) -> Reach:
        """Rows and columns of a block around its output pixels; approximations may need more."""
        return self.reach

    @property
    def identity(self) -> bool:
        """Whether every pixel stays as it is."""
        return False

    def folded_to(self, height: int, width: int, border: str) -> Filter:
        """Return a filter with the same result on pictures of a size, if possible with less reach.

        Parameters
        ----------
        height, width : int
            The picture's, in pixels.
        border : str
            Key of BORDERS.
        """
        return self

    @property
    def unfolded(self) -> Filter:
        """The filter of which `folded_to` made this one; by default this one."""
        return self

    @property
    def needs_samples(self) -> bool:
        """Whether `resolve` must see samples of the picture first."""
        return False

    def resolve(self, samples: Samples) -> Filter:
        """Return the filter for a picture."""
        return self

    @property
    def exact_filter(self) -> Filter | None:
        """The filter that this one approximates, or None if this one is exact."""
        return None

    # The weights

    @property
    def taps(self) -> Taps | None:
        """The weights of a linear filter, flipped, as they lie on the window; else None."""
        return None

    @property
    def composed(self) -> Kernel | None:
        """The exact kernel that the user gave, all parameters applied; else None."""
        return None

    @property
    def kernels(self) -> tuple[Kernel, ...]:
        """The kernels that the user gave, from which `composed` is made."""
        return ()

    @property
    def later_reach(self) -> Reach:
        """The reach of all `kernels` but the first, added up."""
        return Reach(0, 0, 0, 0)

    @property
    def weight_sum(self) -> float:
        """The sum of the weights: filtered alpha is divided by it; if 0, alpha isn't filtered."""
        return 1.0

    @property
    def is_mean(self) -> bool:
        """Whether results are means or medians, from which missing pixels can be left out."""
        return True

    @property
    def gain(self) -> float | None:
        """Σ|w| if results are exact or sums in float64; None for filters with means in float32."""
        return None

    @property
    def exact_form(self) -> IntegerForm | None:
        """How fractions are filtered exactly, as whole numbers; None if it can't be done."""
        return None

    # Engines

    def choose_method(self, engine: str, block_info: BlockInfo) -> ChosenMethod:
        """Return the method of an engine; by default its one method, which sums the window."""
        top, bottom, left, right = self.reach
        return ChosenMethod(self.title.lower(), float((top + bottom + 1) * (left + right + 1)))

    def preferred_engine(self, block_info: BlockInfo) -> str:
        """Return the engine that took less time in measurements, if both can compute the filter."""
        return "opencv"

    def why_unsupported(self, block_info: BlockInfo) -> str | None:
        """Return why OpenCV can't compute the filter for a picture, or None if it can."""
        if type(self).opencv is Filter.opencv:
            return f"it has no filter for {self.title.lower()}"
        return None

    def engine_extends(self, border: str) -> bool:
        """Return whether OpenCV can continue a picture beyond its edges as this border does."""
        return False

    def run(self, engine: str, method: str, block: Block) -> Array:
        """Return the (h, w, C) values of a block; by default, one of the functions below does it.

        Parameters
        ----------
        engine, method : str
            As the plan says.
        block : Block
            With an engine's border only if `engine_extends`.
        """
        if block.engine_border is not None:
            return self.opencv_unpadded(block.pixels, block.engine_border)
        if engine == "opencv":
            return self.opencv(block.pixels, block.weights)
        return self.numpy(block.pixels, block.weights)

    def numpy(self, padded: Array, weights: Weights | None = None) -> Array:
        """Return the (h, w, C) values of a padded block by NumPy.

        If the filter is `premultiplied`, the weights are the last channels of the block, too. Else
        it has colours only, and the result has more channels, for filtered weights.
        """
        raise NotImplementedError

    def opencv(self, padded: Array, weights: Weights | None = None) -> Array:
        """Return the (h, w, C) values by OpenCV; no weights without `opencv_takes_weights`."""
        raise NotImplementedError

    def opencv_unpadded(self, block: Array, engine_border: EngineBorder) -> Array:
        """Return the (h, w, C) values of a block that isn't padded, if `engine_extends`."""
        raise NotImplementedError

    def explain_pixel(self, window: Array, weights: Weights | None = None) -> PixelExplanation:
        """Return how a pixel is computed by the filter's definition; see pixel.explain_window."""
        from .pixel import explain_window

        return explain_window(window, self.reach)

    @property
    def mixes_channels(self) -> bool:
        """Whether a channel of the result depends on all channels."""
        return False

    def window(self) -> NDArray[Any]:
        """Return a bool array (top + bottom + 1, left + right + 1): True at pixels that count."""
        import numpy as np

        top, bottom, left, right = self.reach
        return np.ones((top + bottom + 1, left + right + 1), bool)

    def nonfinite_result(self, padded: Array) -> Array:
        """Return (h, w, C): NaN or ±inf if NaN or infinity in the window decides, else 0."""
        return engines.numpy.nonfinite.propagate_window(
            padded, self.window(), infinity=not self.is_rank, mixes_channels=self.mixes_channels
        )
