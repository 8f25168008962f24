"""PSNR and SSIM: how close a picture is to a reference, in 8-bit levels."""

from itertools import product
from math import inf, log10

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError

_REACH = 5
_GAUSSIAN = np.exp(-(np.arange(-_REACH, _REACH + 1) ** 2) / (2 * 1.5**2))
_WEIGHTS = _GAUSSIAN / _GAUSSIAN.sum()
# Side of the blocks that are compared at once, so that their maps stay in the cache. With maps of
# the whole picture it took several times as long.
_BLOCK = 128


def psnr(pixels: NDArray[np.uint8], reference: NDArray[np.uint8]) -> float:
    """Return the peak signal-to-noise ratio, 10 log10(255² / mean squared difference).

    Parameters
    ----------
    pixels, reference : (H, W, C) uint8 arrays
        Of the same height and width. If one is grey and one RGB, grey counts as RGB.

    Returns
    -------
    float
        In decibels; infinity for equal pictures.

    Raises
    ------
    ParameterError
        If the sizes differ.
    """
    pixels, reference = _match_channels(pixels, reference)
    rows = zip(pixels, reference, strict=True)
    total = sum(
        int(np.sum(np.subtract(a, b, dtype=np.int32) ** 2, dtype=np.int64)) for a, b in rows
    )
    return 10 * log10(255**2 * pixels.size / total) if total else inf


def ssim(pixels: NDArray[np.uint8], reference: NDArray[np.uint8]) -> float:
    """Return the structural similarity, the mean over all windows and channels.

    Wang, Bovik, Sheikh, Simoncelli: Image quality assessment: from error visibility to structural
    similarity, IEEE Transactions on Image Processing 13(4), 2004, equation 13: Gaussian window of
    11 x 11, sigma 1.5, K1 0.01, K2 0.03, at every pixel at which the window fits.

    Parameters
    ----------
    pixels, reference : (H, W, C) uint8 arrays
        Of the same height and width. If one is grey and one RGB, grey counts as RGB. A side under
        11 is padded symmetrically (b a | a b | b a), so that the window fits at each pixel.

    Returns
    -------
    float
        1 for equal pictures.

    Raises
    ------
    ParameterError
        If the sizes differ.
    """
    pixels, reference = _pad_small(*_match_channels(pixels, reference))
    height, width = pixels.shape[0] - 2 * _REACH, pixels.shape[1] - 2 * _REACH
    total = 0.0
    for top, left in product(range(0, height, _BLOCK), range(0, width, _BLOCK)):
        side = _BLOCK + 2 * _REACH
        block = np.s_[top : top + side, left : left + side]
        total += float(_compute_ssim_map(pixels[block], reference[block]).sum())
    return total / float(height * width * pixels.shape[2])


def format_quality(pixels: NDArray[np.uint8], reference: NDArray[np.uint8]) -> str:
    """Return PSNR and SSIM as a caption shows them, such as "PSNR 31.42 dB, SSIM 0.912"."""
    return f"PSNR {psnr(pixels, reference):.2f} dB, SSIM {ssim(pixels, reference):.3f}"


def _match_channels(
    pixels: NDArray[np.uint8], reference: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return two pictures with the same number of channels; ParameterError if the sizes differ."""
    if pixels.shape[:2] != reference.shape[:2]:
        (height, width), (wanted_height, wanted_width) = reference.shape[:2], pixels.shape[:2]
        raise ParameterError(
            f"reference: {width} x {height} pixels, but the picture to compare with it "
            f"has {wanted_width} x {wanted_height}",
            parameters=("reference",),
        )
    pixels, reference = np.broadcast_arrays(pixels, reference)
    return pixels, reference


def _pad_small(*pictures: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Return pictures padded along the axes on which the window doesn't fit."""
    around = [(_REACH, _REACH) if n <= 2 * _REACH else (0, 0) for n in pictures[0].shape[:2]]
    return [np.pad(pixels, [*around, (0, 0)], mode="symmetric") for pixels in pictures]


def _compute_ssim_map(
    pixels: NDArray[np.uint8], reference: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """Return the similarity at every place of the window, (H - 10, W - 10, C)."""
    a, b = pixels.astype(np.float64), reference.astype(np.float64)
    mean_a, mean_b = _compute_window_mean(a), _compute_window_mean(b)
    covariance = _compute_window_mean(a * b) - mean_a * mean_b
    variances = _compute_window_mean(a * a + b * b) - mean_a**2 - mean_b**2
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    return luminance * (2 * covariance + c2) / (variances + c2)


def _compute_window_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted mean under the window at every place, (H - 10, W - 10, C)."""
    height, width = values.shape[0] - 2 * _REACH, values.shape[1] - 2 * _REACH
    sums = np.zeros((height, *values.shape[1:]))
    for k, weight in enumerate(_WEIGHTS):
        sums += weight * values[k : k + height]
    means = np.zeros((height, width, values.shape[2]))
    for k, weight in enumerate(_WEIGHTS):
        means += weight * sums[:, k : k + width]
    return means
