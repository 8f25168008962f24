"""PSNR, SSIM and MAE: how close a picture is to a reference, in 8-bit levels."""

from collections.abc import Iterator
from contextlib import nullcontext
from itertools import product
from math import fsum, inf, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import concurrency, engines
from ..buffers import borrow
from ..errors import ParameterError
from ..geometry import row_blocks

_REACH = 5
_GAUSSIAN = np.exp(-(np.arange(-_REACH, _REACH + 1) ** 2) / (2 * 1.5**2))
_WEIGHTS = _GAUSSIAN / _GAUSSIAN.sum()
# Side of the blocks that are compared at once, so that the arrays of all steps stay in the cache.
# With arrays as large as the picture it took several times as long.
_BLOCK = 256
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


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
    total = 0
    for _, difference in _iter_differences(pixels, reference):
        difference *= difference
        # The greatest square, 65025, is more than int16 holds, but not more than uint16.
        total += int(difference.view(np.uint16).sum(dtype=np.int64))
    return 10 * log10(255**2 * pixels.size / total) if total else inf


def mae(pixels: NDArray[np.uint8], reference: NDArray[np.uint8]) -> float:
    """Return the mean absolute error, the mean of |pixels - reference|, in 8-bit levels.

    The parameters and errors are those of `psnr`.
    """
    pixels, reference = _match_channels(pixels, reference)
    differences = _iter_differences(pixels, reference)
    return sum(int(np.abs(part).sum(dtype=np.int64)) for _, part in differences) / pixels.size


def subtract(pixels: NDArray[np.uint8], reference: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Return pixels minus reference: (H, W, 1), the mean over the channels in whole 8-bit levels.

    The parameters and errors are those of `psnr`.
    """
    pixels, reference = _match_channels(pixels, reference)
    result = np.empty((*pixels.shape[:2], 1), np.int16)
    for rows, part in _iter_differences(pixels, reference):
        result[rows] = np.rint(part.mean(axis=2, dtype=np.float32, keepdims=True))
    return result


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
    blocks = list(product(range(0, height, _BLOCK), range(0, width, _BLOCK)))
    sums = [0.0] * len(blocks)

    def compare(number: int) -> None:
        top, left = blocks[number]
        side = _BLOCK + 2 * _REACH
        block = np.s_[top : top + side, left : left + side]
        sums[number] = _sum_ssim(pixels[block], reference[block])

    with engines.opencv.one_thread() if engines.opencv.import_error() is None else nullcontext():
        concurrency.parallel_for(compare, range(len(blocks)), concurrency.worker_limit())
    return fsum(sums) / float(height * width * pixels.shape[2])


def _match_channels(
    pixels: NDArray[np.uint8], reference: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return two pictures with the same number of channels; ParameterError if the sizes differ."""
    check_size(pixels, reference)
    pixels, reference = np.broadcast_arrays(pixels, reference)
    return pixels, reference


def check_size(pixels: NDArray[Any], reference: NDArray[np.uint8]) -> None:
    """Raise ParameterError if a reference has another size than the pixels."""
    if pixels.shape[:2] != reference.shape[:2]:
        (height, width), (wanted_height, wanted_width) = reference.shape[:2], pixels.shape[:2]
        raise ParameterError(
            f"reference: {width} x {height} pixels, but the picture to compare with it "
            f"has {wanted_width} x {wanted_height}",
            parameters=("reference",),
        )


def _iter_differences(
    pixels: NDArray[np.uint8], reference: NDArray[np.uint8]
) -> Iterator[tuple[slice, NDArray[np.int16]]]:
    """Give the differences of two pictures, some rows at a time, and which rows these are."""
    for rows in row_blocks(len(pixels), pixels[0].size):
        yield rows, np.subtract(pixels[rows], reference[rows], dtype=np.int16)


def _pad_small(*pictures: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Return pictures padded along the axes on which the window doesn't fit."""
    around = [(_REACH, _REACH) if n <= 2 * _REACH else (0, 0) for n in pictures[0].shape[:2]]
    return [np.pad(pixels, [*around, (0, 0)], mode="symmetric") for pixels in pictures]


def _sum_ssim(pixels: NDArray[np.uint8], reference: NDArray[np.uint8]) -> float:
    """Return the sum of the similarity over all places of the window in two blocks.

    Let S and D be the means under the window of the pictures' sum and difference, U and V their
    variances. The similarity then is
    (S² - D² + 2 C1) / (S² + D² + 2 C1) · (U - V + 2 C2) / (U + V + 2 C2),
    which takes fewer steps than with the means, variances and covariance of the pictures. All
    steps are in place: new memory for each would take longer than the arithmetic.
    """
    a, b = pixels.astype(np.int16), reference.astype(np.int16)
    total, difference = a + b, a - b
    total -= 255  # so that its square, too, is at most 65025
    s, d = _compute_window_mean("s", total), _compute_window_mean("d", difference)
    total *= total
    difference *= difference
    u = _compute_window_mean("u", total.view(np.uint16))
    v = _compute_window_mean("v", difference.view(np.uint16))
    square = np.multiply(s, s, out=borrow("square", s.shape, np.float64))
    u -= square
    s += 255
    s *= s
    d *= d
    v -= d
    s += 2 * _C1
    u += 2 * _C2
    similarity = np.subtract(s, d, out=square)
    s += d
    similarity /= s
    similarity *= np.subtract(u, v, out=d)
    u += v
    similarity /= u
    return float(similarity[_REACH:-_REACH, _REACH:-_REACH].sum())


def _compute_window_mean(name: str, values: NDArray[Any]) -> NDArray[np.float64]:
    """Return the weighted mean under the window, in scratch memory of a name.

    The outermost rows and columns, where the window doesn't fit, are of no use.
    """
    means = borrow(name, values.shape, np.float64)
    if engines.opencv.import_error() is None:
        return engines.opencv.simple.window_mean(values, _WEIGHTS, means)
    # All rows in one line: a step down is a whole row, and where a row ends is of no use anyway.
    width, channels = values.shape[1:]
    sums = values.ravel().astype(np.float64)
    for step in (width * channels, channels):
        steps = [sums[k * step : len(sums) - (2 * _REACH - k) * step] for k in range(len(_WEIGHTS))]
        sums = _WEIGHTS[0] * steps[0]
        for weight, shifted in zip(_WEIGHTS[1:], steps[1:], strict=True):
            sums += weight * shifted
    first = _REACH * (width + 1) * channels
    means.fill(0)
    means.ravel()[first : first + len(sums)] = sums
    return means
