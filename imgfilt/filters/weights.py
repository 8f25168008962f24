"""Weights of the pixels of a block: how much each of them counts, beside its values."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..dtypes import Array


class Weights(NamedTuple):
    """Alpha, and which pixels are there; None for what is the same for all pixels.

    Missing pixels are 0 in all channels of their block, and so is their alpha.

    Attributes
    ----------
    alpha : (H, W) array or None
        None if the picture is opaque.
    present : (H, W) bool array or None
        False at missing pixels; None if the picture has none.
    """

    alpha: Array | None
    present: Array | None

    def map(self, call: Callable[[Array], Array]) -> Weights:
        """Return the weights whose planes are what a function makes of these."""
        return Weights(*(plane if plane is None else call(plane) for plane in self))

    @property
    def channels(self) -> int:
        """How many channels they are, after the colours of a block or of its values."""
        return (self.alpha is not None) + (self.present is not None)
