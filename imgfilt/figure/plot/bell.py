"""Find the Gaussian whose samples, or integrals over pixels, are the weights of a 1-D kernel."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...kernel.gaussian import integrate, sample

_FEWEST = 5  # a Gaussian goes through any three symmetric weights
_TOLERANCE = 1e-6  # of the greatest weight
_MAKERS = sample, integrate


class Bell(NamedTuple):
    """A Gaussian around 0: peak · exp(−x² / 2σ²).

    Attributes
    ----------
    peak : float
    sigma : float
        In pixels.
    """

    peak: float
    sigma: float

    def at(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at (n,) distances from the origin, in pixels."""
        values: NDArray[np.float64] = self.peak * np.exp(-0.5 * (x / self.sigma) ** 2)
        return values


def find_bell(weights: NDArray[np.float64], origin: int) -> Bell | None:
    """Return the Gaussian of the weights of a 1-D kernel; None if they have none.

    Parameters
    ----------
    weights : (n,) array
    origin : int
        The index of the origin.
    """
    size, middle = len(weights), len(weights) // 2
    if size < _FEWEST or size % 2 == 0 or origin != middle:
        return None
    peak, next_to_it = weights[middle : middle + 2].tolist()
    if not 0 < next_to_it < peak:
        return None
    sigmas = [_find_sigma(make, next_to_it / peak) for make in _MAKERS]
    shapes = [make(size, sigma) for make, sigma in zip(_MAKERS, sigmas, strict=True)]
    errors = [float(np.abs(weights / peak - shape / shape[middle]).max()) for shape in shapes]
    if min(errors) > _TOLERANCE:
        return None
    best = errors.index(min(errors))
    sigma = sigmas[best]
    if _MAKERS[best] is integrate:  # the integral over the middle pixel becomes the peak
        peak /= sigma * math.sqrt(2 * math.pi) * math.erf(0.5 / (sigma * math.sqrt(2)))
    return Bell(peak, sigma)


def _find_sigma(make: Callable[[int, float], NDArray[np.float64]], ratio: float) -> float:
    """Return the sigma with which the weight next to the middle one has a ratio to it."""
    low, high = 1e-2, 1e4
    for _ in range(80):
        sigma = math.sqrt(low * high)
        _, middle, right = make(3, sigma).tolist()
        low, high = (sigma, high) if right < ratio * middle else (low, sigma)
    return low
