"""Exactness: the bounds of every engine on pictures large enough to count the exceptions in."""

import math

import numpy as np
import pytest

import imgfilt
from imgfilt import Bilateral, Blur, Convolve, Gaussian, Kernel, Median, NLMeans
from imgfilt.engines.numpy.block_info import BlockInfo
from imgfilt.filters import Filter

from . import reference
from .examples import ENGINES, noisy, ones, picture, whole
from .pictures import book

SHAPE = 200, 300, 2


def squared(bell):
    return np.outer(bell, bell)


# Each with its weights and their divisor: whole ones are summed exactly and divided once.
WHOLE = [
    (Blur(2), ones(2, 2), 4),
    (Blur((8, 3)), ones(3, 8), 24),
    (Blur(15), ones(15, 15), 225),
    (Gaussian(5), squared(reference.tabled(5)), 2**8),
    (Gaussian(9), squared(reference.tabled(9)), 2**16),
    (Convolve("gaussian-integer"), squared([6, 61, 242, 343, 242, 61, 6]), 961**2),
    (Convolve("sharpen"), np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]), 1),
    (Convolve(Kernel(whole(3, 4)), scale="1/14"), whole(3, 4), 14),
    (Convolve(Kernel(whole(15, 16)), scale="1/200"), whole(15, 16), 200),
    (Convolve("0.5 0.1 -3.2; 1.7 0 4"), np.array([[5, 1, -32], [17, 0, 40]]), 10),
]
FLOATS = [
    (Gaussian(15), squared(reference.sampled(15, 2.6)), 1),
    (Gaussian(sigma=2.1), squared(reference.sampled(19, 2.1)), 1),
    (Gaussian(7, 1, integrated=True), squared(reference.integrated(7, 1)), 1),
    (Convolve(Kernel(noisy(5, 4))), noisy(5, 4), 1),
    (Convolve(Kernel(noisy(17, 18) / 9)), noisy(17, 18) / 9, 1),
    (Convolve(Kernel(np.outer(noisy(1, 5), noisy(1, 6)))), np.outer(noisy(1, 5), noisy(1, 6)), 1),
]


def summed(pixels, weights):
    """Return Σ M[r, c] · I[i − (r − r0), j − (c − c0)] over a border that wraps."""
    row, column = weights.shape[0] // 2, weights.shape[1] // 2
    wide = pixels.astype(np.result_type(weights, np.int64))
    total = np.zeros_like(wide)
    for r, c in np.ndindex(weights.shape):
        total += weights[r, c] * np.roll(wide, (r - row, c - column), (0, 1))
    return total


def rounded(total, divisor, dtype):
    """Return quotients rounded half to even, and clipped."""
    if total.dtype.kind == "f":
        quotient = np.rint(total / divisor)
    else:
        quotient, rest = np.divmod(total, divisor)
        quotient += (2 * rest > divisor) | ((2 * rest == divisor) & (quotient % 2 == 1))
    return np.clip(quotient, 0, reference.peak(dtype))


def name(value):
    return repr(value)[:40] if isinstance(value, Filter) else ""


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize(("filt", "weights", "divisor"), [*WHOLE, *FLOATS], ids=name)
def test_linear(filt, weights, divisor, dtype):
    pixels = picture(SHAPE, dtype)
    wanted = rounded(summed(pixels, weights), divisor, dtype)
    off = np.abs(imgfilt.apply(filt, pixels, "numpy", "wrap", values="clip") - wanted)
    assert off.max() <= 1
    assert np.count_nonzero(off) <= (0 if weights.dtype.kind == "i" else off.size / 10_000)
    for engine in ("opencv", "auto"):
        assert (
            np.abs(imgfilt.apply(filt, pixels, engine, "wrap", values="clip") - wanted).max() <= 1
        )


ROWS, COLUMNS = np.indices((480, 620))
AWKWARD = {
    "noise": np.random.default_rng(3).integers(0, 256, ROWS.shape),
    "black and white": np.random.default_rng(3).integers(0, 2, ROWS.shape) * 255,
    "page": 255 * (np.random.default_rng(4).random((48, 62)) < 0.8).repeat(10, 0).repeat(10, 1),
    "stripes": 255 * (ROWS // 37 % 2),
    "grating": 255 * (COLUMNS // 11 % 2),
    "disc": 255 * (np.hypot(ROWS - 240, COLUMNS - 310) < 150),
    "shading": (ROWS // 3 + COLUMNS // 5) % 256,
}


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [3.8, 4.5, 6, 9, 15, 40, (15, 0.3), (0, 9), (5, 40)])
@pytest.mark.parametrize("kind", AWKWARD)
def test_wide_gaussian(kind, sigma):
    """Each of the fast ways for wide bells, on pictures whose tails and steps they find hard."""
    pixels = AWKWARD[kind].astype(np.uint8)
    filt = Gaussian(sigma=sigma)
    wanted = pixels.astype(float)
    for axis, one in enumerate(sigma[::-1] if isinstance(sigma, tuple) else (sigma, sigma)):
        radius = math.ceil(4 * one)
        factor = reference.sampled(2 * radius + 1, one) if one else np.ones(1)
        around = [(radius, radius) if each == axis else (0, 0) for each in (0, 1)]
        padded = np.pad(wanted, around, "wrap")
        wanted = np.lib.stride_tricks.sliding_window_view(padded, len(factor), axis) @ factor
    wanted = np.rint(wanted)
    for engine in ("numpy", "auto"):
        off = np.abs(imgfilt.apply(filt, pixels, engine, "wrap", values="clip") - wanted)
        assert off.max() <= 1
        assert np.count_nonzero(off) <= off.size / 10_000


@pytest.mark.parametrize("amount", [2, 20, 100])
def test_sums_that_cancel(amount):
    """Weights far above 1 whose results are small all the same: strong sharpening of shading."""
    weights = -amount * squared(reference.sampled(5, 1))
    weights[2, 2] += 1 + amount
    pixels = picture((600, 700), "uint8") % 5 + 200
    wanted = rounded(summed(pixels, weights), 1, "uint8")
    off = imgfilt.apply(Convolve(Kernel(weights)), pixels, "numpy", "wrap", values="clip") - wanted
    assert np.abs(off).max() <= 1
    assert np.count_nonzero(off) <= off.size / 10_000


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("filt", "weights", "divisor"), FLOATS, ids=name)
def test_linear_on_floats(filt, weights, divisor, engine, dtype):
    pixels = np.random.default_rng(1).uniform(0, 1, SHAPE).astype(dtype)
    wanted = summed(pixels, weights / divisor)
    off = np.abs(imgfilt.apply(filt, pixels, engine, "wrap", values="clip") - wanted)
    assert off.max() <= (2.0**-20 * np.abs(weights / divisor).sum() if engine == "numpy" else 3e-5)


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


@pytest.mark.slow
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
        found = imgfilt.apply(filt, pixels, "numpy", "wrap", values="clip")
        if dtype == "float32":
            assert np.abs(found - wanted).max() <= 2.0**-20
        else:
            off = np.abs(found - np.rint(wanted))
            assert off.max() <= 1
            assert np.count_nonzero(off) <= max(1, off.size / 10_000)
        found = imgfilt.apply(filt, pixels, "auto", "wrap", values="clip")
        off = np.abs(found - (wanted if dtype == "float32" else np.rint(wanted)))
        assert off.max() <= (1 / 255 if dtype == "float32" else levels)
        assert np.abs(wanted - pixels).max() > 8 * reference.peak(dtype) / 255


@pytest.mark.slow
@pytest.mark.parametrize("sigma_space", [5, 75, 1e5])
@pytest.mark.parametrize("channels", [1, 3])
def test_sums_of_many_16_bit_levels(channels, sigma_space):
    """The largest window whose sums cv2 may have, where they are largest and alike."""
    filt = Bilateral(25, 1000, sigma_space)
    assert filt.why_unsupported(BlockInfo(np.dtype("uint16"), channels)) is None
    assert Bilateral(27).why_unsupported(BlockInfo(np.dtype("uint16"), channels)) is not None
    chance = np.random.default_rng(7)
    for level in [*chance.integers(60000, 65536, 6), *chance.integers(0, 5000, 6)]:
        pixels = np.full((26, 27, channels), level, np.uint16)
        assert (
            np.abs(imgfilt.apply(filt, pixels, "opencv", values="clip").astype(int) - level).max()
            <= 1
        )
        pixels ^= chance.integers(0, 3, pixels.shape).astype(np.uint16)
        wanted = np.rint(bilateral(pixels, filt))
        assert (
            np.abs(imgfilt.apply(filt, pixels, "opencv", "wrap", values="clip") - wanted).max() <= 1
        )


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("size", [3, 5, 9, 29])
def test_median(size, dtype):
    pixels = picture((40, 50, 3), dtype)
    padded = np.pad(pixels, [(size // 2, size // 2)] * 2 + [(0, 0)], "wrap")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), (0, 1))
    wanted = np.median(windows, (3, 4))
    for engine in ("numpy", "auto"):
        assert np.array_equal(imgfilt.apply(Median(size), pixels, engine, "wrap"), wanted)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize(
    "weights",
    [[[10000, -9999]], [[-1, -1, -1], [-1, 5001, -1], [-1, -1, -1]], [[300, -599, 300]]],
    ids=str,
)
def test_weights_that_cancel(weights, dtype):
    """Float32 would leave of large numbers what rounding did to them."""
    noise = np.random.default_rng(0).integers(0, 60, (30, 40, 1))
    pixels = (noise + int(reference.peak(dtype) * 0.6)).astype(dtype)
    wanted = reference.stored(reference.convolved(pixels, "reflect", weights=weights), dtype)
    for engine, most in (("numpy", 0), ("auto", 1)):
        found = imgfilt.apply(Convolve(Kernel(weights)), pixels, engine, values="clip").astype(int)
        assert np.abs(found - wanted).max() <= most


@pytest.mark.parametrize("sigma", [100, 200])
def test_noise_that_becomes_all_the_same(sigma):
    """Half-way between two levels, where float32 would round too many the wrong way."""
    pixels = np.random.default_rng(1).integers(0, 256, (400, 60, 3)).astype(np.uint8)
    filt = Gaussian(sigma=sigma)
    wanted = np.rint(imgfilt.apply(filt, pixels.astype(np.float64), "numpy", "wrap", values="clip"))
    off = np.abs(imgfilt.apply(filt, pixels, "numpy", "wrap", values="clip") - wanted)
    assert off.max() <= 1
    assert np.count_nonzero(off) <= pixels.size / 10_000


@pytest.mark.parametrize("level", [0.1, 1 / 3, 0.7828723684820283])
@pytest.mark.parametrize("size", [(3, 3), (6, 287), (287, 6), (9, 233), (41, 60), (7, 16383)])
def test_one_number_everywhere_in_float32(size, level):
    """Where rounding goes the same way at each addition."""
    pixels = np.full((60, 60), level, np.float32)
    found = imgfilt.apply(Blur(size), pixels, "numpy").astype(np.float64)
    assert np.abs(found - pixels[0, 0].astype(np.float64)).max() <= 2.0**-20 * level
