"""Kernels of every kind for the methods of convolution, and what they mean."""

import numpy as np

from imgfilt.engines.numpy.convolution.taps import Taps

from .examples import noisy, whole

SHAPES = [(1, 1), (1, 9), (8, 1), (2, 3), (12, 13)]
KERNELS = {
    "ones": lambda *shape: Taps(np.ones(shape), divisor=7, whole=True),
    "alike": lambda *shape: Taps(np.full(shape, -0.3)),
    "nothing": lambda *shape: Taps(np.zeros(shape), whole=True),
    "whole": lambda *shape: Taps(whole(*shape).astype(float), divisor=9, whole=True),
    "whole product": lambda rows, columns: Taps(
        6.0 * np.outer(whole(1, rows, 1), whole(1, columns, 2)), whole=True
    ),
    "factors": lambda rows, columns: Taps(
        (whole(1, rows, 1)[0] + 0.0, whole(1, columns, 2)[0] + 0.0), divisor=11, whole=True
    ),
    "floats": lambda *shape: Taps(noisy(*shape)),
    "float product": lambda rows, columns: Taps(np.outer(noisy(1, rows), noisy(1, columns, 1))),
    "sparse": lambda *shape: Taps(np.where(noisy(*shape) > 1, whole(*shape), 0.0), whole=True),
}


def definition(padded, taps):
    """Return Σ weights[r, c] · padded[i + r, j + c] in float64; whole sums of levels are exact."""
    windows = np.lib.stride_tricks.sliding_window_view(padded, taps.shape, (0, 1))
    return np.einsum("ijkrc,rc->ijk", windows.astype(np.float64), taps.weights) / taps.divisor
