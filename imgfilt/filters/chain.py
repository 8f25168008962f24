"""Chain: filters that are applied one after the other."""

from __future__ import annotations

from typing import Any

from ..errors import ParameterError
from ..numbers import describe


class Chainable:
    """A filter or a chain of filters: `|` makes a chain of two."""

    def __or__(self, other: Any) -> Chain:
        return Chain(self, other) if isinstance(other, Chainable) else NotImplemented


class Chain(Chainable):
    """Filters that `apply` applies one after the other; `Median(3) | Gaussian(sigma=1)` makes one.

    Each filter sees the result of the one before it, in the dtype of the picture: integers are
    rounded and clipped after each filter, floats aren't.

    Parameters
    ----------
    *filters : Filter or Chain
        One or more.

    Attributes
    ----------
    filters : tuple of Filter

    Raises
    ------
    ParameterError
        If there is no filter, or something is no filter.

    Examples
    --------
    >>> import imgfilt, numpy as np
    >>> picture = np.array([[0, 0, 0, 0], [0, 0, 99, 0], [0, 0, 0, 0]], np.uint8)
    >>> chain = imgfilt.Median(3) | imgfilt.Gaussian(sigma=1)
    >>> chain
    Chain(Median(size=3), Gaussian(sigma=1.0))
    >>> imgfilt.apply(chain, picture).max()
    np.uint8(0)
    """

    def __init__(self, *filters: Any):
        flat: list[Any] = []
        for number, filt in enumerate(filters, 1):
            if not isinstance(filt, Chainable):
                raise ParameterError(
                    f"filter {number} of a chain: {describe(filt)} is no filter; wanted filters "
                    "one by one, such as Chain(Median(3), Blur(5))"
                )
            flat += filt.filters if isinstance(filt, Chain) else [filt]
        if not flat:
            raise ParameterError("a chain needs a filter, such as Chain(Median(3), Blur(5))")
        self.filters: tuple[Any, ...] = tuple(flat)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chain) and self.filters == other.filters

    def __hash__(self) -> int:
        return hash(self.filters)

    def __repr__(self) -> str:
        return f"Chain({', '.join(map(repr, self.filters))})"
