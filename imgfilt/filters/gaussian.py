"""Gaussian: the lecture's smoothing mask, by size or by sigma."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from .. import engines
from ..geometry import Reach
from ..numbers import shortest
from ..parameters import LARGEST_SIGMA, Flag, Number, Side
from .base import parameter, square
from .linear import Linear

if TYPE_CHECKING:
    from ..dtypes import Array
    from ..engines.numpy.convolution.taps import Taps


@dataclass(frozen=True)
class Gaussian(Linear):
    """Smooth with a Gaussian of a size, a sigma or both."""

    title: ClassVar[str] = "Gaussian"

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

    def caption(self, words: Mapping[str, str]) -> str:
        """Return what a figure calls it; by its side where its size sets sigma."""
        if self._sigma is None:
            words = {name: text for name, text in words.items() if name != "sigma"}
        return super().caption(words or {"size": str(self.side)})

    def words(self) -> dict[str, str]:
        """Return the size and sigma that belong to each other, where one wasn't typed."""
        from ..kernel.gaussian import sigma_of

        sigma = sigma_of(self.side) if self._sigma is None else self._sigma
        return {**super().words(), "size": str(self.side), "sigma": shortest(sigma)}

    def decisive(self) -> dict[str, Any]:
        """Return the size and sigma that belong to each other, whichever of them was given."""
        from ..kernel.gaussian import TABLES, sigma_of

        side, flags = self.side, super().decisive()
        decided: dict[str, Any] = {} if side == 5 else {"size": side}
        if side == 1 or (not self.sigma and side in TABLES and not self.integrated):
            return decided
        decided["sigma"] = self.sigma or sigma_of(side)
        return decided | {name: flags[name] for name in ("integrated", "integer") if name in flags}

    @property
    def side(self) -> int:
        """The side of the kernel, in pixels."""
        from ..kernel.gaussian import size_of

        if self.size is not None:
            return self.size
        return 5 if self.sigma is None else size_of(self.sigma)

    @property
    def _sigma(self) -> float | None:
        """The sigma, or None where the size sets it."""
        return None if self.sigma == 0 and self.size is not None else self.sigma

    @property
    def reach(self) -> Reach:
        """Half the side, each way."""
        return square(self.side)

    @cached_property
    def taps(self) -> Taps:
        """The bell, down and across."""
        from ..kernel import gaussian

        side = self.side
        if side == 1 or (self._sigma is None and side in gaussian.TABLES and not self.integrated):
            return self._taps(*gaussian.TABLES[side])
        sigma = gaussian.sigma_of(side) if self._sigma is None else self._sigma
        bell = (gaussian.integrated if self.integrated else gaussian.sampled)(side, sigma)
        if self.integer:
            return self._taps(*gaussian.integers(bell))
        return self._taps(bell, 1, whole=False)

    @staticmethod
    def _taps(bell: Sequence[float] | Array, divisor: int, whole: bool = True) -> Taps:
        factor = engines.numpy.convolution.taps.factor(bell)
        return engines.numpy.convolution.taps.Taps((factor, factor), divisor**2, whole)
