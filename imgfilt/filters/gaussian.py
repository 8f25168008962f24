"""The Gaussian filter: the lecture's smoothing mask, by size or by sigma."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from .. import engines
from ..geometry import Reach, square_reach
from ..numbers import format_shortest
from ..parameters import LARGEST_SIGMA, Flag, Number, Side
from .declaration import parameter
from .linear import Linear

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..engines.numpy.convolution.taps import Taps


@dataclass(frozen=True)
class Gaussian(Linear):
    """Smooth with a Gaussian of a size, a sigma or both.

    Examples
    --------
    Size 3 is the kernel 1 2 1 / 4, down and across.

    >>> import imgfilt, numpy as np
    >>> picture = np.array([[0, 0, 0], [0, 160, 0], [0, 0, 0]], np.uint8)
    >>> print(imgfilt.apply(imgfilt.Gaussian(size=3), picture, border="zero"))
    [[10 20 10]
     [20 40 20]
     [10 20 10]]
    """

    title: ClassVar[str] = "Gaussian"
    example: ClassVar[str] = "imgfilt gaussian photo.jpg --sigma 3 -o soft.jpg"

    size: int | None = parameter(
        Side(odd=True),
        None,
        "Side of the kernel in pixels, odd; alone it sets sigma. [default: 5, "
        "or 2·ceil(4·sigma)+1]",
        short="s",
    )
    sigma: float | None = parameter(
        Number(0, LARGEST_SIGMA),
        None,
        "Standard deviation in pixels; alone it sets the size. Beside a size, 0 takes sigma from "
        "the size.",
    )
    integrated: bool = parameter(
        Flag(), False, "Integrate the Gaussian over each pixel instead of sampling it."
    )
    integer: bool = parameter(
        Flag(), False, "Compute in integers, with a kernel of whole numbers and its divisor."
    )

    def caption(self, texts: Mapping[str, str]) -> str:
        """Return the caption in a figure; it names the sigma only if the size doesn't set it."""
        if self._sigma is None:
            texts = {name: text for name, text in texts.items() if name != "sigma"}
        return super().caption(texts or {"size": str(self.side)})

    def template_values(self) -> dict[str, str]:
        """Return the text of each parameter; a size or sigma that wasn't typed is computed."""
        from ..kernel.gaussian import default_sigma

        sigma = default_sigma(self.side) if self._sigma is None else self._sigma
        return {
            **super().template_values(),
            "size": str(self.side),
            "sigma": format_shortest(sigma),
        }

    def effective_parameters(self) -> dict[str, Any]:
        """Return the size and the sigma, whether or not both were given; see Declared."""
        from ..kernel.gaussian import TABLES, default_sigma

        side, flags = self.side, super().effective_parameters()
        effective: dict[str, Any] = {} if side == 5 else {"size": side}
        if side == 1 or (not self.sigma and side in TABLES and not self.integrated):
            return effective
        effective["sigma"] = self.sigma or default_sigma(side)
        return effective | {
            name: flags[name] for name in ("integrated", "integer") if name in flags
        }

    @property
    def side(self) -> int:
        """The side of the kernel, in pixels."""
        from ..kernel.gaussian import default_size

        if self.size is not None:
            return self.size
        return 5 if self.sigma is None else default_size(self.sigma)

    @property
    def _sigma(self) -> float | None:
        """The sigma, or None if the size sets it."""
        return None if self.sigma == 0 and self.size is not None else self.sigma

    @property
    def reach(self) -> Reach:
        """Half the side in each direction."""
        return square_reach(self.side)

    @cached_property
    def taps(self) -> Taps:
        """The one-dimensional kernel, down and across."""
        from ..kernel import gaussian

        side = self.side
        if side == 1 or (self._sigma is None and side in gaussian.TABLES and not self.integrated):
            return self._make_taps(*gaussian.TABLES[side])
        sigma = gaussian.default_sigma(side) if self._sigma is None else self._sigma
        kernel_1d = (gaussian.integrate if self.integrated else gaussian.sample)(side, sigma)
        if self.integer:
            return self._make_taps(*gaussian.to_integers(kernel_1d))
        return self._make_taps(kernel_1d, 1, whole=False)

    @staticmethod
    def _make_taps(kernel_1d: Sequence[float] | Array, divisor: int, whole: bool = True) -> Taps:
        factor = engines.numpy.convolution.taps.factor(kernel_1d)
        return engines.numpy.convolution.taps.Taps((factor, factor), divisor**2, whole)
