"""PSNR, SSIM and MAE: how close a picture is to a reference, in 8-bit levels at every depth.

65535 and 1.0 are 255. Values that an 8-bit picture can't hold are measured as they are.
"""

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
from ..image.display import scale_to_8_bits

Pixels = NDArray[Any]

_REACH = 5
_GAUSSIAN = np.exp(-(np.arange(-_REACH, _REACH + 1) ** 2) / (2 * 1.5**2))
_WEIGHTS = _GAUSSIAN / _GAUSSIAN.sum()
# Side of the blocks that are compared at once, so that the arrays of all steps stay in the cache.
# With arrays as large as the picture it took several times as long.
_BLOCK = 256
_MOST = 1e30  # levels; the squares of their squares are finite
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def psnr(pixels: Pixels, reference: Pixels) -> float:
    """Return the peak signal-to-noise ratio, 10 log10(255² / mean squared difference).

    Parameters
    ----------
    pixels, reference : (H, W, C) arrays of uint8, uint16 or floats
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
    total = 0.0  # exact for whole levels: their sum is below 2⁵³
    for _, difference in _iter_differences(pixels, reference):
        difference *= difference
        # The greatest square, 65025, is more than int16 holds, but not more than uint16.
        is_whole = difference.dtype == np.int16
        squares = difference.view(np.uint16) if is_whole else difference
        total += float(squares.sum(dtype=np.int64 if is_whole else np.float64))
    return 10 * log10(255**2 * pixels.size / total) if total else inf


def mae(pixels: Pixels, reference: Pixels) -> float:
    """Return the mean absolute error, the mean of |pixels - reference|, in 8-bit levels.

    The parameters and errors are those of `psnr`.
    """
    pixels, reference = _match_channels(pixels, reference)
    differences = _iter_differences(pixels, reference)
    return fsum(float(np.abs(part).sum(dtype=np.float64)) for _, part in differences) / pixels.size


def subtract(pixels: Pixels, reference: Pixels) -> NDArray[np.int16]:
    """Return pixels minus reference: (H, W, 1), the mean over the channels in whole 8-bit levels.

    More than int16 holds is clipped.

    The parameters and errors are those of `psnr`.
    """
    pixels, reference = _match_channels(pixels, reference)
    result = np.empty((*pixels.shape[:2], 1), np.int16)
    for rows, part in _iter_differences(pixels, reference):
        means = np.rint(part.mean(axis=2, dtype=np.float32, keepdims=True))
        result[rows] = np.clip(means, -32_767, 32_767)
    return result


def ssim(pixels: Pixels, reference: Pixels) -> float:
    """Return the structural similarity, the mean over all windows and channels.

    Wang, Bovik, Sheikh, Simoncelli: Image quality assessment: from error visibility to structural
    similarity, IEEE Transactions on Image Processing 13(4), 2004, equation 13: Gaussian window of
    11 x 11, sigma 1.5, K1 0.01, K2 0.03, at every pixel at which the window fits.

    Parameters
    ----------
    pixels, reference : (H, W, C) arrays of uint8, uint16 or floats
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


def _match_channels(pixels: Pixels, reference: Pixels) -> tuple[Pixels, Pixels]:
    """Return two pictures with the same number of channels; ParameterError if the sizes differ."""
    check_size(pixels, reference)
    pixels, reference = np.broadcast_arrays(pixels, reference)
    return pixels, reference


def check_size(pixels: Pixels, reference: Pixels) -> None:
    """Raise ParameterError if a reference has another size than the pixels."""
    if pixels.shape[:2] != reference.shape[:2]:
        (height, width), (wanted_height, wanted_width) = reference.shape[:2], pixels.shape[:2]
        raise ParameterError(
            f"reference: {width} x {height} pixels, but the picture to compare with it "
            f"has {wanted_width} x {wanted_height}",
            parameters=("reference",),
        )


def _iter_differences(pixels: Pixels, reference: Pixels) -> Iterator[tuple[slice, Pixels]]:
    """Give the differences of two pictures, some rows at a time, and which rows these are.

    In 8-bit levels: int16 if both pictures are uint8, else float64.
    """
    for rows in row_blocks(len(pixels), pixels[0].size):
        a, b = _to_levels(pixels[rows], reference[rows])
        yield rows, np.subtract(a, b, dtype=np.int16 if a.dtype == np.int16 else np.float64)


def _to_levels(*blocks: Pixels) -> list[Pixels]:
    """Return blocks in 8-bit levels: int16 if all are uint8, else float64."""
    if all(block.dtype == np.uint8 for block in blocks):
        return [block.astype(np.int16) for block in blocks]
    return [np.clip(scale_to_8_bits(block), -_MOST, _MOST) for block in blocks]


def _pad_small(*pictures: Pixels) -> list[Pixels]:
    """Return pictures padded along the axes on which the window doesn't fit."""
    around = [(_REACH, _REACH) if n <= 2 * _REACH else (0, 0) for n in pictures[0].shape[:2]]
    return [np.pad(pixels, [*around, (0, 0)], mode="symmetric") for pixels in pictures]


def _sum_ssim(pixels: Pixels, reference: Pixels) -> float:
    """Return the sum of the similarity over all places of the window in two blocks.

    Let S and D be the means under the window of the pictures' sum and difference, U and V their
    variances. The similarity then is
    (S² - D² + 2 C1) / (S² + D² + 2 C1) · (U - V + 2 C2) / (U + V + 2 C2),
    which takes fewer steps than with the means, variances and covariance of the pictures. All
    steps are in place: new memory for each would take longer than the arithmetic.
    """
    a, b = _to_levels(pixels, reference)
    total, difference = a + b, a - b
    is_whole = total.dtype == np.int16
    # So that the square of the sum, too, is at most 65025, or that of floats loses few digits.
    middle = 255 if is_whole else total.mean()
    total -= middle
    s, d = _compute_window_mean("s", total), _compute_window_mean("d", difference)
    total *= total
    difference *= difference
    u = _compute_window_mean("u", total.view(np.uint16) if is_whole else total)
    v = _compute_window_mean("v", difference.view(np.uint16) if is_whole else difference)
    square = np.multiply(s, s, out=borrow("square", s.shape, np.float64))
    u -= square
    s += middle
    s *= s
    d *= d
    v -= d
    for variance in (u, v):
        np.maximum(variance, 0, out=variance)  # rounding errors of large levels
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
