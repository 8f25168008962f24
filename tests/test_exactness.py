"""Exactness: the bounds of every engine on pictures large enough to count the exceptions in."""

from functools import cache

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral, Blur, Convolve, Gaussian, Kernel, Median, NLMeans

from . import reference
from .examples import ENGINES, noisy, picture, whole

SHAPE = 200, 300, 2
DTYPES = "uint8", "uint16"

# Each with its weights and their divisor; whole weights are summed exactly.
WHOLE = [
    (Blur(2), np.ones((2, 2), int), 4),
    (Blur((8, 3)), np.ones((3, 8), int), 24),
    (Blur(15), np.ones((15, 15), int), 225),
    (Gaussian(5), np.outer(reference.tabled(5), reference.tabled(5)), 2**8),
    (Gaussian(9), np.outer(reference.tabled(9), reference.tabled(9)), 2**16),
    (Convolve("gaussian-integer"), None, 961**2),
    (Convolve("sharpen"), np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]), 1),
    (Convolve(Kernel(whole(3, 4)), scale="1/14"), whole(3, 4), 14),
    (Convolve(Kernel(whole(15, 16)), scale="1/200"), whole(15, 16), 200),
    (Convolve("0.5 0.1 -3.2; 1.7 0 4"), np.array([[5, 1, -32], [17, 0, 40]]), 10),
]
FLOATS = [
    (Gaussian(15), np.outer(*[reference.sampled(15, 2.6)] * 2)),
    (Gaussian(sigma=2.1), np.outer(*[reference.sampled(19, 2.1)] * 2)),
    (Gaussian(7, 1, integrated=True), np.outer(*[reference.integrated(7, 1)] * 2)),
    (Convolve(Kernel(noisy(5, 4))), noisy(5, 4)),
    (Convolve(Kernel(noisy(17, 18) / 9)), noisy(17, 18) / 9),
    (
        Convolve(Kernel(np.outer(noisy(1, 5), noisy(1, 6)) * 3)),
        np.outer(noisy(1, 5), noisy(1, 6)) * 3,
    ),
]


def summed(pixels, weights, divisor=1):
    """Return Σ M[r, c] · I[i − (r − r0), j − (c − c0)] over a border that wraps."""
    row, column = weights.shape[0] // 2, weights.shape[1] // 2
    wide = pixels.astype(np.result_type(weights, np.int64))
    total = np.zeros_like(wide)
    for r, c in np.ndindex(weights.shape):
        total += weights[r, c] * np.roll(wide, (r - row, c - column), (0, 1))
    if total.dtype.kind == "f":
        return np.rint(total)
    down, rest = np.divmod(total, divisor)
    return down + ((2 * rest > divisor) | ((2 * rest == divisor) & (down % 2 == 1)))


def name(value):
    return repr(value)[:40] if isinstance(value, imgfilt.filters.Filter) else None


@cache
def expected(filt, dtype):
    weights, divisor = next(
        (w, d) for f, w, d in [*WHOLE, *((f, w, 1) for f, w in FLOATS)] if f is filt
    )
    if weights is None:
        weights = np.outer(*[[6, 61, 242, 343, 242, 61, 6]] * 2)
    values = summed(picture(SHAPE, dtype), weights, divisor)
    return np.clip(values, 0, reference.peak(dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("filt", [one[0] for one in [*WHOLE, *FLOATS]], ids=name)
def test_linear(filt, dtype):
    pixels, wanted = picture(SHAPE, dtype), expected(filt, dtype)
    off = np.abs(imgfilt.apply(filt, pixels, "numpy", "wrap") - wanted)
    assert off.max() <= 1
    assert np.count_nonzero(off) <= (0 if filt.taps.whole else off.size / 10_000)
    for engine in ("opencv", "auto"):
        assert np.abs(imgfilt.apply(filt, pixels, engine, "wrap") - wanted).max() <= 1


@pytest.mark.parametrize("amount", [2, 20, 100])
def test_sums_that_cancel(amount):
    """Weights far above 1 whose results are small all the same: strong sharpening of shading."""
    weights = -amount * np.outer(*[reference.sampled(5, 1)] * 2)
    weights[2, 2] += 1 + amount
    pixels = picture((600, 700), "uint8") % 5 + 200
    off = imgfilt.apply(Convolve(Kernel(weights)), pixels, "numpy", "wrap") - np.clip(
        summed(pixels, weights), 0, 255
    )
    assert np.abs(off).max() <= 1
    assert np.count_nonzero(off) <= off.size / 10_000


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("filt", [one[0] for one in FLOATS], ids=name)
def test_linear_on_floats(filt, engine, dtype):
    pixels = np.random.default_rng(1).uniform(0, 1, SHAPE).astype(dtype)
    weights = next(w for f, w in FLOATS if f is filt)
    row, column = weights.shape[0] // 2, weights.shape[1] // 2
    wanted = sum(
        weights[r, c] * np.roll(pixels.astype(np.float64), (r - row, c - column), (0, 1))
        for r, c in np.ndindex(weights.shape)
    )
    off = np.abs(imgfilt.apply(filt, pixels, engine, "wrap") - wanted)
    assert off.max() <= (2.0**-20 * np.abs(weights).sum() if engine == "numpy" else 3e-5)


def book(shape, dtype):
    """Return a picture as filters that keep edges see them: steps, shading and noise."""
    rows, columns = np.indices(shape[:2])
    clean = 80 * ((rows // 9 + columns // 13) % 3) + columns * 60 / shape[1]
    levels = clean[..., np.newaxis] + np.random.default_rng(2).normal(0, 12, shape)
    top = reference.peak(dtype)
    levels = np.clip(levels, 0, 255) * top / 255
    return (levels if top == 1 else np.rint(levels)).astype(dtype)


def weighted_mean(pixels, offsets, weigh):
    """Return Σ w · I / Σ w, w of the differences to the pixels so far down and across."""
    levels = pixels * (255 / reference.peak(pixels.dtype))
    total = weights = 0
    for down, across in offsets:
        seen = np.roll(levels, (-down, -across), (0, 1))
        weight = weigh(seen - levels, down, across)
        total, weights = total + weight * seen, weights + weight
    return total / weights * (reference.peak(pixels.dtype) / 255)


def bilateral(pixels, filt):
    def weigh(difference, down, across):
        unlike = np.abs(difference).sum(axis=2, keepdims=True) ** 2 / (2 * filt.sigma_color**2)
        return np.exp(-unlike - (down**2 + across**2) / (2 * filt.sigma_space**2))

    radius = filt.diameter // 2
    disc = [(r, c) for r, c in reference.square(filt.diameter) if r * r + c * c <= radius * radius]
    return weighted_mean(pixels, disc, weigh)


def nlmeans(pixels, filt):
    def weigh(difference, down, across):
        squares = (difference**2).mean(axis=2, keepdims=True)
        for axis in (0, 1):
            steps = range(-(filt.patch // 2), filt.patch // 2 + 1)
            squares = sum(np.roll(squares, step, axis) for step in steps)
        found = np.exp(-squares / filt.patch**2 / filt.strength**2)
        return np.where(found < 0.001, 0, found)

    return weighted_mean(pixels, reference.square(filt.search), weigh)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize(
    ("filt", "meaning", "levels"),
    [
        (Bilateral(), bilateral, 1),
        (Bilateral(15, 30, 4), bilateral, 1),
        (NLMeans(), nlmeans, 2),
        (NLMeans(30, 5, 11), nlmeans, 2),
    ],
    ids=name,
)
def test_edge_keeping(filt, meaning, levels, dtype):
    for channels in (1, 3):
        pixels = book((90, 100, channels), dtype)
        wanted = meaning(pixels, filt)
        found = imgfilt.apply(filt, pixels, "numpy", "wrap")
        if dtype == "float32":
            assert np.abs(found - wanted).max() <= 2.0**-20
        else:
            off = np.abs(found - np.rint(wanted))
            assert off.max() <= 1
            assert np.count_nonzero(off) <= max(1, off.size / 10_000)
        found = imgfilt.apply(filt, pixels, "auto", "wrap")
        off = np.abs(found - (wanted if dtype == "float32" else np.rint(wanted)))
        assert off.max() <= (1 / 255 if dtype == "float32" else levels)
        assert np.abs(wanted - pixels).max() > 8 * reference.peak(dtype) / 255


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("size", [3, 5, 9, 29])
def test_median(size, dtype):
    pixels = picture((40, 50, 3), dtype)
    padded = np.pad(pixels, [(size // 2, size // 2)] * 2 + [(0, 0)], "wrap")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), (0, 1))
    wanted = np.median(windows, (3, 4))
    for engine in ("numpy", "auto"):
        assert np.array_equal(imgfilt.apply(Median(size), pixels, engine, "wrap"), wanted)
