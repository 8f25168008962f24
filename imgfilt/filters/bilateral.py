"""The bilateral filter: smooth where pixels are similar, keep the edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import Note
from .bilateral_mean import BilateralMean

if TYPE_CHECKING:
    from .samples import Samples


@dataclass(frozen=True)
class Bilateral(BilateralMean):
    """Smooth with a mean weighted by distance and by similarity, which keeps edges.

    Examples
    --------
    The step from 10 to 200 stays: 200 has no weight in the mean of its neighbours.

    >>> import imgfilt, numpy as np
    >>> picture = np.array([[10, 10, 200], [10, 16, 200], [10, 10, 200]], np.uint8)
    >>> print(imgfilt.apply(imgfilt.Bilateral(3, 20, 10), picture, border="replicate"))
    [[ 10  11 200]
     [ 11  12 200]
     [ 10  11 200]]
    """

    @property
    def needs_samples(self) -> bool:
        """Whether `fast` is set and has an effect."""
        return self.fast and not self.identity

    @property
    def note(self) -> str | None:
        """A line that says that the fast filter would gain nothing, or None."""
        note = Note("fast would not be faster here: the exact filter runs", ("fast",))
        return note if self.needs_samples else None

    def resolve(self, samples: Samples) -> BilateralMean:
        """Return the fast filter for a picture, or this filter if that would not be faster."""
        from .fast_bilateral import approximate  # few runs need it

        return approximate(self, samples) or self
