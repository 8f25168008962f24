"""1-D Gaussian kernels: sampled, integrated over pixels, from a table, and as integers."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# By size: weights and divisor of cv2.GaussianBlur(img, (N, N), 0), which uses a table if N is small
TABLES = {
    1: ((1,), 1),
    3: ((1, 2, 1), 4),
    5: ((1, 4, 6, 4, 1), 16),
    7: ((2, 7, 14, 18, 14, 7, 2), 64),
    9: ((4, 13, 30, 51, 60, 51, 30, 13, 4), 256),
}


def default_sigma(size: int) -> float:
    """Return the sigma in pixels for a kernel size, by OpenCV's formula (getGaussianKernel)."""
    return 0.3 * ((size - 1) / 2 - 1) + 0.8


def default_size(sigma: float) -> int:
    """Return the size for a sigma: at least four sigma to each side."""
    return 2 * math.ceil(4 * sigma) + 1


def sample(size: int, sigma: float) -> NDArray[np.float64]:
    """Return (size,) samples of the Gaussian, sum 1. Source: the lecture's g(x) with μ = 0."""
    distance = np.arange(size) - (size - 1) / 2
    # If sigma is far below a pixel, the square overflows; exp(-inf) is 0, which is right.
    with np.errstate(over="ignore"):
        return _normalized(np.exp(-0.5 * (distance / sigma) ** 2))


def integrate(size: int, sigma: float) -> NDArray[np.float64]:
    """Return (size,) integrals of the Gaussian over each pixel, sum 1.

    For sigma 1 and size 7 they are about 0.006 0.061 0.242 0.383 0.242 0.061 0.006; the
    lecture's 0.343 in the middle is a misprint.
    """
    root = sigma * math.sqrt(2)
    # Compute one half by erfc and mirror it: differences of erf would lose digits of the tails.
    edges = [math.erfc(abs(edge - size / 2) / root) for edge in range(size // 2 + 1)]
    tail = np.diff(np.array(edges) / 2)
    centre = 1 - edges[-1]
    return _normalized(np.concatenate([tail, [centre], tail[::-1]]))


def _normalized(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    normalized: NDArray[np.float64] = weights / weights.sum()
    return normalized


def to_integers(gaussian: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """Return (whole numbers in the ratios of a (size,) Gaussian, their sum, which is the divisor).

    The Gaussian is multiplied by the smallest power of ten that gives its centre three digits, as
    in the lecture ("Discrete integer approximation": thousandths at sigma 1), and rounded.
    """
    power = max(0, math.ceil(2 - math.log10(gaussian.max())))
    weights = np.rint(gaussian * 10**power)
    return weights, int(weights.sum())
