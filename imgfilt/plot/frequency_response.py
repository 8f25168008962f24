"""The frequency response of a kernel: how much of a wave of each frequency it lets through."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernel.kernel import Kernel

Array = np.ndarray[Any, np.dtype[np.float64]]


def response(kernel: Kernel, frequencies: Array) -> tuple[Array, Array]:
    """Return the magnitudes for waves across the columns, and down the rows.

    Parameters
    ----------
    kernel : Kernel
    frequencies : (n,) array
        In cycles a pixel; from 0.5 on they are those of slower waves.

    Returns
    -------
    two (n,) arrays
        |Σ w[r, c] · exp(−2πi f c)|, and the same with r: the discrete-time Fourier transform along
        an axis.
    """
    across, down = (
        np.abs(np.exp(-2j * np.pi * np.multiply.outer(frequencies, np.arange(len(sums)))) @ sums)
        for sums in (kernel.weights.sum(0), kernel.weights.sum(1))
    )
    return across, down
