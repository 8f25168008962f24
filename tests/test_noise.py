"""Noise: what is found of it, and the strength that comes of it."""

import numpy as np
import pytest

import imgfilt
from imgfilt import NLMeans, ParameterError
from imgfilt.apply import run
from imgfilt.filters.sweep import sweep
from imgfilt.numerics import noise
from imgfilt.options import Options

from . import reference


def noisy(deviation, shape=(120, 130, 1), dtype="uint8", seed=0):
    """Return steps and shading with so much noise, in 8-bit levels."""
    rows, columns = np.indices(shape[:2])
    clean = 60 + 50 * ((rows // 30 + columns // 40) % 3) + columns * 20 / shape[1]
    levels = clean[..., np.newaxis] + np.random.default_rng(seed).normal(0, deviation, shape)
    levels = levels * (reference.peak(dtype) / 255)
    return (levels if reference.peak(dtype) == 1 else np.rint(levels)).astype(dtype)


def found_in(pixels, **options):
    """Return the strength that a picture gets."""
    return run(NLMeans("auto", 3, 5), pixels, options.pop("alpha", False), Options(**options))


@pytest.mark.parametrize("deviation", [2, 5, 12, 20])
def test_deviation(deviation):
    found = noise.deviation([noisy(deviation)])
    assert 0.93 * deviation < found < 1.12 * deviation


def test_deviation_of_channels_is_their_mean_square():
    pixels = np.concatenate([noisy(3), noisy(9, seed=1)], axis=2)
    assert noise.deviation([pixels]) == pytest.approx(np.sqrt((9 + 81) / 2), rel=0.1)


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 9, 1), (9, 2, 3), (0, 5, 1)])
def test_too_small_to_say(shape):
    assert noise.deviation([np.ones(shape)]) == 0


def test_nan_says_nothing():
    pixels = noisy(5, dtype="float64")
    wanted = noise.deviation([pixels])
    pixels[40:50, 40:50] = np.nan
    assert noise.deviation([pixels]) == pytest.approx(wanted, rel=0.05)
    assert noise.deviation([np.full((9, 9, 1), np.nan)]) == 0


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
def test_auto_is_in_levels_at_every_depth(dtype):
    pixels = noisy(8, dtype=dtype)
    result = found_in(pixels)
    strength = result.plan.filter.strength
    assert 7.4 < strength < 9
    (note,) = result.notes
    assert note == f"noise of {strength:.3g} levels was found: --strength {strength:.3g}"
    wanted = imgfilt.apply(NLMeans(strength, 3, 5), pixels)
    assert np.array_equal(result.pixels, wanted)
    assert np.array_equal(imgfilt.apply(NLMeans("auto", 3, 5), pixels), wanted)


def test_each_picture_has_its_own():
    strengths = [found_in(noisy(deviation)).plan.filter.strength for deviation in (3, 6, 12)]
    assert strengths == sorted(strengths)
    assert strengths[2] > 3 * strengths[0]


def test_alpha_is_not_looked_at():
    pixels = np.concatenate([noisy(4), noisy(60, seed=3)], axis=2)
    assert 3.5 < found_in(pixels, alpha=True).plan.filter.strength < 4.5


def test_without_noise_every_pixel_stays():
    pixels = np.full((20, 21, 3), 77, np.uint8)
    pixels[5:, 9:] = 200
    result = found_in(pixels)
    assert result.plan.filter.identity
    assert np.array_equal(result.pixels, pixels)


def test_a_large_picture_is_looked_at_here_and_there():
    pixels = np.tile(noisy(10, (200, 200, 1)), (6, 6, 1))
    whole = noise.deviation([pixels])
    assert found_in(pixels).plan.filter.strength == pytest.approx(whole, rel=0.05)


def test_auto_in_a_sweep():
    captions = [variant.caption for variant in sweep(NLMeans, {"strength": "5,auto"})]
    assert captions == ["strength 5 Non-local means", "strength auto Non-local means"]
    assert NLMeans("auto").words()["strength"] == "auto"


def test_neither_a_number_nor_auto():
    for wrong in ("Auto", -1, None, "5"):
        with pytest.raises(ParameterError, match="is not a number from 0 to 1000000, or auto"):
            NLMeans(wrong)
