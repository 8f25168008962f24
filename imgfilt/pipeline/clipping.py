"""Count the values of a result that were clipped, and say how many there were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..filters.base import Filter
from ..numbers import WEIGHT_TOLERANCE, format_shortest


@dataclass
class Clipping:
    """How many values of a result were clipped.

    Attributes
    ----------
    limit : float
        The greatest level of the output.
    count : int
        How many values were below 0, above the limit, or NaN.
    total : int
        How many values there are, without alpha and without transparent pixels.
    least, greatest : float
        The least and the greatest of these values.
    undefined : int
        How many values were NaN; they became 0.
    """

    limit: float
    count: int = 0
    total: int = 0
    least: float = np.inf
    greatest: float = -np.inf
    undefined: int = 0

    @classmethod
    def merge(cls, parts: Sequence[Clipping]) -> Clipping:
        """Return the Clipping of a result, given the Clipping of each of its parts."""
        return cls(
            parts[0].limit,
            sum(part.count for part in parts),
            sum(part.total for part in parts),
            min(part.least for part in parts),
            max(part.greatest for part in parts),
            sum(part.undefined for part in parts),
        )

    def choose_remedy(self, filt: Filter, mode: str = "clip") -> str:
        """Return what fits values that were clipped: `normalize`, `signed` or `stretch`.

        Parameters
        ----------
        filt : Filter
            As the user gave it.
        mode : str
            A key of VALUES, which wasn't enough.
        """
        can_normalize = any(name == "normalize" for name, *_ in filt.parameters())
        if can_normalize and filt.weight_sum > 1 + WEIGHT_TOLERANCE and self.greatest > self.limit:
            return "normalize"
        is_signed = self.least < 0 and filt.weight_sum == 0 and mode == "clip"
        return "signed" if is_signed else "stretch"

    @property
    def effect(self) -> str:
        """What became of the values, after `str` has said which."""
        return "became 0" if self.undefined == self.count else "were clipped"

    def __str__(self) -> str:
        share = format_percent(self.count, self.total)
        if self.undefined == self.count:
            return f"{share} % of values are NaN"
        return (
            f"{share} % of values fell outside 0..{format_shortest(self.limit)} "
            f"({_format_level(self.least)}..{_format_level(self.greatest)})"
            f"{' or are NaN' * bool(self.undefined)}"
        )


def format_percent(count: int, total: int) -> str:
    """Return a share in percent, for notes; a share that isn't 0 is never printed as 0."""
    share = 100 * count / total
    return f"{share:.1f}" if share >= 0.05 else "less than 0.1"


def _format_level(level: float) -> str:
    text = format_shortest(round(level)) if abs(level) < 1e15 else f"{level:.3g}"
    return text.replace("-", "−")
