"""The frequency response of a kernel: its discrete-time Fourier transform."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...kernel.kernel import Kernel


def frequency_response(
    kernel: Kernel, frequencies: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the magnitude of the response to waves along the rows, and along the columns.

    Parameters
    ----------
    kernel : Kernel
    frequencies : (n,) array
        In cycles per pixel; above 0.5 they alias to lower frequencies.

    Returns
    -------
    two (n,) arrays
        |Σ w[r, c] · exp(−2πi f c)|, and the same with r: the discrete-time Fourier transform along
        an axis.
    """
    across, down = (
        np.abs(_waves(frequencies, len(sums)) @ sums)
        for sums in (kernel.weights.sum(0), kernel.weights.sum(1))
    )
    return across, down


def frequency_response_2d(kernel: Kernel, frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the magnitude of the response to waves in all directions.

    Parameters
    ----------
    kernel : Kernel
    frequencies : (n,) array
        In cycles per pixel, for both axes.

    Returns
    -------
    (n, n) array
        |Σ w[r, c] · exp(−2πi (f r + g c))|; f, down, is the first axis.
    """
    rows, columns = kernel.shape
    spectrum = _waves(frequencies, rows) @ kernel.weights @ _waves(frequencies, columns).T
    magnitude: NDArray[np.float64] = np.abs(spectrum)
    return magnitude


def _waves(frequencies: NDArray[np.float64], length: int) -> NDArray[np.complex128]:
    """Return the (n, length) waves exp(−2πi f x)."""
    waves: NDArray[np.complex128] = np.exp(
        -2j * np.pi * np.multiply.outer(frequencies, np.arange(length))
    )
    return waves
